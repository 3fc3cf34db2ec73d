//! Rewrites what models write into what the Markdown parser understands, outside code.
//!
//! - `\(…\)` and `\[…\]` become `$…$` and `$$…$$`, on one line, so that no line of a formula can be
//!   taken for a list item or an underline.
//! - A `$` that opens no formula (an amount of money) is escaped.
//! - HTML at the start of a line is escaped, so that it never swallows the Markdown after it.
//! - Link reference definitions are escaped, so that they stay visible.
//!
//! One pass; every search remembers its result, so that hostile repetition stays linear.

use std::{borrow::Cow, collections::HashMap};

use crate::line::skip_container_marks;

/// Rewrites one segment of Markdown flow.
pub(crate) fn normalise(source: &str) -> Cow<'_, str> {
    if !source.contains(['$', '\\', '<', '[']) {
        return Cow::Borrowed(source);
    }
    let mut pass = Pass::new(source);
    pass.run();
    if pass.out.is_empty() {
        return Cow::Borrowed(source);
    }
    pass.out.push_str(&source[pass.copied..]);
    Cow::Owned(pass.out)
}

struct Pass<'a> {
    source: &'a str,
    out: String,
    /// Source up to here is in `out`.
    copied: usize,
    at: usize,
    /// No formula or code span reaches beyond this blank line.
    paragraph_end: usize,
    found: HashMap<&'static str, Found>,
    /// Lengths of backtick runs known to have no partner before the stored position.
    unpaired: HashMap<usize, usize>,
}

#[derive(Clone, Copy)]
struct Found {
    from: usize,
    at: Option<usize>,
    until: usize,
}

impl<'a> Pass<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            out: String::with_capacity(source.len() + 16),
            copied: 0,
            at: 0,
            paragraph_end: 0,
            found: HashMap::new(),
            unpaired: HashMap::new(),
        }
    }

    fn run(&mut self) {
        self.line_start();
        while let Some(&byte) = self.source.as_bytes().get(self.at) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start();
                }
                b'`' => self.code_span(),
                b'$' => self.dollars(),
                b'\\' => self.backslash(),
                _ => self.at += 1,
            }
        }
    }

    /// Handles what has a meaning only at the start of a line, behind its container marks.
    fn line_start(&mut self) {
        while self.at < self.source.len() {
            if self.at >= self.paragraph_end {
                self.paragraph_end = blank_line_after(self.source, self.at);
            }
            let line_end = line_end(self.source, self.at);
            let line = &self.source[self.at..line_end];
            let content = skip_container_marks(line);
            let rest = &line[content..];
            let Some(fence) = fence_of(rest) else {
                self.at += content;
                if starts_html(rest) || starts_definition(rest) {
                    self.replace(self.at, "\\");
                    self.at += 1;
                }
                return;
            };
            self.at = after_fence(self.source, line_end, fence);
        }
    }

    fn backslash(&mut self) {
        let rest = &self.source[self.at + 1..];
        let next = rest.bytes().next();
        let converted = match next {
            Some(b'(') => self.formula(r"\)", "$"),
            Some(b'[') => self.formula(r"\]", "$$"),
            _ => false,
        };
        if !converted {
            // The escaped character is skipped too, unless it is one this loop must see.
            self.at +=
                if next.is_some_and(|byte| byte.is_ascii() && byte != b'\n') { 2 } else { 1 };
        }
    }

    /// Converts a formula in TeX delimiters that opens here; whether there was one.
    fn formula(&mut self, closer: &'static str, dollars: &str) -> bool {
        let from = self.at + 2;
        let Some(end) = self.find(closer, from) else {
            return false;
        };
        if self.find("$", from).is_some_and(|dollar| dollar < end) {
            return false;
        }
        let body = one_line(&self.source[from..end]);
        // Square brackets may be escaped for their own sake.
        let is_formula = dollars == "$" || body.contains(['=', '^', '_', '\\', '{']);
        if body.is_empty() || !is_formula {
            return false;
        }
        let rewritten = format!("{dollars}{body}{dollars}");
        self.replace(end + 2, &rewritten);
        true
    }

    fn dollars(&mut self) {
        let run = self.source[self.at..].bytes().take_while(|&byte| byte == b'$').count();
        let from = self.at + run;
        let end = match run {
            1 => self.find("$", from).filter(|&end| self.is_inline_formula(from, end)),
            2 => self.find("$", from).filter(|&end| {
                end > from
                    && self.source[end..].starts_with("$$")
                    && !self.source[end..].starts_with("$$$")
            }),
            _ => None,
        };
        match end {
            Some(end) => {
                let dollars = &self.source[self.at..from];
                let body = one_line(&self.source[from..end]);
                let rewritten = format!("{dollars}{body}{dollars}");
                self.replace(end + run, &rewritten);
            }
            None => self.replace(from, &r"\$".repeat(run)),
        }
    }

    /// Pandoc's rule for single dollars: they hug the formula, and no amount follows.
    fn is_inline_formula(&mut self, from: usize, end: usize) -> bool {
        let body = &self.source[from..end];
        let hugs = !body.is_empty()
            && !body.starts_with(char::is_whitespace)
            && !body.ends_with(char::is_whitespace)
            && !body.ends_with('\\');
        let follows = self.source[end + 1..].chars().next();
        let free = !follows.is_some_and(|next| next.is_alphanumeric() || next == '$');
        hugs && free && self.find("`", from).is_none_or(|code| code > end)
    }

    fn code_span(&mut self) {
        let run = self.source[self.at..].bytes().take_while(|&byte| byte == b'`').count();
        self.at += run;
        if self.unpaired.get(&run).is_some_and(|&until| self.at < until) {
            return;
        }
        let bytes = &self.source.as_bytes()[..self.paragraph_end];
        let mut at = self.at;
        while at < bytes.len() {
            let length = bytes[at..].iter().take_while(|&&byte| byte == b'`').count();
            if length == run {
                self.at = at + run;
                return;
            }
            at += length.max(1);
        }
        self.unpaired.insert(run, self.paragraph_end);
    }

    /// First `needle` at or after `from` in this paragraph.
    fn find(&mut self, needle: &'static str, from: usize) -> Option<usize> {
        if let Some(found) = self.found.get(needle)
            && found.from <= from
            && from <= found.at.unwrap_or(found.until)
        {
            return found.at;
        }
        let until = self.paragraph_end.max(from);
        let at = self.source[from..until].find(needle).map(|offset| from + offset);
        self.found.insert(needle, Found { from, at, until });
        at
    }

    /// Puts `replacement` in the place of the source from here to `end`.
    fn replace(&mut self, end: usize, replacement: &str) {
        self.out.push_str(&self.source[self.copied..self.at]);
        self.out.push_str(replacement);
        self.copied = end;
        self.at = end;
    }
}

