//! What a screen reader is told while an answer is written: sentences, not tokens.

/// How far an answer has been announced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Announcer {
    block: usize,
    bytes: usize,
}

impl Announcer {
    /// The sentences completed since the last call, given the plain text of every block so far; at
    /// the end of the answer, everything that is left.
    pub(crate) fn advance(&mut self, blocks: &[String], finished: bool) -> String {
        let mut said = String::new();
        while let Some(text) = blocks.get(self.block) {
            let rest = text.get(self.bytes..).unwrap_or_default();
            let whole = finished || self.block + 1 < blocks.len();
            let length = if whole { rest.len() } else { completed(rest) };
            let news = rest[..length].trim();
            if !news.is_empty() {
                if !said.is_empty() {
                    said.push(' ');
                }
                said.push_str(news);
            }
            if !whole {
                self.bytes += length;
                break;
            }
            self.block += 1;
            self.bytes = 0;
        }
        said
    }
}

/// The length of the sentences in `text` that are certainly over: those another word follows.
fn completed(text: &str) -> usize {
    let mut end = 0;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        let ends = matches!(previous, '.' | '!' | '?' | '…' | ':') && character.is_whitespace();
        let ends_without_space = matches!(previous, '。' | '！' | '？');
        if ends || ends_without_space {
            end = at;
        }
        previous = character;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_sentence_is_said_when_the_next_begins() {
        let mut announcer = Announcer::default();
        assert_eq!(announcer.advance(&blocks(&["It is 3.5"]), false), "");
        assert_eq!(announcer.advance(&blocks(&["It is 3.5 metres."]), false), "");
        assert_eq!(
            announcer.advance(&blocks(&["It is 3.5 metres. And"]), false),
            "It is 3.5 metres."
        );
        assert_eq!(announcer.advance(&blocks(&["It is 3.5 metres. And"]), true), "And");
    }

    #[test]
    fn a_block_is_said_when_the_next_begins() {
        let mut announcer = Announcer::default();
        assert_eq!(announcer.advance(&blocks(&["Heading", "One. T"]), false), "Heading One.");
        assert_eq!(announcer.advance(&blocks(&["Heading", "One. Two"]), true), "Two");
        assert_eq!(announcer.advance(&blocks(&["Heading", "One. Two"]), true), "");
    }

    #[test]
    fn a_text_that_shrank_does_not_fail() {
        let mut announcer = Announcer { block: 0, bytes: 12 };
        assert_eq!(announcer.advance(&blocks(&["short"]), true), "");
        let mut inside = Announcer { block: 0, bytes: 1 };
        assert_eq!(inside.advance(&blocks(&["é"]), true), "");
    }

    #[test]
    fn full_stops_of_other_scripts_count() {
        let mut announcer = Announcer::default();
        assert_eq!(announcer.advance(&blocks(&["你好。再"]), false), "你好。");
    }
}
