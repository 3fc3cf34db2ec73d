//! Formulas: TeX to MathML, within bounds.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, write_mathml};

use crate::escape::escape_into;

/// Longer formulas are shown as source: bytes of TeX.
const MAX_SOURCE: usize = 8_192;
/// The parser recurses through chains of commands, so their number bounds its stack.
const MAX_COMMANDS: usize = 400;
/// The most a formula may grow to: events of the parser.
const MAX_EVENTS: usize = 16_384;
/// The deepest nesting of MathML elements; browsers stop at 512 for the whole page.
const MAX_DEPTH: usize = 96;
/// Commands that define others could expand without end, and nobody needs them in one formula.
const DEFINITIONS: [&str; 6] =
    [r"\def", r"\let", r"\futurelet", r"\newcommand", r"\renewcommand", r"\providecommand"];

/// MathML for `tex`, or its source in `<code class="math-error">` if it cannot be read.
pub(crate) fn formula(tex: &str, display: bool) -> String {
    let rendered = if is_bounded(tex) {
        // The renderer asserts things about its input that a hostile formula may break.
        catch_unwind(AssertUnwindSafe(|| render(tex, display))).ok().flatten()
    } else {
        None
    };
    rendered.unwrap_or_else(|| source(tex, "math-error"))
}

/// A display formula as a block of its own; `source` includes its delimiters.
pub(crate) fn block(source: &str) -> String {
    let body = source.trim();
    let body = body.get(2..body.len().saturating_sub(2)).unwrap_or_default();
    frame(&formula(body.trim(), true))
}

/// A display formula that is still being written: its source so far.
pub(crate) fn open_block(source_so_far: &str) -> String {
    frame(&source(source_so_far.trim_end(), "math-source"))
}

fn frame(content: &str) -> String {
    format!(r#"<div class="math" tabindex="0" role="group" aria-label="Formula">{content}</div>"#)
}

fn source(tex: &str, class: &str) -> String {
    let mut html = format!(r#"<code class="{class}">"#);
    escape_into(&mut html, tex);
    html.push_str("</code>");
    html
}

fn is_bounded(tex: &str) -> bool {
    tex.len() <= MAX_SOURCE
        && tex.bytes().filter(|&byte| byte == b'\\').count() <= MAX_COMMANDS
        && !DEFINITIONS.iter().any(|definition| tex.contains(definition))
}

fn render(tex: &str, display: bool) -> Option<String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(tex, &storage) {
        events.push(Ok::<_, io::Error>(event.ok()?));
        if events.len() > MAX_EVENTS {
            return None;
        }
    }
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let mut mathml = Vec::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    write_mathml(&mut mathml, events.into_iter(), config).ok()?;
    let mathml = String::from_utf8(mathml).ok()?;
    (depth(&mathml) <= MAX_DEPTH).then_some(mathml)
}

/// Deepest nesting of elements in well-formed markup.
fn depth(markup: &str) -> usize {
    let mut deepest = 0;
    let mut current = 0_usize;
    for tag in markup.split('<').skip(1) {
        if tag.starts_with('/') {
            current = current.saturating_sub(1);
        } else if !tag.split('>').next().is_some_and(|tag| tag.ends_with('/')) {
            current += 1;
            deepest = deepest.max(current);
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn everyday_formulas_are_read() {
        for tex in [
            r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}",
            r"\begin{aligned} a &= b \\ &= c \end{aligned}",
            r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
            r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
            r"\text{if } x < 0 \quad \mathbb{R} \ne \mathcal{L}",
            r"f(x) = \begin{cases} 0 & x \le 0 \\ 1 & \text{otherwise} \end{cases}",
        ] {
            assert!(formula(tex, true).starts_with("<math display=\"block\">"), "{tex}");
        }
    }

    #[test]
    fn hostile_formulas_stay_within_a_small_stack() {
        let chains =
            [r"\sqrt", r"\relax", r"\frac1", r"\hat", "{", "x^", r"\left(", r"\displaystyle"];
        let run = move || {
            for chain in chains {
                let count = (MAX_SOURCE / chain.len()).min(MAX_COMMANDS);
                assert!(!formula(&chain.repeat(count), false).is_empty());
            }
        };
        thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn definitions_and_floods_are_shown_as_source() {
        for tex in [
            r"\def\a{\a\a}\a".to_owned(),
            "x".repeat(MAX_SOURCE + 1),
            "{".repeat(200) + &"}".repeat(200),
        ] {
            assert!(formula(&tex, false).starts_with("<code class=\"math-error\">"));
        }
    }
}
