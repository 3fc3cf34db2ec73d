//! Cuts a document into segments that can be rendered independently, line by line.

use std::{mem, ops::Range};

use crate::line::{
    Fence, ListMarker, indent_of, is_blank, is_heading, is_quote, is_setext_underline,
    is_thematic_break, may_be_continued, top_level,
};

/// How a segment's source is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Markdown: a paragraph, list, quote, table, heading or rule.
    Flow,
    /// Code by indentation, where no character has a meaning.
    Indented,
    /// A top-level fenced block; the source includes its fence lines.
    Fence(Fence),
    /// A display formula; the source includes its delimiters.
    Math,
    /// A display formula whose closing delimiter has not come yet.
    OpenMath,
}

/// A finished piece of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) kind: Kind,
    /// Bytes of the document.
    pub(crate) range: Range<usize>,
}

/// The automaton: it sees each complete line once and never looks ahead.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    open: Open,
    start: usize,
    /// Start of the line that is not complete yet.
    seen: usize,
    /// No line ends between there and here, so that a very long line is searched only once.
    searched: usize,
}

#[derive(Debug, Default)]
enum Open {
    #[default]
    Nothing,
    Paragraph,
    Quote {
        may_continue: bool,
    },
    Indented,
    List {
        delimiter: u8,
        content: usize,
        may_continue: bool,
    },
    Fence(Fence),
    Math(&'static str),
}

impl Splitter {
    /// Reads the complete lines of `text` not seen before; `text` must only ever grow.
    pub(crate) fn advance(&mut self, text: &str, segments: &mut Vec<Segment>) {
        while let Some(offset) = text[self.searched..].find('\n') {
            let line = self.seen..self.searched + offset;
            self.searched = line.end + 1;
            self.line(&text[line.clone()], line, segments);
        }
        self.searched = text.len();
    }

    /// Takes what is left as the last line and closes the open segment.
    pub(crate) fn finish(&mut self, text: &str, segments: &mut Vec<Segment>) {
        if self.seen < text.len() {
            self.line(&text[self.seen..], self.seen..text.len(), segments);
            self.seen = text.len();
        }
        self.close(text.len(), segments);
    }

    /// Where the segment that is still open begins; everything before it is final.
    pub(crate) fn tail_start(&self) -> usize {
        if matches!(self.open, Open::Nothing) { self.seen } else { self.start }
    }

    /// How the open segment would be read if it ended now.
    pub(crate) fn tail_kind(&self) -> Kind {
        match &self.open {
            Open::Indented => Kind::Indented,
            Open::Fence(fence) => Kind::Fence(fence.clone()),
            Open::Math(_) => Kind::OpenMath,
            Open::Nothing | Open::Paragraph | Open::Quote { .. } | Open::List { .. } => Kind::Flow,
        }
    }

    fn line(&mut self, line: &str, at: Range<usize>, segments: &mut Vec<Segment>) {
        self.seen = at.end + 1;
        if !self.continues(line, &at, segments) {
            self.close(at.start, segments);
            self.begin(line, at, segments);
        }
    }

    /// Whether the line belongs to the open segment, which it may also complete.
    fn continues(&mut self, line: &str, at: &Range<usize>, segments: &mut Vec<Segment>) -> bool {
        let blank = is_blank(line);
        match &mut self.open {
            Open::Nothing => false,
            Open::Fence(fence) => {
                if fence.closes(line) {
                    self.close(at.end, segments);
                }
                true
            }
            Open::Math(closer) => {
                let trimmed = line.trim_end();
                match trimmed.find(*closer) {
                    None => !blank && Fence::open(line).is_none(),
                    Some(at_end) if at_end + closer.len() == trimmed.len() => {
                        self.open = Open::Nothing;
                        segments.push(Segment { kind: Kind::Math, range: self.start..at.end });
                        true
                    }
                    // Prose goes on behind the formula, so it is a part of a paragraph.
                    Some(_) => {
                        self.open = Open::Paragraph;
                        true
                    }
                }
            }
            Open::Paragraph if is_setext_underline(line) => {
                self.close(at.end, segments);
                true
            }
            Open::Paragraph => !blank && !interrupts_paragraph(line),
            Open::Quote { may_continue } => {
                let lazy = mem::replace(may_continue, may_be_continued(line));
                if is_quote(line) {
                    return true;
                }
                *may_continue = lazy && !blank && !interrupts_container(line);
                *may_continue
            }
            Open::Indented => blank || indent_of(line) >= 4,
            Open::List { delimiter, content, may_continue } => {
                let lazy = mem::replace(may_continue, may_be_continued(line));
                if blank {
                    return true;
                }
                if indent_of(line) >= *content {
                    return true;
                }
                match ListMarker::read(line) {
                    Some(marker) if marker.delimiter == *delimiter && !is_thematic_break(line) => {
                        *content = marker.content;
                        true
                    }
                    _ => {
                        *may_continue = lazy && !interrupts_container(line);
                        *may_continue
                    }
                }
            }
        }
    }

