//! Classifies single lines as Markdown block openers and closers.

/// An opening code fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence {
    marker: u8,
    length: usize,
    /// Columns before the fence, removed from each line of the content.
    pub(crate) indent: usize,
    /// First word of the info string, as written.
    pub(crate) language: String,
}

impl Fence {
    /// Reads an opening fence; `None` if the line is not one.
    pub(crate) fn open(line: &str) -> Option<Self> {
        let (indent, rest) = top_level(line)?;
        let marker = *rest.as_bytes().first()?;
        if !matches!(marker, b'`' | b'~') {
            return None;
        }
        let length = rest.bytes().take_while(|&byte| byte == marker).count();
        let info = rest[length..].trim();
        // A backtick in the info string would make this an inline code span.
        if length < 3 || (marker == b'`' && info.contains('`')) {
            return None;
        }
        let language = info.split_whitespace().next().unwrap_or_default().to_owned();
        Some(Self { marker, length, indent, language })
    }

    /// Whether the line ends the block this fence opened.
    pub(crate) fn closes(&self, line: &str) -> bool {
        top_level(line).is_some_and(|(_, rest)| {
            let rest = rest.trim_end();
            rest.len() >= self.length && rest.bytes().all(|byte| byte == self.marker)
        })
    }

    /// Whether more characters could still turn this unfinished line into the closing fence.
    pub(crate) fn may_close(&self, line: &str) -> bool {
        line.trim().bytes().all(|byte| byte == self.marker)
    }

    /// The line without the columns by which the fence itself was indented.
    pub(crate) fn strip_indent<'a>(&self, line: &'a str) -> &'a str {
        let spaces = line.bytes().take(self.indent).take_while(|&byte| byte == b' ').count();
        &line[spaces..]
    }
}

/// What separates one list from another that follows it: the bullet or the number's delimiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListMarker {
    pub(crate) delimiter: u8,
    /// Column at which the item's content begins.
    pub(crate) content: usize,
    /// Whether CommonMark lets such an item end a paragraph without a blank line.
    pub(crate) interrupts: bool,
}

impl ListMarker {
    /// Reads a list marker at most three columns deep.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let (indent, rest) = top_level(line)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let delimiter = *rest.as_bytes().get(digits)?;
        let known = match digits {
            0 => matches!(delimiter, b'-' | b'*' | b'+'),
            1..=9 => matches!(delimiter, b'.' | b')'),
            _ => false,
        };
        if !known {
            return None;
        }
        let after = &rest[digits + 1..];
        let empty = is_blank(after);
        let padding = indent_of(after);
        if !empty && padding == 0 {
            return None;
        }
        // Five or more columns mean that the item begins with indented code, one column in.
        let padding = if empty || padding > 4 { 1 } else { padding };
        let interrupts = !empty && (digits == 0 || rest[..digits].parse() == Ok(1_u32));
        Some(Self { delimiter, content: indent + digits + 1 + padding, interrupts })
    }
}

/// Whether the line holds nothing but whitespace.
pub(crate) fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Columns of leading whitespace, a tab reaching to the next multiple of four.
pub(crate) fn indent_of(line: &str) -> usize {
    let mut columns = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

/// `#` to `######` followed by a space or the line's end.
pub(crate) fn is_heading(line: &str) -> bool {
    top_level(line).is_some_and(|(_, rest)| {
        let level = rest.bytes().take_while(|&byte| byte == b'#').count();
        (1..=6).contains(&level)
            && matches!(rest.as_bytes().get(level), None | Some(b' ' | b'\t' | b'\r'))
    })
}

/// Three or more of `*`, `-` or `_`, spaces allowed between.
pub(crate) fn is_thematic_break(line: &str) -> bool {
    top_level(line).is_some_and(|(_, rest)| {
        let Some(marker @ (b'*' | b'-' | b'_')) = rest.bytes().next() else {
            return false;
        };
        let marks = rest.bytes().filter(|&byte| byte == marker).count();
        let spaces = rest.bytes().filter(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        marks >= 3 && marks + spaces == rest.len()
    })
}

/// The underline that makes the paragraph above it a heading.
pub(crate) fn is_setext_underline(line: &str) -> bool {
    top_level(line).is_some_and(|(_, rest)| {
        let rest = rest.trim_end();
        !rest.is_empty()
            && (rest.bytes().all(|byte| byte == b'=') || rest.bytes().all(|byte| byte == b'-'))
    })
}

/// Whether the line opens or continues a block quote.
pub(crate) fn is_quote(line: &str) -> bool {
    top_level(line).is_some_and(|(_, rest)| rest.starts_with('>'))
}

/// Bytes of indentation, quote marks and list markers in front of a line's content.
pub(crate) fn skip_container_marks(line: &str) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'>')) {
            at += 1;
        }
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let marker = match bytes.get(at + digits) {
            Some(b'-' | b'*' | b'+') => digits == 0,
            Some(b'.' | b')') => (1..=9).contains(&digits),
            _ => false,
        };
        if !marker || !matches!(bytes.get(at + digits + 1), Some(b' ' | b'\t')) {
            return at;
        }
        at += digits + 2;
    }
}

/// Whether the next line may go on with a paragraph of this one without repeating its marks.
pub(crate) fn may_be_continued(line: &str) -> bool {
    let content = &line[skip_container_marks(line)..];
    let ends_a_block = is_blank(content)
        || is_heading(content)
        || is_thematic_break(content)
        || is_setext_underline(content)
        || Fence::open(content).is_some();
    !ends_a_block
}

/// The rest of a line indented by at most three spaces, and by how many.
pub(crate) fn top_level(line: &str) -> Option<(usize, &str)> {
    let indent = indent_of(line);
    (indent < 4).then(|| (indent, line.trim_start_matches([' ', '\t'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_close_only_with_their_own_kind() {
        let fence = Fence::open("  ````rust ignore").unwrap();
        assert_eq!(fence.language, "rust");
        assert_eq!(fence.strip_indent("    x"), "  x");
        assert!(fence.closes("````` "));
        assert!(!fence.closes("```"));
        assert!(!fence.closes("~~~~"));
        assert!(!fence.closes("    ````"));
        assert!(fence.may_close(" ``") && !fence.may_close("``x"));
        assert_eq!(Fence::open("```a`b```"), None);
    }

    #[test]
    fn list_markers_know_where_content_begins() {
        let content = |line| ListMarker::read(line).map(|marker| marker.content);
        assert_eq!(content("- a"), Some(2));
        assert_eq!(content(" 10)  a"), Some(6));
        assert_eq!(content("-      code"), Some(2));
        assert_eq!(content("-"), Some(2));
        assert_eq!(content("-a"), None);
        assert_eq!(content("    - a"), None);
        assert_eq!(content("1234567890. a"), None);
        assert!(!ListMarker::read("2. a").unwrap().interrupts);
        assert!(!ListMarker::read("-").unwrap().interrupts);
    }

    #[test]
    fn rules_headings_and_underlines() {
        assert!(
            is_thematic_break(" * * *") && !is_thematic_break("--") && !is_thematic_break("-*-")
        );
        assert!(
            is_heading("### a") && is_heading("#") && !is_heading("#a") && !is_heading("    # a")
        );
        assert!(
            is_setext_underline("=") && is_setext_underline("-- ") && !is_setext_underline("=-")
        );
    }
}
