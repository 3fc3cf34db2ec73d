//! Streaming and whole rendering agree, however the text arrives.

use proptest::prelude::*;
use render::{Incremental, Patch, markdown};

/// A reader that knows nothing but the patches.
#[derive(Default)]
struct Page {
    blocks: Vec<String>,
}

impl Page {
    fn apply(&mut self, patches: Vec<Patch>) {
        for patch in patches {
            match patch {
                Patch::Replace { block, html } if block as usize == self.blocks.len() => {
                    self.blocks.push(html);
                }
                Patch::Replace { block, html } => self.blocks[block as usize] = html,
                Patch::Append { block, html } => {
                    let current = &mut self.blocks[block as usize];
                    assert!(current.contains("<code data-open=\"\">"), "nothing open in {current}");
                    let at = current.len() - "</code></pre></figure>".len();
                    current.insert_str(at, &html);
                }
                Patch::Truncate { blocks } => {
                    assert!((blocks as usize) < self.blocks.len());
                    self.blocks.truncate(blocks as usize);
                }
            }
        }
    }
}

fn whole(text: &str) -> Vec<String> {
    markdown(text).into_iter().map(|block| block.html).collect()
}

fn state(renderer: &Incremental) -> Vec<String> {
    renderer.blocks().map(str::to_owned).collect()
}

/// Pieces chosen because a block begins, ends or changes its meaning at them.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "\n",
        "\n\n",
        "word ",
        "two words\n",
        "- item\n",
        "* other\n",
        "1. first\n",
        "2) second\n",
        "  indented\n",
        "    deep\n",
        "\t",
        "```\n",
        "```rust\n",
        "~~~~\n",
        "   ```",
        "fn x() {}\n",
        "> quote\n",
        ">\n",
        "> ```\n",
        "- ```sh\n",
        "# head\n",
        "###",
        "---\n",
        "===\n",
        "***\n",
        "| a | b |\n",
        "|---|:-:|\n",
        "| 1 | 2 |\n",
        "$$\n",
        "$$",
        "$x$",
        "$5 ",
        "\\[\n",
        "\\]\n",
        "\\(a_b\\)",
        "a = b\n",
        "\\frac{1}{2}",
        "<div>\n",
        "<!--",
        "-->",
        "<script>",
        "</b>",
        "<br>",
        "[1]: http://a.example\n",
        "[t][1]",
        "[^1]",
        "[^1]: note\n",
        "[t](http://b.example)",
        "![i](http://c)",
        "https://d.example/x_y.",
        "**bold**",
        "*",
        "_",
        "`",
        "``code``",
        "~~gone~~",
        "- [x] done\n",
        "[!NOTE]\n",
        "&amp;",
        "&",
        "\\",
        "\r\n",
        "\r",
        "\u{feff}",
        "\u{a0}",
        "\0",
        "é",
        "😀",
        "'\"<>",
    ])
    .prop_map(str::to_owned);
    prop_oneof![12 => known, 1 => ".{0,12}", 1 => "[ -~]{0,40}"]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Cuts `text` into pieces of the given lengths in characters, over and over.
fn chunks(text: &str, lengths: &[usize]) -> Vec<String> {
    let mut characters = text.chars().peekable();
    let mut chunks = Vec::new();
    for &length in lengths.iter().cycle() {
        if characters.peek().is_none() {
            break;
        }
        chunks.push(characters.by_ref().take(length).collect());
    }
    chunks
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_chunking_ends_as_the_whole(text in text(), lengths in prop::collection::vec(1..30_usize, 1..8)) {
        let mut renderer = Incremental::new();
        let mut page = Page::default();
        for chunk in chunks(&text, &lengths) {
            page.apply(renderer.push(&chunk));
            prop_assert_eq!(&page.blocks, &state(&renderer));
        }
        page.apply(renderer.finish());
        prop_assert_eq!(renderer.text(), &text);
        prop_assert_eq!(&page.blocks, &state(&renderer));
        prop_assert_eq!(page.blocks, whole(&text));
        prop_assert!(renderer.push("more").is_empty() && renderer.finish().is_empty());
    }

    #[test]
    fn the_state_depends_on_the_prefix_alone(text in text(), lengths in prop::collection::vec(1..30_usize, 1..8)) {
        let mut streamed = Incremental::new();
        let mut prefix = String::new();
        for chunk in chunks(&text, &lengths) {
            prefix.push_str(&chunk);
            streamed.push(&chunk);
            let mut resumed = Incremental::new();
            resumed.push(&prefix);
            prop_assert_eq!(state(&streamed), state(&resumed));
        }
    }

    #[test]
    fn a_resumed_renderer_goes_on_with_the_same_patches(text in text(), cut in 0.0..1.0_f64) {
        let at = text.floor_char_boundary((text.len() as f64 * cut) as usize);
        let (seen, rest) = text.split_at(at);
        let mut streamed = Incremental::new();
        for chunk in chunks(seen, &[3]) {
            streamed.push(&chunk);
        }
        let mut resumed = Incremental::new();
        resumed.push(seen);
        for chunk in chunks(rest, &[2, 5]) {
            prop_assert_eq!(streamed.push(&chunk), resumed.push(&chunk));
        }
        prop_assert_eq!(streamed.finish(), resumed.finish());
    }
}

#[test]
fn an_open_code_block_only_ever_grows() {
    let mut renderer = Incremental::new();
    renderer.push("Run\n```sh\n");
    assert_eq!(renderer.push("ls <"), [Patch::Append { block: 1, html: "ls &lt;".into() }]);
    assert_eq!(renderer.push("\n``"), [Patch::Append { block: 1, html: "\n".into() }]);
    assert_eq!(renderer.push("x"), [Patch::Append { block: 1, html: "``x".into() }]);
    let closed = renderer.push("\n```\n");
    assert!(
        matches!(&closed[..], [Patch::Replace { block: 1, html }] if !html.contains("data-open"))
    );
}

#[test]
fn finished_blocks_are_not_sent_again() {
    let mut renderer = Incremental::new();
    renderer.push("First.\n\nSecond");
    let patches = renderer.push(" goes on.");
    assert_eq!(patches, [Patch::Replace { block: 1, html: "<p>Second goes on.</p>".into() }]);
    assert_eq!(renderer.push("\n\n"), []);
}
