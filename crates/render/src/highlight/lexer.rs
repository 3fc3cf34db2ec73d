//! The lexer behind most languages; a [`Syntax`] says what is special in each.

use super::paint::{Paint, Token};

/// What the lexer has to know about a language. Word lists are separated by spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax {
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Openers of strings with their closers, longer openers first.
    pub(super) strings: &'static [Quote],
    pub(super) keywords: &'static str,
    /// Types with lower-case names.
    pub(super) types: &'static str,
    pub(super) constants: &'static str,
    pub(super) ignores_case: bool,
    pub(super) style: Style,
}

/// A kind of string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) is_multiline: bool,
    /// Whether a backslash keeps the closer from closing.
    pub(super) escapes: bool,
}

/// How words are to be read beyond keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Capitalised words are types, words before a parenthesis functions.
    Program,
    /// Like `Program`, with `'a` a lifetime or a character, and `name!` a macro.
    Rust,
    /// The first word of each command is a function, `-x` an option.
    Shell,
    /// A name in front of `:` or `=` is a property.
    Data,
    /// Selectors outside braces, properties inside.
    Css,
}

/// Paints code of any length in one pass.
pub(super) fn paint(code: &str, syntax: &Syntax, paint: &mut Paint) {
    Lexer { code, syntax, paint, at: 0, plain: 0, starts_command: true, braces: 0 }.run();
}

struct Lexer<'a, 'b> {
    code: &'a str,
    syntax: &'a Syntax,
    paint: &'b mut Paint,
    at: usize,
    /// Start of what has not been painted yet.
    plain: usize,
    starts_command: bool,
    braces: usize,
}

