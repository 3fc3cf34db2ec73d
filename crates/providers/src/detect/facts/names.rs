//! What a model's name suggests. Guesses say yes only: a name that says nothing leaves it unknown.

use models::facts::{Fact, ModelFacts};

const EMBEDDINGS: [&str; 9] = [
    "embed",
    "bge-",
    "e5-",
    "gte-",
    "all-minilm",
    "nomic-bert",
    "jina-v",
    "minilm-l",
    "snowflake-arctic",
];
const VISION: [&str; 20] = [
    "-vl",
    "_vl",
    "2.5vl",
    "3vl",
    "vision",
    "llava",
    "pixtral",
    "gemma-3-4",
    "gemma-3-12",
    "gemma-3-27",
    "gemma3:4",
    "gemma3:12",
    "gemma3:27",
    "moondream",
    "minicpm-v",
    "internvl",
    "llama-4",
    "llama4",
    "gpt-4o",
    "omni",
];
const REASONING: [&str; 12] = [
    "deepseek-r1",
    "r1-distill",
    "qwq",
    "qwen3",
    "gpt-oss",
    "magistral",
    "thinking",
    "reason",
    "phi-4-mini-flash",
    "nemotron-nano",
    "exaone-deep",
    "skywork-o",
];
/// Names of models that hear, speak, draw, rank or judge.
const NO_CONVERSATION: [&str; 14] = [
    "whisper",
    "tts",
    "transcribe",
    "dall-e",
    "image",
    "imagen",
    "veo",
    "guard",
    "moderation",
    "rerank",
    "stable-diffusion",
    "flux",
    "aqa",
    "realtime",
];

/// The facts a name suggests.
pub(super) fn facts(name: &str) -> ModelFacts {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let yes = |fits: bool| fits.then_some(Fact::guessed(true));
    if has(&EMBEDDINGS) {
        return ModelFacts { embeddings: yes(true), ..ModelFacts::default() };
    }
    // The same family without thinking has this in its name.
    let plain = has(&["qwen3"]) && has(&["instruct", "coder", "-vl"]) && !has(&["thinking"]);
    ModelFacts {
        vision: yes(has(&VISION) && !is_no_conversation(&name)),
        reasoning: yes(has(&REASONING) && !plain),
        ..ModelFacts::default()
    }
}

/// Whether a name stands for something one does not talk to.
pub(super) fn is_no_conversation(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NO_CONVERSATION.iter().any(|word| name.contains(word))
}

/// Whether a name is that of a Gemini model one talks to in writing.
pub(super) fn is_gemini(name: &str) -> bool {
    let name = name.strip_prefix("models/").unwrap_or(name);
    name.starts_with("gemini-") && !name.contains("-audio") && !is_no_conversation(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_suggest_what_they_say_and_no_more() {
        let yes = Some(Fact::guessed(true));
        assert_eq!(facts("qwen2.5-VL-7b").vision, yes);
        assert_eq!(facts("nomic-embed-text:latest").embeddings, yes);
        assert_eq!(facts("Qwen/Qwen3-8B").reasoning, yes);
        assert_eq!(facts("Qwen/Qwen3-30B-A3B-Instruct-2507").reasoning, None);
        assert_eq!(facts("deepseek-r1:8b").reasoning, yes);
        assert_eq!(facts("my-model"), ModelFacts::default());
        assert_eq!(facts("bge-vl").vision, None);
    }
}
