//! Turns hostile Markdown into safe HTML, whole or while it streams in.
//!
//! A text is first cut into segments ([`split`]) by a line-based automaton that only looks
//! backwards; each segment is then rendered on its own. Whole and incremental rendering share that
//! cut, which is why they agree by construction, and why a finished segment never changes again.
//!
//! What this costs against CommonMark, and what is done instead:
//! - Reference links (`[text][ref]`) and footnotes do not reach across blocks. They are shown as
//!   written; a definition stays visible, with its address as a link, and `[^1]` is a superscript.
//! - Raw HTML is never interpreted: it is shown as the text the model wrote (`<br>` excepted).
//! - A display formula opened by `$$` or `\[` at the start of a line is one block up to the line
//!   that closes it, whatever its lines look like to Markdown. A blank line ends the attempt.
//!
//! Every byte of HTML that leaves this crate has passed [`sanitise`].

mod code;
mod document;
mod escape;
mod highlight;
mod incremental;
mod line;
mod link;
mod math;
mod normalise;
mod plain_text;
mod sanitise;
mod split;
mod writer;

pub use incremental::{Incremental, Patch};
pub use plain_text::plain_text;

use document::render;
use escape::escape_into;
use sanitise::sanitise;
use split::Splitter;

/// One top-level block of a rendered answer, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Sanitised HTML with exactly one outer element.
    pub html: String,
}

/// Renders a whole document, one [`Block`] for each top-level element.
///
/// Takes time linear in `text`, some 0.15 microseconds a byte; code and formulas beyond the
/// limits in [`highlight`] and [`math`] stay plain.
pub fn markdown(text: &str) -> Vec<Block> {
    let mut splitter = Splitter::default();
    let mut segments = Vec::new();
    splitter.advance(text, &mut segments);
    splitter.finish(text, &mut segments);
    segments
        .iter()
        .flat_map(|segment| render(&text[segment.range.clone()], &segment.kind))
        .map(|html| Block { html })
        .collect()
}

