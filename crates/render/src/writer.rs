//! Writes the parser's events as HTML, one string for each top-level element.

use std::borrow::Cow;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag,
    TextMergeStream,
};

use crate::{
    escape::{escape_into, escaped},
    link::{allowed, image_placeholder, linkify_into, open_tag},
    math::formula,
};

/// Elements nested deeper are flattened: browsers and the sanitiser slow down with depth.
const MAX_DEPTH: usize = 40;
/// More empty cells than this at the end of a row are left out: the parser pads each row to the
/// width of its header, which would let a small text grow into a very large table.
const MAX_EMPTY_CELLS: usize = 32;

/// What the parser understands beyond CommonMark.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_OLD_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

/// Unsanitised HTML of each top-level element of `source`; `code` renders code blocks, given
/// their language and text.
pub(crate) fn write_blocks(source: &str, code: fn(&str, &str) -> String) -> Vec<String> {
    let mut writer = Writer {
        code,
        out: String::with_capacity(source.len() * 2),
        blocks: Vec::new(),
        closers: Vec::new(),
        code_block: None,
        image: None,
        links: 0,
        table: Table::default(),
    };
    for event in TextMergeStream::new(Parser::new_ext(source, options())) {
        writer.event(event);
        if writer.closers.is_empty() && !writer.out.is_empty() {
            writer.blocks.push(std::mem::take(&mut writer.out));
        }
    }
    writer.blocks
}

struct Writer {
    code: fn(&str, &str) -> String,
    out: String,
    blocks: Vec<String>,
    /// What closes each open element; empty for the flattened ones.
    closers: Vec<Cow<'static, str>>,
    code_block: Option<(String, String)>,
    image: Option<Image>,
    links: usize,
    table: Table,
}

