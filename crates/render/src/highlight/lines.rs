//! Colours formats in which each line speaks for itself.

use super::paint::{Paint, Token};

/// Paints a unified diff.
pub(super) fn paint_diff(code: &str, paint: &mut Paint) {
    for line in code.split_inclusive('\n') {
        let token = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] | [b'@', b'@', ..] => Token::Title,
            [b'+', ..] => Token::Added,
            [b'-', ..] => Token::Removed,
            _ if line.starts_with("diff ") || line.starts_with("index ") => Token::Title,
            _ => Token::Plain,
        };
        paint_line(line, token, paint);
    }
}

/// Paints the source of a Markdown document.
pub(super) fn paint_markdown(code: &str, paint: &mut Paint) {
    let mut in_fence = false;
    for line in code.split_inclusive('\n') {
        let content = line.trim_start();
        let is_fence = content.starts_with("```") || content.starts_with("~~~");
        if in_fence || is_fence {
            in_fence ^= is_fence;
            paint_line(line, Token::String, paint);
        } else if content.starts_with('#') {
            paint_line(line, Token::Title, paint);
        } else if content.starts_with('>') {
            paint_line(line, Token::Comment, paint);
        } else {
            paint_prose(line, paint);
        }
    }
}

/// Paints a line's list marker and code spans.
fn paint_prose(line: &str, paint: &mut Paint) {
    let content = line.trim_start();
    let indent = line.len() - content.len();
    let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marker = match &content.as_bytes()[digits..] {
        [b'.' | b')', b' ', ..] if digits > 0 => digits + 1,
        [b'-' | b'*' | b'+', b' ', ..] if digits == 0 => 1,
        _ => 0,
    };
    paint.add(Token::Plain, &line[..indent]);
    paint.add(Token::Keyword, &content[..marker]);
    let mut is_code = false;
    for (number, part) in content[marker..].split('`').enumerate() {
        if number > 0 {
            paint.add(Token::Plain, "`");
        }
        paint.add(if is_code { Token::String } else { Token::Plain }, part);
        is_code = !is_code;
    }
}

/// The line's break stays outside of its element.
fn paint_line(line: &str, token: Token, paint: &mut Paint) {
    let text = line.trim_end_matches('\n');
    paint.add(token, text);
    paint.add(Token::Plain, &line[text.len()..]);
}
