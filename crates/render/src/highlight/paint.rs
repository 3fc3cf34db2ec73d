//! Collects coloured pieces of code as HTML.

use crate::escape::escape_into;

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Plain,
    Attribute,
    Comment,
    Constant,
    Added,
    Removed,
    Function,
    Keyword,
    Number,
    Property,
    String,
    Tag,
    Title,
    Type,
    Variable,
}

/// Elements the highlighter may emit; the style sheet gives them their colours.
pub(crate) const TOKEN_ELEMENTS: [&str; 14] = [
    "a-at", "a-c", "a-co", "a-da", "a-dd", "a-f", "a-k", "a-n", "a-pr", "a-s", "a-tg", "a-tt",
    "a-t", "a-v",
];

impl Token {
    fn element(self) -> Option<&'static str> {
        Some(match self {
            Token::Plain => return None,
            Token::Attribute => "a-at",
            Token::Comment => "a-c",
            Token::Constant => "a-co",
            Token::Added => "a-da",
            Token::Removed => "a-dd",
            Token::Function => "a-f",
            Token::Keyword => "a-k",
            Token::Number => "a-n",
            Token::Property => "a-pr",
            Token::String => "a-s",
            Token::Tag => "a-tg",
            Token::Title => "a-tt",
            Token::Type => "a-t",
            Token::Variable => "a-v",
        })
    }
}

/// HTML under construction.
pub(super) struct Paint {
    html: String,
}

impl Paint {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { html: String::with_capacity(bytes) }
    }

    /// Adds a piece of code in the colour of its token.
    pub(super) fn add(&mut self, token: Token, code: &str) {
        if code.is_empty() {
            return;
        }
        let Some(element) = token.element() else { return escape_into(&mut self.html, code) };
        self.html.extend(["<", element, ">"]);
        escape_into(&mut self.html, code);
        self.html.extend(["</", element, ">"]);
    }

    pub(super) fn finish(self) -> String {
        self.html
    }
}