/// An image being read: its text is collected, its markup dropped.
struct Image {
    address: String,
    alt: String,
    depth: usize,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_body: bool,
    empty_cells: usize,
    cell_start: usize,
    content_start: usize,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.inline("<code>", &text, "</code>"),
            Event::InlineMath(tex) => self.math(&tex, false),
            Event::DisplayMath(tex) => self.math(&tex, true),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::FootnoteReference(label) => {
                self.inline("<sup class=\"footnote\">", &label, "</sup>")
            }
            Event::SoftBreak => self.space("\n"),
            Event::HardBreak => self.space("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            Event::TaskListMarker(done) => self.out.push_str(if done {
                "<span class=\"task task-done\" role=\"img\" aria-label=\"done\">\u{2611}</span> "
            } else {
                "<span class=\"task\" role=\"img\" aria-label=\"to do\">\u{2610}</span> "
            }),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code_block {
            code.push_str(text);
        } else if let Some(image) = &mut self.image {
            image.alt.push_str(text);
        } else if self.links > 0 {
            escape_into(&mut self.out, text);
        } else {
            linkify_into(&mut self.out, text);
        }
    }

    fn inline(&mut self, opening: &str, text: &str, closing: &str) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        self.out.push_str(opening);
        escape_into(&mut self.out, text);
        self.out.push_str(closing);
    }

    fn math(&mut self, tex: &str, display: bool) {
        match &mut self.image {
            Some(image) => image.alt.push_str(tex),
            None => self.out.push_str(&formula(tex, display)),
        }
    }

    /// Raw HTML is shown, not obeyed; a line break is harmless and common in tables.
    fn html(&mut self, html: &str) {
        if matches!(html.trim(), "<br>" | "<br/>" | "<br />") {
            self.space("<br>");
        } else if let Some(image) = &mut self.image {
            image.alt.push_str(html);
        } else {
            escape_into(&mut self.out, html);
        }
    }

    fn space(&mut self, html: &str) {
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => self.out.push_str(html),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let mut closer = Cow::Borrowed("");
        match tag {
            Tag::CodeBlock(kind) => self.code_block = Some((language(&kind), String::new())),
            _ if self.image.is_some() => {}
            Tag::Image { dest_url, .. } => {
                let depth = self.closers.len();
                self.image =
                    Some(Image { address: dest_url.into_string(), alt: String::new(), depth });
            }
            _ if self.closers.len() >= MAX_DEPTH => self.space(" "),
            tag => closer = self.open(tag),
        }
        self.closers.push(closer);
    }

    /// Writes an opening tag and returns what closes it.
    fn open(&mut self, tag: Tag<'_>) -> Cow<'static, str> {
        let (opening, closer): (Cow<'_, str>, &'static str) = match tag {
            Tag::Paragraph | Tag::HtmlBlock => ("<p>".into(), "</p>"),
            Tag::Heading { level, .. } => heading(level),
            Tag::BlockQuote(kind) => (quote(kind), "</blockquote>"),
            Tag::List(Some(1)) => ("<ol>".into(), "</ol>"),
            Tag::List(Some(start)) => (format!("<ol start=\"{start}\">").into(), "</ol>"),
            Tag::List(None) => ("<ul>".into(), "</ul>"),
            Tag::Item => ("<li>".into(), "</li>"),
            Tag::FootnoteDefinition(label) => {
                let label = escaped(&label);
                (format!("<div class=\"footnote\"><sup>{label}</sup> ").into(), "</div>")
            }
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                return self.open_table(tag);
            }
            Tag::Emphasis => ("<em>".into(), "</em>"),
            Tag::Strong => ("<strong>".into(), "</strong>"),
            Tag::Strikethrough => ("<del>".into(), "</del>"),
            Tag::Link { link_type, dest_url, .. } => {
                let mailto = if link_type == LinkType::Email { "mailto:" } else { "" };
                match allowed(&format!("{mailto}{dest_url}")) {
                    Some(url) => {
                        self.links += 1;
                        (open_tag(&url).into(), "</a>")
                    }
                    None => ("".into(), ""),
                }
            }
            // The remaining extensions are switched off, code and images are handled before.
            _ => ("".into(), ""),
        };
        self.out.push_str(&opening);
        Cow::Borrowed(closer)
    }

    fn open_table(&mut self, tag: Tag<'_>) -> Cow<'static, str> {
        match tag {
            Tag::Table(alignments) => {
                self.table = Table { alignments, ..Table::default() };
                self.out.push_str(
                    r#"<div class="table" tabindex="0" role="region" aria-label="Table"><table>"#,
                );
                // The body's end is written together with the table's, if there was a body.
                Cow::Borrowed(TABLE_END)
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.start_row("<thead><tr>");
                Cow::Borrowed("</tr></thead>")
            }
            Tag::TableRow => {
                let opening = if self.table.has_body { "<tr>" } else { "<tbody><tr>" };
                self.table.in_head = false;
                self.table.has_body = true;
                self.start_row(opening);
                Cow::Borrowed("</tr>")
            }
            _ => {
                self.table.cell_start = self.out.len();
                self.out.push_str(if self.table.in_head { "<th scope=\"col\"" } else { "<td" });
                self.out.push_str(match self.table.alignments.get(self.table.column) {
                    Some(Alignment::Left) => " class=\"align-left\">",
                    Some(Alignment::Center) => " class=\"align-center\">",
                    Some(Alignment::Right) => " class=\"align-right\">",
                    _ => ">",
                });
                self.table.content_start = self.out.len();
                Cow::Borrowed(if self.table.in_head { HEAD_CELL_END } else { CELL_END })
            }
        }
    }

    fn start_row(&mut self, opening: &str) {
        self.table.column = 0;
        self.table.empty_cells = 0;
        self.out.push_str(opening);
    }

    fn end(&mut self) {
        let closer = self.closers.pop().unwrap_or_default();
        if let Some((language, text)) = self.code_block.take() {
            let html = (self.code)(&language, &text);
            self.out.push_str(&html);
            return;
        }
        if let Some(image) = self.image.take_if(|image| image.depth == self.closers.len()) {
            self.out.push_str(&image_placeholder(&image.address, &image.alt, self.links > 0));
            return;
        }
        match closer.as_ref() {
            "</a>" => self.links -= 1,
            TABLE_END if self.table.has_body => self.out.push_str("</tbody>"),
            CELL_END | HEAD_CELL_END => return self.end_cell(&closer),
            _ => {}
        }
        self.out.push_str(&closer);
    }

    fn end_cell(&mut self, closer: &str) {
        self.table.column += 1;
        if self.out.len() > self.table.content_start {
            self.table.empty_cells = 0;
        } else {
            self.table.empty_cells += 1;
        }
        if self.table.empty_cells > MAX_EMPTY_CELLS {
            self.out.truncate(self.table.cell_start);
        } else {
            self.out.push_str(closer);
        }
    }
}

const TABLE_END: &str = "</table></div>";
const CELL_END: &str = "</td>";
const HEAD_CELL_END: &str = "</th>";

/// Answers stand under the page's own `h1` and `h2`.
fn heading(level: HeadingLevel) -> (Cow<'static, str>, &'static str) {
    match level {
        HeadingLevel::H1 => ("<h3>".into(), "</h3>"),
        HeadingLevel::H2 => ("<h4>".into(), "</h4>"),
        HeadingLevel::H3 => ("<h5>".into(), "</h5>"),
        _ => ("<h6>".into(), "</h6>"),
    }
}

fn quote(kind: Option<BlockQuoteKind>) -> Cow<'static, str> {
    let (class, title) = match kind {
        None => return "<blockquote>".into(),
        Some(BlockQuoteKind::Note) => ("note", "Note"),
        Some(BlockQuoteKind::Tip) => ("tip", "Tip"),
        Some(BlockQuoteKind::Important) => ("important", "Important"),
        Some(BlockQuoteKind::Warning) => ("warning", "Warning"),
        Some(BlockQuoteKind::Caution) => ("caution", "Caution"),
    };
    format!(r#"<blockquote class="alert alert-{class}"><p class="alert-title">{title}</p>"#).into()
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => {
            info.split_whitespace().next().unwrap_or_default().to_owned()
        }
        CodeBlockKind::Indented => String::new(),
    }
}