/// Shows text exactly as it is, whitespace included, in a scrollable `<pre>`.
///
/// For what must not be read as Markdown: arguments and results of tools.
pub fn plain(text: &str) -> String {
    // The inner `code` also keeps a leading line break, which parsers drop straight after `<pre>`.
    let mut html = String::from(r#"<pre class="plain" tabindex="0"><code>"#);
    escape_into(&mut html, text);
    html.push_str("</code></pre>");
    sanitise(&html)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let blocks: Vec<_> = markdown(text).into_iter().map(|block| block.html).collect();
        blocks.join("\n")
    }

    #[test]
    fn headings_start_below_the_page_title() {
        insta::assert_snapshot!(html("# One\n## Two\n###### Six\nSetext\n---"), @r"
        <h3>One</h3>
        <h4>Two</h4>
        <h6>Six</h6>
        <h4>Setext</h4>
        ");
    }

    #[test]
    fn a_mixed_answer_becomes_one_block_for_each_element() {
        let text = "Intro **bold** `code`:\n- one\n- [x] two\n\n  more\n\n> quote\nlazy\n\n***\n";
        insta::assert_snapshot!(html(text), @r#"
        <p>Intro <strong>bold</strong> <code>code</code>:</p>
        <ul><li><p>one</p></li><li><p><span class="task task-done" role="img" aria-label="done">☑</span> two</p><p>more</p></li></ul>
        <blockquote><p>quote
        lazy</p></blockquote>
        <hr>
        "#);
    }

    #[test]
    fn a_fence_keeps_blank_lines_and_its_language() {
        insta::assert_snapshot!(html("Run:\n~~~text title=x\na\n\n  <b>\n~~~\ndone"), @r#"
        <p>Run:</p>
        <figure class="code" data-language="text"><figcaption><span>text</span><button type="button" class="copy" data-copy="">Copy</button></figcaption><pre tabindex="0"><code>a

          &lt;b&gt;</code></pre></figure>
        <p>done</p>
        "#);
    }

    #[test]
    fn code_in_a_known_language_is_highlighted() {
        insta::assert_snapshot!(html("```rs\nlet x = 1;\n```"), @r#"<figure class="code" data-language="rs"><figcaption><span>rs</span><button type="button" class="copy" data-copy="">Copy</button></figcaption><pre tabindex="0"><code><a-k>let</a-k> x = <a-n>1</a-n>;</code></pre></figure>"#);
    }

    #[test]
    fn tables_scroll_and_align() {
        insta::assert_snapshot!(html("| a | b |\n|---|--:|\n| 1 | 2<br>3 |"), @r#"<div class="table" tabindex="0" role="region" aria-label="Table"><table><thead><tr><th scope="col">a</th><th scope="col" class="align-right">b</th></tr></thead><tbody><tr><td>1</td><td class="align-right">2<br>3</td></tr></tbody></table></div>"#);
    }

    #[test]
    fn formulas_in_all_four_notations() {
        let text = "Sum \\(a+b\\), $x$, costs $5 to $10.\n\\[\nx\n= 1\n\\]\n$$y$$\n";
        insta::assert_snapshot!(html(text), @r#"
        <p>Sum <math display="inline"><mi>a</mi><mo>+</mo><mi>b</mi></math>, <math display="inline"><mi>x</mi></math>, costs $5 to $10.</p>
        <div class="math" tabindex="0" role="group" aria-label="Formula"><math display="block"><mi>x</mi><mo>=</mo><mn>1</mn></math></div>
        <div class="math" tabindex="0" role="group" aria-label="Formula"><math display="block"><mi>y</mi></math></div>
        "#);
    }

    #[test]
    fn a_broken_formula_shows_its_source() {
        insta::assert_snapshot!(html("$\\frac{1$ and $\\def\\a{\\a}\\a$"), @r#"<p>$\frac{1$ and <code class="math-error">\def\a{\a}\a</code></p>"#);
    }

    #[test]
    fn images_never_load() {
        let text = "![a *cat*](https://img.example.com/cat.png) ![](data:image/png;base64,AA)";
        insta::assert_snapshot!(html(text), @r#"<p><a class="remote-image" href="https://img.example.com/cat.png" target="_blank" rel="noopener noreferrer nofollow">a cat (img.example.com)</a> <span class="remote-image">Image (no address to open)</span></p>"#);
    }

    #[test]
    fn links_keep_three_schemes_and_no_credentials() {
        let text = "[a](https://a.example/?q=1&r) [b](javascript:alert(1)) [c](/local) \
                    [d](https://bank.example@evil.example) <me@a.example> https://x.example/a_b_c.";
        insta::assert_snapshot!(html(text), @r#"<p><a href="https://a.example/?q=1&amp;r" target="_blank" rel="noopener noreferrer nofollow">a</a> b c d <a href="mailto:me@a.example" target="_blank" rel="noopener noreferrer nofollow">me@a.example</a> <a href="https://x.example/a_b_c" target="_blank" rel="noopener noreferrer nofollow">https://x.example/a_b_c</a>.</p>"#);
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        insta::assert_snapshot!(html("<div onclick=x>\n**b** <i>c</i>\n\n- <p>\n  d"), @r#"
        <p>&lt;div onclick=x&gt;
        <strong>b</strong> &lt;i&gt;c&lt;/i&gt;</p>
        <ul><li>&lt;p&gt;
        d</li></ul>
        "#);
    }

    #[test]
    fn definitions_and_footnotes_stay_visible() {
        let text = "See [it][1] and this[^n].\n\n[1]: https://a.example\n\n[^n]: The note.";
        insta::assert_snapshot!(html(text), @r#"
        <p>See [it][1] and this<sup class="footnote">n</sup>.</p>
        <p>[1]: <a href="https://a.example/" target="_blank" rel="noopener noreferrer nofollow">https://a.example</a></p>
        <div class="footnote"><sup>n</sup> <p>The note.</p></div>
        "#);
    }

    #[test]
    fn alerts_are_labelled() {
        insta::assert_snapshot!(html("> [!WARNING]\n> Careful."), @r#"<blockquote class="alert alert-warning"><p class="alert-title">Warning</p><p>Careful.</p></blockquote>"#);
    }

    #[test]
    fn plain_keeps_whitespace_and_escapes() {
        insta::assert_snapshot!(plain("\n{ \"a\": <b> }\n"), @r#"
        <pre class="plain" tabindex="0"><code>
        { "a": &lt;b&gt; }
        </code></pre>
        "#);
    }
}
