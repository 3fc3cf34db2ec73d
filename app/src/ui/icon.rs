//! Icons: drawn once in a sprite, referred to by every use.

use leptos::prelude::*;

/// Writes the enum, its references into the sprite, and the sprite's content from one table of
/// description, variant, name and path; paths are on a grid of 24 by 24.
macro_rules! glyphs {
    ($($(#[$doc:meta])* $variant:ident $name:literal $path:literal,)*) => {
        /// What an icon shows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Glyph {
            $($(#[$doc])* $variant,)*
        }

        impl Glyph {
            /// Reference into the sprite.
            const fn href(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("#i-", $name),)*
                }
            }
        }

        /// Identifier and path of every icon. Only the server draws them.
        #[cfg(feature = "ssr")]
        const PATHS: &[(&str, &str)] = &[$((concat!("i-", $name), $path)),*];
    };
}

glyphs! {
    /// A speech bubble.
    Chat "chat" "M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.4-4.7A7.5 7.5 0 1 1 20 11.5Z",
    /// A pencil on paper.
    Compose "compose" "M12 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V12M17.2 4.3a1.8 1.8 0 0 1 2.5 2.5L12.5 14 9 15l1-3.5 7.2-7.2Z",
    /// Quotation lines.
    Prompt "prompt" "M5 6h14M5 10h14M5 14h9M5 18h6",
    /// Bars.
    Chart "chart" "M5 19V11M10 19V5M15 19v-6M20 19V9",
    /// Sliders.
    Sliders "sliders" "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM7 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z",
    /// A panel with a side.
    Panel "panel" "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5v-11A1.5 1.5 0 0 1 5.5 5ZM9.5 5v14",
    /// A cross.
    Close "close" "M6 6l12 12M18 6 6 18",
    /// The sun.
    Sun "sun" "M8.5 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 0 0-7 0ZM12 3.5v1.8M12 18.7v1.8M3.5 12h1.8M18.7 12h1.8M6 6l1.3 1.3M16.7 16.7 18 18M18 6l-1.3 1.3M7.3 16.7 6 18",
    /// The moon.
    Moon "moon" "M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z",
    /// A screen.
    Monitor "monitor" "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 5ZM9 20h6M12 16v4",
    /// Two sheets.
    Copy "copy" "M9.5 8h8A1.5 1.5 0 0 1 19 9.5v9a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 8 18.5v-9A1.5 1.5 0 0 1 9.5 8ZM5 15.5V6.5A1.5 1.5 0 0 1 6.5 5h8",
    /// A dash.
    Minus "minus" "M6 12h12",
    /// A magnifying glass.
    Search "search" "M10.5 5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM14.7 14.7 19.5 19.5",
    /// A star.
    Star "star" "m12 4.5 2.3 4.8 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7L12 4.5Z",
    /// A tick.
    Check "check" "m5.5 12.5 4.5 4.5 8.5-10",
    /// A pencil.
    Pencil "pencil" "m5 19 1-4L16.2 4.8a2 2 0 0 1 3 3L9 18l-4 1Z",
    /// A bin.
    Bin "bin" "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7",
    /// A circling arrow.
    Retry "retry" "M19 12a7 7 0 1 1-2.2-5.1L19 9M19 4.5V9h-4.5",
    /// A triangle to the right.
    Play "play" "M8 5.5v13l10-6.5-10-6.5Z",
    /// A square.
    Stop "stop" "M7.5 6.5h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z",
    /// An arrow upwards.
    Send "send" "M12 19V5.5M6 11l6-6 6 6",
    /// An arrow downwards.
    Down "down" "M12 5v13.5M6 13l6 6 6-6",
    /// An angle to the left.
    Left "left" "m14.5 6-6 6 6 6",
    /// An angle to the right.
    Right "right" "m9.5 6 6 6-6 6",
    /// A triangle with an exclamation mark.
    Warning "warning" "M12 4.5 21 19.5H3L12 4.5ZM12 10v4M12 16.6v.1",
    /// A spanner.
    Tool "tool" "M14.5 6.5a4 4 0 0 1 5-2L17 7l.5 1.5 1.5.5 2.5-2.5a4 4 0 0 1-5.4 5.1L9 19a2 2 0 0 1-3-3l7.6-7a4 4 0 0 1 .9-2.5Z",
    /// A page of text.
    Source "source" "M7 4h7l4 4v10.5a1.5 1.5 0 0 1-1.5 1.5h-9.5A1.5 1.5 0 0 1 5.5 18.5v-13A1.5 1.5 0 0 1 7 4ZM14 4v4h4M9 12.5h6M9 16h4",
    /// A bulb.
    Thought "thought" "M9.5 17.5h5M10.5 20.5h3M12 3.5a6 6 0 0 0-3.5 10.900c.6.5 1 1.200 1 2v.1h5v-.1c0-.8.4-1.5 1-2A6 6 0 0 0 12 3.5Z",
    /// A paper clip.
    Attach "attach" "m18.5 11.5-6.700 6.700a4 4 0 0 1-5.700-5.700l7-7a2.700 2.700 0 0 1 3.800 3.800l-6.900 6.900a1.300 1.300 0 0 1-1.900-1.900l6.200-6.200",
    /// A plus.
    Plus "plus" "M12 5.5v13M5.5 12h13",
}

/// An icon beside a text or inside a labelled button; hidden from assistive technology.
#[component]
pub(crate) fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=glyph.href()></use>
        </svg>
    }
}

/// All icons, drawn once at the end of the document. Rendered on the server only.
#[cfg(feature = "ssr")]
#[component]
pub(crate) fn IconSprite() -> impl IntoView {
    view! {
        <svg class="sprite" aria-hidden="true">
            {PATHS
                .iter()
                .map(|(id, path)| {
                    view! {
                        <symbol id=*id viewBox="0 0 24 24">
                            <path d=*path></path>
                        </symbol>
                    }
                })
                .collect_view()}
        </svg>
    }
}
