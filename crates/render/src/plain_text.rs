//! The words of an answer without their markup, for titles and previews.

use pulldown_cmark::{Event, Parser, TagEnd};

use crate::writer::options;

/// Markup makes a text longer than its words; no more than this many times the limit is read.
const READ_AHEAD: usize = 16;

/// Plain text of Markdown on one line, at most `limit` characters, cut at a word with `…`.
pub fn plain_text(markdown: &str, limit: usize) -> String {
    let read = limit.saturating_mul(READ_AHEAD).saturating_add(256);
    let head = &markdown[..markdown.floor_char_boundary(read)];
    let mut words = String::new();
    let mut count = 0;
    for event in Parser::new_ext(head, options()) {
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                words.push_str(&text);
                count += text.chars().count();
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => words.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::CodeBlock,
            ) => words.push(' '),
            _ => {}
        }
        if count > limit.saturating_mul(4) {
            break;
        }
    }
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(line.chars().filter(|c| !c.is_control()).collect(), limit)
}

fn cut(line: String, limit: usize) -> String {
    if line.chars().count() <= limit {
        return line;
    }
    let kept: String = line.chars().take(limit.saturating_sub(1)).collect();
    let next_is_space = line[kept.len()..].starts_with(' ');
    // A word longer than most of the line is cut inside.
    let end = match kept.rfind(' ') {
        Some(space) if !next_is_space && space * 2 > kept.len() => space,
        _ => kept.len(),
    };
    let mut short = kept[..end].trim_end().to_owned();
    if limit > 0 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_disappears_and_words_stay_whole() {
        let text = "# How to **sort** a `Vec`?\n\n- one\n- [two](https://a.example) <b>x</b>\n";
        assert_eq!(plain_text(text, 80), "How to sort a Vec? one two x");
        assert_eq!(plain_text(text, 16), "How to sort a…");
        assert_eq!(plain_text(text, 12), "How to sort…");
        assert_eq!(plain_text("Donaudampfschiff", 6), "Donau…");
        assert_eq!(plain_text(text, 0), "");
    }
}