fn line_end(source: &str, from: usize) -> usize {
    source[from..].find('\n').map_or(source.len(), |offset| from + offset)
}

/// Start of the first blank line at or after the line that begins at `from`.
fn blank_line_after(source: &str, from: usize) -> usize {
    let mut at = from;
    while at < source.len() {
        let end = line_end(source, at);
        if source[at..end].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'>'))
            && at > from
        {
            return at;
        }
        at = end + 1;
    }
    source.len()
}

/// The marks of the fence that the line opens.
fn fence_of(line: &str) -> Option<&str> {
    let marker = line.chars().next().filter(|marker| matches!(marker, '`' | '~'))?;
    let (marks, info) = line.split_at(line.len() - line.trim_start_matches(marker).len());
    (marks.len() >= 3 && !(marker == '`' && info.contains('`'))).then_some(marks)
}

/// Start of the line after the fence that closes `opener`, or the end.
fn after_fence(source: &str, opener_end: usize, opener: &str) -> usize {
    let mut at = opener_end + 1;
    while at < source.len() {
        let end = line_end(source, at);
        let line = source[at..end].trim_matches([' ', '\t', '\r', '>']);
        at = end + 1;
        if line.len() >= opener.len() && line.bytes().all(|byte| opener.as_bytes()[0] == byte) {
            return at.min(source.len());
        }
    }
    source.len()
}

/// Whether the parser would take the line for an HTML block; an autolink is none.
fn starts_html(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<') else {
        return false;
    };
    let name = &rest[..rest.find(['>', ' ', '\t']).unwrap_or(rest.len())];
    match rest.bytes().next() {
        Some(b'/' | b'!' | b'?') => true,
        Some(byte) if byte.is_ascii_alphabetic() => {
            !name.contains([':', '@']) && !matches!(name.trim_end_matches('/'), "br")
        }
        _ => false,
    }
}

/// Whether the line is a link reference definition; footnotes are not.
fn starts_definition(line: &str) -> bool {
    line.starts_with('[')
        && !line.starts_with("[^")
        && line.find(']').is_some_and(|end| line[end + 1..].starts_with(':'))
}

/// The formula with its line breaks, and the container marks after them, turned into spaces.
fn one_line(body: &str) -> Cow<'_, str> {
    if !body.contains('\n') {
        return Cow::Borrowed(body.trim());
    }
    let lines = body.lines().enumerate().map(|(number, line)| {
        let line = if number == 0 { line } else { line.trim_start_matches([' ', '\t', '>']) };
        // A TeX comment would otherwise swallow the lines that now follow it.
        line.find('%')
            .filter(|&at| !line[..at].ends_with('\\'))
            .map_or(line, |at| &line[..at])
            .trim_end()
    });
    Cow::Owned(lines.collect::<Vec<_>>().join(" ").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tex_delimiters_become_dollars() {
        assert_eq!(normalise(r"a \( x \) b"), "a $x$ b");
        assert_eq!(normalise("> so \\[\n> a % why\n> = b\n> \\]"), "> so $$a = b$$");
        assert_eq!(normalise(r"\[optional\] and \(unclosed"), r"\[optional\] and \(unclosed");
        assert_eq!(normalise(r"\\(x\\)"), r"\\(x\\)");
    }

    #[test]
    fn money_is_not_a_formula() {
        assert_eq!(normalise("$5 to $10 or $x$."), r"\$5 to \$10 or $x$.");
        assert_eq!(normalise("$5-$10 and ($5)($6)"), r"\$5-\$10 and (\$5)(\$6)");
        assert_eq!(normalise("$$$ $$x$$ $$"), r"\$\$\$ $$x$$ \$\$");
        assert_eq!(normalise("$HOME and `$PATH`"), r"\$HOME and `$PATH`");
    }

    #[test]
    fn code_is_left_alone() {
        for code in [
            "`\\(a\\)` ``$`` x",
            "- ```sh\n  echo $5 $6\n\n  \\(a\\)\n  ```",
            "> ~~~\n> [a]: b\n> ~~~",
        ] {
            assert_eq!(normalise(code), code);
        }
        assert_eq!(normalise("- ```\n  $5\n  ```\n  $5"), "- ```\n  $5\n  ```\n  \\$5");
    }

    #[test]
    fn html_and_definitions_at_a_line_start_are_escaped() {
        assert_eq!(
            normalise("<div>\n<br>\n- </p>\n<https://a.b>"),
            "\\<div>\n<br>\n- \\</p>\n<https://a.b>"
        );
        assert_eq!(normalise("[1]: https://a.b\n[^1]: note"), "\\[1]: https://a.b\n[^1]: note");
    }
}
