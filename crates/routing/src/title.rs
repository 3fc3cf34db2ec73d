//! A conversation's title from its first exchange, without asking a model.

/// Longest title made here, in characters.
const LENGTH: usize = 60;

/// A title from the person's first message and what was answered; empty when neither says anything.
///
/// The question names a conversation best. A greeting does not: then the answer's first heading or
/// sentence does, and the greeting is the last resort. Both are plain text, without markup.
#[must_use]
pub fn from_exchange(question: &str, answer: &str) -> String {
    let question = first_sentence(question);
    if says_something(&question) {
        return question;
    }
    let answer = first_sentence(answer);
    if says_something(&answer) { answer } else { question }
}

/// A title from the first message alone, where it says enough.
#[must_use]
pub fn from_question(question: &str) -> Option<String> {
    let title = first_sentence(question);
    says_something(&title).then_some(title)
}

fn says_something(title: &str) -> bool {
    title.split_whitespace().count() >= 3 || title.chars().count() >= 16
}

fn first_sentence(text: &str) -> String {
    let line = text.lines().map(without_marks).find(|line| !line.is_empty()).unwrap_or_default();
    let mut end = line.len();
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let at_border = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let wide = matches!(character, '。' | '！' | '？');
        if wide || (at_border && matches!(character, '.' | '!' | '?')) {
            // The question mark belongs to the title, the full stop does not.
            end =
                if character == '?' || character == '？' { at + character.len_utf8() } else { at };
            break;
        }
    }
    shorten(line[..end].trim_end_matches([',', ';', ':']).trim())
}

/// A line without the Markdown it begins with: heading, quotation, list item; nothing of a fence.
fn without_marks(line: &str) -> &str {
    let mut rest = line.trim();
    if rest.starts_with("```") || rest.starts_with("~~~") {
        return "";
    }
    while let Some((mark, after)) = rest.split_once(char::is_whitespace) {
        let is_mark = matches!(mark, "-" | "*" | "+") || mark.trim_matches(['#', '>']).is_empty();
        if !is_mark {
            break;
        }
        rest = after.trim_start();
    }
    rest.trim_matches(['*', '`'])
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= LENGTH {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LENGTH - 1).collect();
    let at_word = cut.rfind(char::is_whitespace).filter(|at| *at > LENGTH / 2);
    let kept = at_word.map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_the_conversation() {
        assert_eq!(
            from_exchange("How do I sort a list in Rust? I have tried sort().", "Use sort."),
            "How do I sort a list in Rust?"
        );
    }

    #[test]
    fn a_greeting_leaves_it_to_the_answer() {
        let title = from_exchange("hi", "Plans for a garden\n\nFirst, …");
        assert_eq!(title, "Plans for a garden");
        assert_eq!(from_exchange("hi", ""), "hi");
    }

    #[test]
    fn marks_of_markdown_are_no_words() {
        for text in
            ["# Plans for a garden", "> - Plans for a garden", "```\n**Plans for a garden**"]
        {
            assert_eq!(from_exchange(text, ""), "Plans for a garden", "{text}");
        }
        assert_eq!(from_exchange("-5 degrees in Celsius?", ""), "-5 degrees in Celsius?");
        assert_eq!(from_exchange("C# or F# for games", ""), "C# or F# for games");
    }

    #[test]
    fn long_questions_end_at_a_word() {
        let question = "Please explain the difference between optimistic and pessimistic locking";
        let title = from_exchange(question, "");
        assert_eq!(title, "Please explain the difference between optimistic and…");
        assert!(title.chars().count() <= 60);
    }

    #[test]
    fn a_long_word_without_spaces_is_cut_by_characters() {
        let title = from_exchange(&"語".repeat(200), "");
        assert_eq!(title.chars().count(), 60);
    }
}
