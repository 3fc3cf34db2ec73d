//! The frame around a code block: its language, its copy button, its scrollable content.

use crate::{
    escape::{escape_into, escaped},
    line::Fence,
};

/// What follows the content of every code block.
pub(crate) const CLOSING: &str = "</code></pre></figure>";

/// A complete block around content that is HTML already.
pub(crate) fn block(language: &str, content: &str) -> String {
    frame(language, "<code>", content)
}

/// A block that is still growing: content is appended to the element marked `data-open`.
pub(crate) fn open_block(language: &str, content: &str) -> String {
    frame(language, "<code data-open>", content)
}

/// Code without colours.
pub(crate) fn plain_content(code: &str) -> String {
    escaped(code.trim_end_matches('\n'))
}

/// The code inside a fenced segment, which begins with the opening line.
pub(crate) fn fenced_content(fence: &Fence, source: &str) -> String {
    let mut content = String::with_capacity(source.len());
    for line in source.lines().skip(1).take_while(|line| !fence.closes(line)) {
        content.push_str(fence.strip_indent(line));
        content.push('\n');
    }
    content.retain(|c| c != '\r');
    content
}

fn frame(language: &str, code_tag: &str, content: &str) -> String {
    let label = if is_label(language) { language } else { "text" };
    let mut html = String::with_capacity(content.len() + 256);
    html.push_str(r#"<figure class="code" data-language=""#);
    escape_into(&mut html, label);
    html.push_str(r#""><figcaption><span>"#);
    escape_into(&mut html, label);
    html.push_str(concat!(
        r#"</span><button type="button" class="copy" data-copy>Copy</button></figcaption>"#,
        r#"<pre tabindex="0">"#
    ));
    html.push_str(code_tag);
    html.push_str(content);
    html.push_str(CLOSING);
    html
}

/// Language names are short and plain; anything else in that place is noise.
fn is_label(language: &str) -> bool {
    (1..=32).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+#._-".contains(&byte))
}