impl<'a> Lexer<'a, '_> {
    fn run(mut self) {
        while let Some(character) = self.rest().chars().next() {
            if self.comment() || self.special(character) || self.string() {
                continue;
            }
            if character.is_ascii_digit() {
                let length = number_length(self.rest());
                self.take(Token::Number, length);
            } else if self.is_word_part(character) {
                self.word();
            } else {
                self.punctuation(character);
            }
        }
        self.paint.add(Token::Plain, &self.code[self.plain..]);
    }

    fn rest(&self) -> &'a str {
        &self.code[self.at..]
    }

    /// Paints the next `length` bytes, and what stood before them as plain.
    fn take(&mut self, token: Token, length: usize) {
        self.paint.add(Token::Plain, &self.code[self.plain..self.at]);
        self.paint.add(token, &self.code[self.at..self.at + length]);
        self.at += length;
        self.plain = self.at;
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if let Some((open, close)) = self.syntax.block_comment
            && let Some(body) = rest.strip_prefix(open)
        {
            let length = body.find(close).map_or(rest.len(), |at| open.len() + at + close.len());
            self.take(Token::Comment, length);
            return true;
        }
        // In shells and data a hash inside a word begins nothing.
        let inside_word = matches!(self.syntax.style, Style::Shell | Style::Data)
            && self.code[..self.at].ends_with(|before: char| !before.is_whitespace());
        if inside_word || !self.syntax.line_comments.iter().any(|open| rest.starts_with(open)) {
            return false;
        }
        self.take(Token::Comment, line_length(rest));
        true
    }

    fn string(&mut self) -> bool {
        let rest = self.rest();
        let Some(quote) = self.syntax.strings.iter().find(|quote| rest.starts_with(quote.open))
        else {
            return false;
        };
        let length = string_length(rest, quote);
        let is_key = self.syntax.style == Style::Data && is_key(&rest[length..]);
        self.take(if is_key { Token::Property } else { Token::String }, length);
        self.starts_command = false;
        true
    }

    /// What only some languages have; whether there was such a thing here.
    fn special(&mut self, character: char) -> bool {
        let rest = self.rest();
        let word = word_length(&rest[character.len_utf8()..]);
        match (self.syntax.style, character) {
            (Style::Rust, '#') if rest.starts_with("#[") || rest.starts_with("#![") => {
                let length = rest.find([']', '\n']).map_or(rest.len(), |at| at + 1);
                self.take(Token::Attribute, length);
            }
            (Style::Rust, '\'') => self.quote_mark(word),
            (Style::Program, '@') if word > 0 => self.take(Token::Attribute, 1 + word),
            (Style::Program, '#') if word > 0 => self.take(Token::Keyword, 1 + word),
            (Style::Css, '@') if word > 0 => {
                self.take(Token::Keyword, 1 + css_word_length(&rest[1..]))
            }
            (Style::Css, '#' | '.') if self.braces == 0 && word > 0 => {
                self.take(Token::Attribute, 1 + css_word_length(&rest[1..]));
            }
            (Style::Css, '#') if word > 0 => self.take(Token::Number, 1 + word),
            (Style::Program | Style::Shell, '$') => {
                let braced = rest.strip_prefix("${").map_or(0, word_length);
                match (braced, word) {
                    (0, 0) => return false,
                    (0, _) => self.take(Token::Variable, 1 + word),
                    _ => self.take(
                        Token::Variable,
                        2 + braced + usize::from(rest[2 + braced..].starts_with('}')),
                    ),
                }
            }
            (Style::Shell, '-') if self.code[..self.at].ends_with([' ', '\t']) => {
                let dashes = rest.len() - rest.trim_start_matches('-').len();
                self.take(Token::Attribute, dashes + css_word_length(&rest[dashes..]));
            }
            (Style::Data, '[') if self.code[..self.at].ends_with('\n') || self.at == 0 => {
                match rest[..line_length(rest)].find(']') {
                    Some(end) if !rest[..end].contains(['"', ',', '{']) => {
                        self.take(Token::Title, end + 1)
                    }
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }

    /// A character, or the lifetime that looks like the beginning of one.
    fn quote_mark(&mut self, word: usize) {
        let rest = self.rest();
        let mut characters = rest.char_indices().skip(1);
        let first = characters.next().map(|(_, character)| character);
        if first == Some('\\') {
            // The longest escape is `\u{10ffff}`; behind the backslash, a quote may be escaped too.
            let mut escape = rest.char_indices().skip(3).take(9);
            let end = escape.find(|&(_, character)| character == '\'');
            return match end {
                Some((at, _)) => self.take(Token::String, at + 1),
                None => self.at += 1,
            };
        }
        match characters.next() {
            Some((at, '\'')) => self.take(Token::String, at + 1),
            _ if word > 0 => self.take(Token::Attribute, 1 + word),
            _ => self.at += 1,
        }
    }

    fn is_word_part(&self, character: char) -> bool {
        is_word(character) || (self.syntax.style == Style::Css && character == '-')
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = match self.syntax.style {
            Style::Css | Style::Data => css_word_length(rest),
            Style::Shell if self.starts_command => css_word_length(rest),
            _ => word_length(rest),
        };
        let (word, after) = rest.split_at(length.max(1));
        let token = self.word_token(word, after);
        if token == Token::Plain {
            self.at += word.len();
        } else {
            self.take(token, word.len());
        }
        // Words such as `sudo` or `then` are followed by a command themselves.
        self.starts_command = token == Token::Keyword;
    }

    fn word_token(&self, word: &str, after: &str) -> Token {
        let Syntax { keywords, types, constants, ignores_case, style, .. } = *self.syntax;
        let lists =
            [(keywords, Token::Keyword), (types, Token::Type), (constants, Token::Constant)];
        let is_member = self.code[..self.at].ends_with('.') && style != Style::Data;
        let listed =
            lists.into_iter().find(|(list, _)| !is_member && contains(list, word, ignores_case));
        match style {
            Style::Data if is_key(after) => Token::Property,
            Style::Css if self.braces > 0 && after.trim_start().starts_with(':') => Token::Property,
            Style::Css if self.braces == 0 => Token::Tag,
            _ if listed.is_some() => listed.map_or(Token::Plain, |(_, token)| token),
            Style::Shell if after.starts_with('=') => Token::Variable,
            Style::Shell if self.starts_command => Token::Function,
            Style::Program | Style::Rust => name_token(word, after, style),
            Style::Css if after.starts_with('(') => Token::Function,
            _ => Token::Plain,
        }
    }

    fn punctuation(&mut self, character: char) {
        match character {
            '{' => self.braces += 1,
            '}' => self.braces = self.braces.saturating_sub(1),
            _ => {}
        }
        if matches!(character, '\n' | ';' | '|' | '&' | '(' | '`' | '{') {
            self.starts_command = true;
        } else if !character.is_whitespace() {
            self.starts_command = false;
        }
        self.at += character.len_utf8();
    }
}

/// Reads a name by its spelling and by what follows.
fn name_token(word: &str, after: &str, style: Style) -> Token {
    let capital = word.starts_with(|first: char| first.is_uppercase());
    let is_constant = capital && word.len() > 1 && !word.contains(char::is_lowercase);
    let is_macro = style == Style::Rust && after.starts_with('!') && !after.starts_with("!=");
    if is_constant {
        Token::Constant
    } else if capital {
        Token::Type
    } else if after.starts_with('(') || is_macro {
        Token::Function
    } else {
        Token::Plain
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

/// Length of a word that may contain hyphens.
fn css_word_length(text: &str) -> usize {
    text.find(|c| !is_word(c) && c != '-').unwrap_or(text.len())
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Digits with their base, fraction, exponent, suffix or unit; two dots are a range.
fn number_length(text: &str) -> usize {
    let mut previous = '0';
    let part = |(at, c): (usize, char)| {
        let joins = c == '.'
            && !text[at..].starts_with("..")
            && text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        let signs =
            matches!(c, '+' | '-') && matches!(previous, 'e' | 'E') && !text.starts_with("0x");
        previous = c;
        (!is_word(c) && !joins && !signs).then_some(at)
    };
    text.char_indices().find_map(part).unwrap_or(text.len())
}

/// Length of the string that `text` begins with, up to its end or the end of what it may span.
fn string_length(text: &str, quote: &Quote) -> usize {
    let bytes = text.as_bytes();
    let close = quote.close.as_bytes();
    let mut at = quote.open.len();
    // Searching for the line's end first would read a long line again for each string in it.
    while let Some(&byte) = bytes.get(at) {
        if bytes[at..].starts_with(close) {
            return at + close.len();
        } else if byte == b'\n' && !quote.is_multiline {
            return at;
        }
        at += if byte == b'\\' && quote.escapes { 2 } else { 1 };
    }
    text.len()
}

/// Whether what follows a name makes it a key.
fn is_key(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t']);
    after.starts_with('=')
        || after.strip_prefix(':').is_some_and(|value| {
            value.is_empty()
                || value.starts_with([' ', '\n', '\t', '"', '[', '{', '\r'])
                || value.starts_with(|c: char| c.is_ascii_digit())
        })
}

fn contains(list: &str, word: &str, ignores_case: bool) -> bool {
    list.split(' ').any(
        |known| {
            if ignores_case { known.eq_ignore_ascii_case(word) } else { known == word }
        },
    )
}
