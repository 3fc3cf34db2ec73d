//! The texts the fake speaks: a greeting, endless words, a long Markdown answer, hostile markup.

pub(crate) const PLAIN: &str = "Hello! This answer is complete. It has a few short sentences, \
and nothing went wrong while it was sent.";

pub(crate) const RECOVERED: &str = "This time it worked.";

/// Characters of one to four bytes, joined emoji, combining marks and right-to-left text.
pub(crate) const UNICODE: &str = "Grüße, naïve café — 你好，世界。 Привет! \u{202b}שלום עולם\u{202c} \
مرحبا 👩‍👩‍👧‍👦 🇵🇹 e\u{301} ☃ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 done.";

/// Markup that must come out harmless.
pub(crate) const HOSTILE: &str = include_str!("text/hostile.md");

/// Headings, lists, a table, code in two languages, maths, a quotation, links.
pub(crate) const MARKDOWN: &str = include_str!("text/markdown.md");

const VOCABULARY: &[&str] = &[
    "the", "river", "carries", "small", "boats", "past", "a", "quiet", "town", "where", "people",
    "trade", "stories", "for", "bread", "and", "every", "evening", "lamps", "are", "lit", "along",
    "both", "banks", "so", "that", "nobody", "loses", "their", "way", "home",
];

/// Splits a text the way models do: each piece is a word with the white space before it.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut after_space = false;
    for character in text.chars() {
        let starts_token = character.is_whitespace() && !after_space;
        match tokens.last_mut() {
            Some(token) if !starts_token => token.push(character),
            _ => tokens.push(character.to_string()),
        }
        after_space = character.is_whitespace();
    }
    tokens
}

/// Endless prose, the same each time: sentences of twelve words, paragraphs of sixty.
pub(crate) fn words() -> impl Iterator<Item = String> + Send {
    (0_usize..).zip(VOCABULARY.iter().cycle()).map(|(index, word)| {
        let gap = match index {
            0 => "",
            _ if index % 60 == 0 => "\n\n",
            _ => " ",
        };
        let full_stop = if index % 12 == 11 { "." } else { "" };
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index % 12 == 0 => {
                format!("{gap}{}{}{full_stop}", first.to_uppercase(), letters.as_str())
            }
            _ => format!("{gap}{word}{full_stop}"),
        }
    })
}

/// The numbers `from..=to`, a space between: a gap or a repetition is seen at once.
pub(crate) fn numbers(from: u64, to: u64) -> impl Iterator<Item = String> + Send {
    (from..=to).map(|number| match number {
        1 => "1".to_owned(),
        _ => format!(" {number}"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_keep_the_space_before_them() {
        assert_eq!(tokens("a  bc\nd "), ["a", "  bc", "\nd", " "]);
    }

    #[test]
    fn words_make_sentences() {
        let text: String = words().take(13).collect();
        assert_eq!(
            text,
            "The river carries small boats past a quiet town where people trade. Stories"
        );
    }

    #[test]
    fn numbers_follow_on() {
        let all: String = numbers(1, 2).chain(numbers(3, 4)).collect();
        assert_eq!(all, "1 2 3 4");
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in any::<String>()) {
            prop_assert_eq!(tokens(&text).concat(), text);
        }
    }
}