    /// Opens the segment that the line starts; headings and rules are complete at once.
    fn begin(&mut self, line: &str, at: Range<usize>, segments: &mut Vec<Segment>) {
        self.start = at.start;
        if is_blank(line) {
            self.open = Open::Nothing;
        } else if indent_of(line) >= 4 {
            self.open = Open::Indented;
        } else if let Some(fence) = Fence::open(line) {
            self.open = Open::Fence(fence);
        } else if is_heading(line) || is_thematic_break(line) {
            segments.push(Segment { kind: Kind::Flow, range: at });
        } else if is_quote(line) {
            self.open = Open::Quote { may_continue: may_be_continued(line) };
        } else if let Some(marker) = ListMarker::read(line) {
            let ListMarker { delimiter, content, .. } = marker;
            let may_continue = may_be_continued(line);
            self.open = Open::List { delimiter, content, may_continue };
        } else {
            match math_opener(line) {
                Some(MathLine::Whole) => segments.push(Segment { kind: Kind::Math, range: at }),
                Some(MathLine::Opens(closer)) => self.open = Open::Math(closer),
                None => self.open = Open::Paragraph,
            }
        }
    }

    fn close(&mut self, end: usize, segments: &mut Vec<Segment>) {
        let kind = match mem::take(&mut self.open) {
            Open::Nothing => return,
            Open::Indented => Kind::Indented,
            Open::Fence(fence) => Kind::Fence(fence),
            Open::Paragraph | Open::Quote { .. } | Open::List { .. } | Open::Math(_) => Kind::Flow,
        };
        segments.push(Segment { kind, range: self.start..end });
    }
}

enum MathLine {
    Whole,
    Opens(&'static str),
}

/// Whether the line starts a display formula that ends with this line or a later one.
fn math_opener(line: &str) -> Option<MathLine> {
    let (_, rest) = top_level(line)?;
    let closer = match rest.get(..2)? {
        "$$" => "$$",
        r"\[" => r"\]",
        _ => return None,
    };
    let body = rest[2..].trim();
    match body.find(closer) {
        None if closer == "$$" && body.starts_with('$') => None,
        None => Some(MathLine::Opens(closer)),
        Some(at) if at + 2 == body.len() && at > 0 => Some(MathLine::Whole),
        Some(_) => None,
    }
}

/// Whether the line ends a paragraph by starting another block, without a blank line between.
fn interrupts_paragraph(line: &str) -> bool {
    is_heading(line)
        || is_thematic_break(line)
        || is_quote(line)
        || Fence::open(line).is_some()
        || ListMarker::read(line).is_some_and(|marker| marker.interrupts)
        || math_opener(line).is_some()
}

/// The same for a paragraph inside a quote or list, which any list item ends.
fn interrupts_container(line: &str) -> bool {
    interrupts_paragraph(line) || ListMarker::read(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut splitter = Splitter::default();
        let mut segments = Vec::new();
        splitter.advance(text, &mut segments);
        splitter.finish(text, &mut segments);
        segments.into_iter().map(|segment| text[segment.range].trim_end()).collect()
    }

    #[test]
    fn blank_lines_split_paragraphs_but_not_code() {
        let text = "a\nb\n\n```\nc\n\nd\n```\ne\n\n    f\n\n    g\nh";
        assert_eq!(cut(text), ["a\nb", "```\nc\n\nd\n```", "e", "    f\n\n    g", "h"]);
    }

    #[test]
    fn lists_hold_their_items_together() {
        let text = "- a\n\n  b\n\n- c\nlazy\n\n1. d\n2. e\n```\nx\n```\n3. f\n\ng";
        assert_eq!(
            cut(text),
            ["- a\n\n  b\n\n- c\nlazy", "1. d\n2. e", "```\nx\n```", "3. f", "g"]
        );
        assert_eq!(cut("- a\n* b\n+ c\n***\n"), ["- a", "* b", "+ c", "***"]);
    }

    #[test]
    fn paragraphs_end_where_another_block_starts() {
        let text = "a\n# b\nc\n> d\ne\n\nf\n===\n- g\n2. h\ni\n-\n";
        assert_eq!(cut(text), ["a", "# b", "c", "> d\ne", "f\n===", "- g", "2. h\ni", "-"]);
    }

    #[test]
    fn formulas_are_blocks_until_they_close_or_break() {
        let text = "so\n$$\na\n= b\n- c\n$$\n\\[ x \\]\n$$ y\n\nz\n\\[ open\n```\nq\n```\n$$a$$ b";
        assert_eq!(
            cut(text),
            [
                "so",
                "$$\na\n= b\n- c\n$$",
                "\\[ x \\]",
                "$$ y",
                "z",
                "\\[ open",
                "```\nq\n```",
                "$$a$$ b"
            ]
        );
    }
}
