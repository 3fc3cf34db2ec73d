//! The one way out: everything this crate returns has passed this allow-list.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use crate::highlight::TOKEN_ELEMENTS;

const ELEMENTS: [&str; 30] = [
    "a",
    "blockquote",
    "br",
    "button",
    "code",
    "del",
    "div",
    "em",
    "figcaption",
    "figure",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "sub",
];

/// MathML Core without links, actions, scripts' hooks or ways back into HTML.
const MATH_ELEMENTS: [&str; 23] = [
    "math",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

const MATH_ATTRIBUTES: [&str; 20] = [
    "accent",
    "accentunder",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "width",
];

const MATH_CLASSES: [&str; 21] = [
    "cell-left",
    "cell-right",
    "menv-align",
    "menv-alignlike",
    "menv-arraylike",
    "menv-border-only",
    "menv-cases",
    "menv-cells-left",
    "menv-cells-right",
    "menv-hdashline",
    "menv-hline",
    "menv-left-dashed",
    "menv-left-solid",
    "menv-matrix",
    "menv-multline",
    "menv-nonumber",
    "menv-right-dashed",
    "menv-right-solid",
    "menv-with-eqn",
    "mop-negated",
    "small",
];

const CLASSES: [(&str, &[&str]); 10] = [
    ("a", &["remote-image"]),
    (
        "blockquote",
        &["alert", "alert-note", "alert-tip", "alert-important", "alert-warning", "alert-caution"],
    ),
    ("button", &["copy"]),
    ("code", &["math-error", "math-source"]),
    ("div", &["footnote", "math", "table"]),
    ("figure", &["code"]),
    ("p", &["alert-title"]),
    ("pre", &["plain"]),
    ("span", &["remote-image", "task", "task-done"]),
    ("sup", &["footnote"]),
];

const CELL_CLASSES: [&str; 3] = ["align-left", "align-center", "align-right"];

/// Attributes that may carry any value, because no value of theirs does anything.
const ATTRIBUTES: [(&str, &[&str]); 6] = [
    ("a", &["href", "target"]),
    ("button", &["data-copy"]),
    ("code", &["data-open"]),
    ("div", &["aria-label"]),
    ("figure", &["data-language"]),
    ("ol", &["start"]),
];

/// Attributes with all the values they may have.
const VALUES: [(&str, &str, &[&str]); 7] = [
    ("button", "type", &["button"]),
    ("div", "role", &["group", "region"]),
    ("div", "tabindex", &["0"]),
    ("pre", "tabindex", &["0"]),
    ("span", "role", &["img"]),
    ("span", "aria-label", &["done", "to do"]),
    ("th", "scope", &["col"]),
];

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(policy);

/// Reduces HTML to the allow-list.
pub(crate) fn sanitise(html: &str) -> String {
    POLICY.clean(html).to_string()
}

fn policy() -> Builder<'static> {
    let mut attributes: HashMap<_, HashSet<_>> =
        ATTRIBUTES.into_iter().map(|(tag, names)| (tag, set(names))).collect();
    attributes.extend(MATH_ELEMENTS.map(|tag| (tag, set(&MATH_ATTRIBUTES))));
    let mut values: HashMap<_, HashMap<_, _>> = HashMap::new();
    for (tag, name, allowed) in VALUES {
        values.entry(tag).or_default().insert(name, set(allowed));
    }
    let mut classes: HashMap<_, HashSet<_>> =
        CLASSES.into_iter().map(|(tag, names)| (tag, set(names))).collect();
    classes.extend(["td", "th"].map(|tag| (tag, set(&CELL_CLASSES))));
    classes.extend(MATH_ELEMENTS.map(|tag| (tag, set(&MATH_CLASSES))));
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.into_iter().chain(MATH_ELEMENTS).chain(TOKEN_ELEMENTS).collect())
        .generic_attributes(HashSet::new())
        .tag_attributes(attributes)
        .tag_attribute_values(values)
        .allowed_classes(classes)
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(set(&["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny);
    builder
}

fn set(names: &[&'static str]) -> HashSet<&'static str> {
    names.iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_page_survives() {
        for html in [
            "<script>alert(1)</script>",
            "<style>*{}</style>",
            "<iframe src=https://a.example></iframe>",
            "<img src=x onerror=alert(1)>",
            "<svg><animate onbegin=alert(1)></svg>",
            "<base href=https://a.example><meta http-equiv=refresh content=0>",
            "<form action=/x><input name=y></form>",
            "<math><annotation-xml encoding=text/html><img src=x></annotation-xml></math>",
        ] {
            let clean = sanitise(html);
            assert!(!clean.contains('<') || clean == "<math></math>", "{html} became {clean}");
        }
    }

    #[test]
    fn attributes_are_limited_to_ours() {
        let html = "<p id=a class='alert-title mine' style=x onclick=y>t</p><a href=javascript:x name=b>u</a>";
        let clean = "<p class=\"alert-title\">t</p><a target=\"_blank\" rel=\"noopener noreferrer nofollow\">u</a>";
        assert_eq!(sanitise(html), clean);
    }

    proptest::proptest! {
        #[test]
        fn output_is_already_clean(text in "([ -~]|\n|<b>|\\$x_1\\$|```rust\n|- |> |\\| a |[|]-[|]\n|\u{a0}|é){0,60}") {
            for block in crate::markdown(&text) {
                proptest::prop_assert_eq!(sanitise(&block.html), block.html);
            }
        }
    }
}
