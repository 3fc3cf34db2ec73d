//! Colours HTML and XML, with scripts and styles in their own languages.

use super::{
    languages::{CSS, JAVASCRIPT},
    lexer,
    paint::{Paint, Token},
};

/// Paints markup of any length in one pass.
pub(super) fn paint(code: &str, paint: &mut Paint) {
    let mut rest = code;
    while let Some(at) = rest.find('<') {
        paint.add(Token::Plain, &rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = take(
                rest,
                rest.find("-->").map_or(rest.len(), |end| end + 3),
                Token::Comment,
                paint,
            );
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest =
                take(rest, rest.find('>').map_or(rest.len(), |end| end + 1), Token::Keyword, paint);
        } else {
            rest = element(rest, paint);
        }
    }
    paint.add(Token::Plain, rest);
}

/// Paints a tag, and the content of a script or style behind it; returns what is left.
fn element<'a>(code: &'a str, paint: &mut Paint) -> &'a str {
    let slash = usize::from(code[1..].starts_with('/'));
    let name_end = name_length(&code[1 + slash..]) + 1 + slash;
    if name_end == 1 + slash {
        return take(code, 1, Token::Plain, paint);
    }
    let name = &code[1 + slash..name_end];
    let mut rest = take(code, name_end, Token::Tag, paint);
    loop {
        let Some(next) = rest.chars().next() else { return rest };
        rest = match next {
            '>' => break,
            '<' => return rest,
            '"' | '\'' => {
                let end = rest[1..].find(next).map_or(rest.len(), |end| end + 2);
                take(rest, end, Token::String, paint)
            }
            _ if name_length(rest) > 0 => take(rest, name_length(rest), Token::Attribute, paint),
            _ => take(rest, next.len_utf8(), Token::Plain, paint),
        };
    }
    rest = take(rest, 1, Token::Tag, paint);
    let (syntax, end) = match name {
        "script" if slash == 0 => (&JAVASCRIPT, "</script"),
        "style" if slash == 0 => (&CSS, "</style"),
        _ => return rest,
    };
    let (inner, after) = rest.split_at(rest.find(end).unwrap_or(rest.len()));
    lexer::paint(inner, syntax, paint);
    after
}

fn take<'a>(code: &'a str, length: usize, token: Token, paint: &mut Paint) -> &'a str {
    paint.add(token, &code[..length]);
    &code[length..]
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| {
        !c.is_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.' | '@' | '*' | '#')
    })
    .unwrap_or(text.len())
}
