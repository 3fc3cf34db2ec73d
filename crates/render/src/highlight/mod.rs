//! Colours code by reading it once from left to right.
//!
//! No grammar, no regular expression and no recovery from errors: whatever a model writes takes
//! time in proportion to its length. Parsers that build trees (tree-sitter was tried) need minutes
//! and gigabytes for a few kilobytes made to hurt them, and nothing can interrupt that in-process.

mod languages;
mod lexer;
mod lines;
mod markup;
mod paint;

use languages::{Language, language};
use paint::Paint;

pub(crate) use paint::TOKEN_ELEMENTS;

/// Longer code stays plain, because every token becomes an element of the page: bytes.
const MAX_BYTES: usize = 100_000;
/// Longer code stays plain: lines.
const MAX_LINES: usize = 2_000;

/// Highlighted HTML of `code`; `None` if it must stay plain.
///
/// The result is not sanitised yet, and has no line breaks at its end.
pub(crate) fn highlight(name: &str, code: &str) -> Option<String> {
    if code.len() > MAX_BYTES || code.bytes().filter(|&byte| byte == b'\n').count() > MAX_LINES {
        return None;
    }
    let code = code.trim_end_matches('\n');
    let mut paint = Paint::with_capacity(code.len() * 2);
    match language(&name.to_ascii_lowercase())? {
        Language::Code(syntax) => lexer::paint(code, syntax, &mut paint),
        Language::Markup => markup::paint(code, &mut paint),
        Language::Diff => lines::paint_diff(code, &mut paint),
        Language::Markdown => lines::paint_markdown(code, &mut paint),
    }
    Some(paint.finish())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(name: &str, code: &str) -> String {
        highlight(name, code).unwrap()
    }

    #[test]
    fn common_languages_look_familiar() {
        insta::assert_snapshot!(shown("rust", "#[test]\nfn a<'a>(x: &'a str) -> Option<u8> {\n    println!(\"{}\\\"\", 'x'); // hi\n}\n"), @r#"
        <a-at>#[test]</a-at>
        <a-k>fn</a-k> a&lt;<a-at>&#39;a</a-at>&gt;(x: &amp;<a-at>&#39;a</a-at> <a-t>str</a-t>) -&gt; <a-t>Option</a-t>&lt;<a-t>u8</a-t>&gt; {
            <a-f>println</a-f>!(<a-s>&quot;{}\&quot;&quot;</a-s>, <a-s>&#39;x&#39;</a-s>); <a-c>// hi</a-c>
        }
        "#);
        insta::assert_snapshot!(shown("python", "@cache\ndef f(x: int) -> None:\n    \"\"\"Doc\n    \"\"\"\n    return f'{x}' if x >= 1.5e3 else None"), @r#"
        <a-at>@cache</a-at>
        <a-k>def</a-k> <a-f>f</a-f>(x: <a-t>int</a-t>) -&gt; <a-co>None</a-co>:
            <a-s>&quot;&quot;&quot;Doc
            &quot;&quot;&quot;</a-s>
            <a-k>return</a-k> f<a-s>&#39;{x}&#39;</a-s> <a-k>if</a-k> x &gt;= <a-n>1.5e3</a-n> <a-k>else</a-k> <a-co>None</a-co>
        "#);
        insta::assert_snapshot!(shown("bash", "# go\nexport A=\"$B\" && npm install --save-dev x | grep 'y'"), @r#"
        <a-c># go</a-c>
        <a-k>export</a-k> <a-v>A</a-v>=<a-s>&quot;$B&quot;</a-s> &amp;&amp; <a-f>npm</a-f> install <a-at>--save-dev</a-at> x | <a-f>grep</a-f> <a-s>&#39;y&#39;</a-s>
        "#);
        insta::assert_snapshot!(shown("sql", "SELECT count(*) FROM t WHERE a = 'it''s' -- all"), @r#"<a-k>SELECT</a-k> <a-f>count</a-f>(*) <a-k>FROM</a-k> t <a-k>WHERE</a-k> a = <a-s>&#39;it&#39;</a-s><a-s>&#39;s&#39;</a-s> <a-c>-- all</a-c>"#);
        insta::assert_snapshot!(shown("json", "{ \"a\": [1, true, \"b\"] }"), @r#"{ <a-pr>&quot;a&quot;</a-pr>: [<a-n>1</a-n>, <a-co>true</a-co>, <a-s>&quot;b&quot;</a-s>] }"#);
        insta::assert_snapshot!(shown("yaml", "# c\nname: x\nlist:\n  - key: \"v\"\n    on: true"), @r#"
        <a-c># c</a-c>
        <a-pr>name</a-pr>: x
        <a-pr>list</a-pr>:
          - <a-pr>key</a-pr>: <a-s>&quot;v&quot;</a-s>
            <a-pr>on</a-pr>: <a-co>true</a-co>
        "#);
        insta::assert_snapshot!(shown("css", ".a > b:hover { color: #fff; width: 2px; }\n@media print {}"), @r#"
        <a-at>.a</a-at> &gt; <a-tg>b</a-tg>:<a-tg>hover</a-tg> { <a-pr>color</a-pr>: <a-n>#fff</a-n>; <a-pr>width</a-pr>: <a-n>2px</a-n>; }
        <a-k>@media</a-k> <a-tg>print</a-tg> {}
        "#);
        insta::assert_snapshot!(shown("html", "<!-- c --><p class=\"a\">x &amp; y</p><script>let a = 1</script>"), @r#"<a-c>&lt;!-- c --&gt;</a-c><a-tg>&lt;p</a-tg> <a-at>class</a-at>=<a-s>&quot;a&quot;</a-s><a-tg>&gt;</a-tg>x &amp;amp; y<a-tg>&lt;/p</a-tg><a-tg>&gt;</a-tg><a-tg>&lt;script</a-tg><a-tg>&gt;</a-tg><a-k>let</a-k> a = <a-n>1</a-n><a-tg>&lt;/script</a-tg><a-tg>&gt;</a-tg>"#);
        insta::assert_snapshot!(shown("diff", "@@ -1 +1 @@\n-a\n+b\n c"), @r#"
        <a-tt>@@ -1 +1 @@</a-tt>
        <a-dd>-a</a-dd>
        <a-da>+b</a-da>
         c
        "#);
        insta::assert_snapshot!(shown("markdown", "# T\n- a `b`\n```\nx"), @r#"
        <a-tt># T</a-tt>
        <a-k>-</a-k> a `<a-s>b</a-s>`
        <a-s>```</a-s>
        <a-s>x</a-s>
        "#);
    }

    #[test]
    fn long_code_stays_plain() {
        assert_eq!(highlight("rust", &"x\n".repeat(MAX_LINES + 1)), None);
        assert_eq!(highlight("rust", &"x".repeat(MAX_BYTES + 1)), None);
        assert_eq!(highlight("klingon", "x"), None);
    }

    /// The text of the page, with the elements of tokens and the escapes taken away.
    fn text_of(html: &str) -> String {
        let mut text = String::new();
        for (number, part) in html.split('<').enumerate() {
            text.push_str(if number == 0 { part } else { part.split_once('>').unwrap().1 });
        }
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.replace("&#39;", "'").replace("&amp;", "&")
    }

    proptest! {
        #[test]
        fn every_character_is_kept(
            name in prop::sample::select(languages::NAMES),
            code in "([ -~\\n\\t]|é|\"\"\"|/\\*|\\*/|<!--|</|<a |=\"|<script>|```|r#\"|@|\\$\\{|--|\\[\\[){0,60}",
        ) {
            prop_assert_eq!(text_of(&shown(name, &code)), code.trim_end_matches('\n'));
        }
    }
}
