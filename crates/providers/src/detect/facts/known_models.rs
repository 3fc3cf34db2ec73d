//! The table of well-known models whose servers do not describe them. It ages; each price has its day.
//!
//! These are limits and list prices as of [`AS_OF`]: those on which at least two of the public lists
//! catwalk (Charm), genai-prices (Pydantic) and llm-prices (Simon Willison) agreed that day. What they
//! tell differently, or only one of them tells, is left unknown; of two contexts the smaller one
//! counts. Limits of models older than 2025 are those of the makers' own pages. Whoever edits the rows
//! sets the day anew.

use models::{
    detection::ServerKind,
    facts::{Fact, ModelFacts, Price},
};

use super::names::is_no_conversation;

/// The day the rows were valid.
const AS_OF: &str = "2026-08-21";

/// What names of the same model may end in, beside dates.
const EDITIONS: [&str; 4] = ["latest", "preview", "versatile", "instant"];

/// What is known of all models whose name begins like this.
struct Row {
    prefix: &'static str,
    /// Whose prices these are; a model of the same name elsewhere may cost something else.
    maker: ServerKind,
    /// Tokens of the context, and of one answer; zero is unknown.
    tokens: (u32, u32),
    abilities: Abilities,
    /// US cents for a million tokens of request, answer and cached request; negative is unknown. Where
    /// long requests cost more, those of short ones.
    cents: (f64, f64, f64),
}

/// What a model can do.
#[derive(Clone, Copy)]
enum Abilities {
    /// Text and tools.
    Tools,
    /// Text, images and tools.
    ToolsVision,
    /// Text and tools, with reasoning.
    ToolsReasoning,
    /// All of it.
    All,
    /// Text only, with reasoning.
    Reasoning,
    Embeddings,
}

const fn row(
    maker: ServerKind,
    prefix: &'static str,
    tokens: (u32, u32),
    abilities: Abilities,
    cents: (f64, f64, f64),
) -> Row {
    Row { prefix, maker, tokens, abilities, cents }
}

use Abilities::{All, Embeddings, Reasoning, Tools, ToolsReasoning, ToolsVision};
use ServerKind::{Anthropic, DeepSeek, Gemini, Groq, Mistral, OpenAi};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(OpenAi, "gpt-5", (400_000, 128_000), All, (125.0, 1_000.0, 12.5)),
    row(OpenAi, "gpt-5-mini", (400_000, 128_000), All, (25.0, 200.0, 2.5)),
    row(OpenAi, "gpt-5-nano", (400_000, 128_000), All, (5.0, 40.0, 0.5)),
    row(OpenAi, "gpt-5-pro", (400_000, 0), All, (1_500.0, 12_000.0, -1.0)),
    row(OpenAi, "gpt-5.1", (400_000, 128_000), All, (125.0, 1_000.0, 12.5)),
    row(OpenAi, "gpt-5.1-codex", (0, 0), All, (125.0, 1_000.0, 12.5)),
    row(OpenAi, "gpt-5.1-codex-mini", (400_000, 128_000), All, (25.0, 200.0, 2.5)),
    row(OpenAi, "gpt-5.2", (400_000, 128_000), All, (175.0, 1_400.0, 17.5)),
    row(OpenAi, "gpt-5.2-pro", (0, 0), All, (2_100.0, 16_800.0, -1.0)),
    row(OpenAi, "gpt-5.3-codex", (400_000, 128_000), All, (175.0, 1_400.0, 17.5)),
    row(OpenAi, "gpt-5.4", (1_050_000, 128_000), All, (250.0, 1_500.0, 25.0)),
    row(OpenAi, "gpt-5.4-mini", (400_000, 128_000), All, (75.0, 450.0, 7.5)),
    row(OpenAi, "gpt-5.4-nano", (400_000, 128_000), All, (20.0, 125.0, 2.0)),
    row(OpenAi, "gpt-5.4-pro", (1_050_000, 128_000), All, (3_000.0, 18_000.0, -1.0)),
    row(OpenAi, "gpt-5.5", (1_000_000, 128_000), All, (500.0, 3_000.0, 50.0)),
    row(OpenAi, "gpt-5.5-pro", (1_000_000, 128_000), All, (3_000.0, 18_000.0, -1.0)),
    row(OpenAi, "gpt-5.6-sol", (1_050_000, 128_000), All, (500.0, 3_000.0, 50.0)),
    row(OpenAi, "gpt-5.6-terra", (1_050_000, 128_000), All, (250.0, 1_500.0, 25.0)),
    row(OpenAi, "gpt-5.6-luna", (1_050_000, 128_000), All, (100.0, 600.0, 10.0)),
    row(OpenAi, "gpt-4.1", (1_047_576, 32_768), ToolsVision, (200.0, 800.0, 50.0)),
    row(OpenAi, "gpt-4.1-mini", (1_047_576, 32_768), ToolsVision, (40.0, 160.0, 10.0)),
    row(OpenAi, "gpt-4.1-nano", (1_047_576, 32_768), ToolsVision, (10.0, 40.0, 2.5)),
    row(OpenAi, "gpt-4o", (128_000, 16_384), ToolsVision, (250.0, 1_000.0, 125.0)),
    row(OpenAi, "gpt-4o-mini", (128_000, 16_384), ToolsVision, (15.0, 60.0, 7.5)),
    row(OpenAi, "gpt-4-turbo", (128_000, 4_096), ToolsVision, (1_000.0, 3_000.0, -1.0)),
    row(OpenAi, "gpt-4-1106", (128_000, 4_096), Tools, (1_000.0, 3_000.0, -1.0)),
    row(OpenAi, "gpt-4-0125", (128_000, 4_096), Tools, (1_000.0, 3_000.0, -1.0)),
    row(OpenAi, "gpt-4", (8_192, 8_192), Tools, (3_000.0, 6_000.0, -1.0)),
    row(OpenAi, "gpt-3.5-turbo", (16_385, 4_096), Tools, (50.0, 150.0, -1.0)),
    row(OpenAi, "o1", (200_000, 100_000), All, (1_500.0, 6_000.0, 750.0)),
    row(OpenAi, "o1-preview", (128_000, 32_768), Reasoning, (1_500.0, 6_000.0, 750.0)),
    row(OpenAi, "o1-mini", (128_000, 65_536), Reasoning, (110.0, 440.0, 55.0)),
    row(OpenAi, "o3", (200_000, 100_000), All, (200.0, 800.0, 50.0)),
    row(OpenAi, "o3-mini", (200_000, 100_000), ToolsReasoning, (110.0, 440.0, 55.0)),
    row(OpenAi, "o4-mini", (200_000, 100_000), All, (110.0, 440.0, 27.5)),
    row(OpenAi, "text-embedding-3-small", (8_191, 0), Embeddings, (2.0, 0.0, -1.0)),
    row(OpenAi, "text-embedding-3-large", (8_191, 0), Embeddings, (13.0, 0.0, -1.0)),
    row(OpenAi, "text-embedding-ada-002", (8_191, 0), Embeddings, (10.0, 0.0, -1.0)),
    row(DeepSeek, "deepseek-chat", (0, 0), Tools, (-1.0, -1.0, -1.0)),
    row(DeepSeek, "deepseek-reasoner", (0, 0), ToolsReasoning, (-1.0, -1.0, -1.0)),
    row(DeepSeek, "deepseek-v4-flash", (1_000_000, 384_000), ToolsReasoning, (14.0, 28.0, 0.28)),
    row(DeepSeek, "deepseek-v4-pro", (1_000_000, 384_000), ToolsReasoning, (43.5, 87.0, 0.3625)),
    row(Mistral, "mistral-large", (131_072, 0), Tools, (-1.0, -1.0, -1.0)),
    row(Mistral, "mistral-medium", (131_072, 0), ToolsVision, (40.0, 200.0, -1.0)),
    row(Mistral, "mistral-small", (131_072, 0), ToolsVision, (-1.0, -1.0, -1.0)),
    row(Mistral, "magistral-medium", (131_072, 0), ToolsReasoning, (200.0, 500.0, -1.0)),
    row(Mistral, "magistral-small", (131_072, 0), ToolsReasoning, (-1.0, -1.0, -1.0)),
    row(Mistral, "codestral", (262_144, 0), Tools, (30.0, 90.0, -1.0)),
    row(Mistral, "mistral-embed", (8_192, 0), Embeddings, (-1.0, -1.0, -1.0)),
    row(Groq, "llama-3.3-70b", (131_072, 32_768), Tools, (59.0, 79.0, -1.0)),
    row(Groq, "llama-3.1-8b", (131_072, 131_072), Tools, (5.0, 8.0, -1.0)),
    row(Anthropic, "claude-fable-5", (1_000_000, 128_000), All, (1_000.0, 5_000.0, 100.0)),
    row(Anthropic, "claude-mythos-5", (0, 0), All, (1_000.0, 5_000.0, -1.0)),
    row(Anthropic, "claude-opus-5", (1_000_000, 128_000), All, (500.0, 2_500.0, 50.0)),
    row(Anthropic, "claude-sonnet-5", (1_000_000, 128_000), All, (300.0, 1_500.0, 30.0)),
    row(Anthropic, "claude-opus-4-8", (1_000_000, 128_000), All, (500.0, 2_500.0, 50.0)),
    row(Anthropic, "claude-opus-4-7", (1_000_000, 128_000), All, (500.0, 2_500.0, 50.0)),
    row(Anthropic, "claude-opus-4-6", (200_000, 128_000), All, (500.0, 2_500.0, 50.0)),
    row(Anthropic, "claude-sonnet-4-6", (200_000, 128_000), All, (300.0, 1_500.0, 30.0)),
    row(Anthropic, "claude-opus-4-5", (200_000, 64_000), All, (500.0, 2_500.0, 50.0)),
    row(Anthropic, "claude-sonnet-4-5", (200_000, 64_000), All, (300.0, 1_500.0, 30.0)),
    row(Anthropic, "claude-haiku-4-5", (200_000, 64_000), All, (100.0, 500.0, 10.0)),
    row(Anthropic, "claude-opus-4-1", (200_000, 32_000), All, (1_500.0, 7_500.0, 150.0)),
    row(Anthropic, "claude-opus-4", (200_000, 32_000), All, (1_500.0, 7_500.0, 150.0)),
    row(Anthropic, "claude-sonnet-4", (200_000, 64_000), All, (300.0, 1_500.0, 30.0)),
    row(Anthropic, "claude-3-7-sonnet", (200_000, 64_000), All, (300.0, 1_500.0, 30.0)),
    row(Anthropic, "claude-3-5-haiku", (200_000, 8_192), ToolsVision, (80.0, 400.0, 8.0)),
    row(Anthropic, "claude-3-haiku", (200_000, 4_096), ToolsVision, (25.0, 125.0, 3.0)),
    row(Gemini, "gemini-3.6-flash", (1_048_576, 0), All, (150.0, 750.0, 15.0)),
    row(Gemini, "gemini-3.5-flash", (1_048_576, 0), All, (150.0, 900.0, 15.0)),
    row(Gemini, "gemini-3.5-flash-lite", (1_048_576, 0), All, (30.0, 250.0, 3.0)),
    row(Gemini, "gemini-3.1-pro", (0, 0), All, (200.0, 1_200.0, 20.0)),
    row(Gemini, "gemini-3.1-flash-lite", (1_048_576, 0), All, (25.0, 150.0, 2.5)),
    row(Gemini, "gemini-3-pro", (0, 0), All, (200.0, 1_200.0, 20.0)),
    row(Gemini, "gemini-3-flash", (1_048_576, 0), All, (50.0, 300.0, 5.0)),
    row(Gemini, "gemini-2.5-pro", (1_048_576, 65_536), All, (125.0, 1_000.0, 12.5)),
    row(Gemini, "gemini-2.5-flash", (1_048_576, 65_536), All, (30.0, 250.0, 3.0)),
    row(Gemini, "gemini-2.5-flash-lite", (1_048_576, 65_536), All, (10.0, 40.0, 1.0)),
    row(Gemini, "gemini-2.0-flash", (1_048_576, 8_192), ToolsVision, (10.0, 40.0, -1.0)),
];

/// What the table knows of a model on a server of this kind. Servers people run themselves set the
/// context of their models as they like, so nothing is assumed of those.
pub(super) fn facts(kind: ServerKind, name: &str) -> ModelFacts {
    if !describes(kind) || is_no_conversation(name) {
        return ModelFacts::default();
    }
    // Gateways put the maker's name in front.
    let name = name.rsplit('/').next().unwrap_or(name);
    let rows = ROWS.iter().filter(|row| row.fits(name) && row.holds_on(kind));
    rows.max_by_key(|row| row.prefix.len())
        .map(|row| row.facts(row.maker == kind))
        .unwrap_or_default()
}

/// The kinds that leave facts out and are named after hosted models.
fn describes(kind: ServerKind) -> bool {
    matches!(
        kind,
        OpenAi
            | ServerKind::AzureOpenAi
            | DeepSeek
            | Groq
            | Mistral
            | Anthropic
            | Gemini
            | ServerKind::LiteLlm
            | ServerKind::LlamaCppPython
            | ServerKind::OpenAiCompatible
    )
}

impl Row {
    /// Models whose weights are open may stand anywhere, with any context.
    fn holds_on(&self, kind: ServerKind) -> bool {
        let open_weights = matches!(self.maker, Groq | Mistral);
        !open_weights || self.maker == kind
    }

    /// Whether a name is the prefix, at most with a date, a build or the like behind it: what else is
    /// behind it makes it another model.
    fn fits(&self, name: &str) -> bool {
        let Some(rest) = name.strip_prefix(self.prefix) else { return false };
        let Some(edition) = rest.strip_prefix('-') else {
            return rest.is_empty() || rest.starts_with([':', '@']);
        };
        let digits = edition.bytes().take_while(u8::is_ascii_digit).count();
        digits >= 3 || EDITIONS.iter().any(|word| edition.starts_with(word))
    }

    fn facts(&self, priced: bool) -> ModelFacts {
        let tokens = |tokens: u32| (tokens > 0).then_some(Fact::table(tokens));
        let can = |yes: bool| Some(Fact::table(yes));
        let abilities = self.abilities;
        let embeds = matches!(abilities, Embeddings);
        ModelFacts {
            context_length: tokens(self.tokens.0),
            max_output: tokens(self.tokens.1),
            vision: can(matches!(abilities, All | ToolsVision)),
            tools: can(matches!(abilities, All | ToolsVision | Tools | ToolsReasoning)),
            reasoning: can(matches!(abilities, All | ToolsReasoning | Reasoning)),
            embeddings: can(embeds),
            price: priced.then(|| self.price()).flatten().map(Fact::table),
        }
    }

    fn price(&self) -> Option<Price> {
        Some(Price {
            input: micro(self.cents.0)?,
            output: micro(self.cents.1)?,
            cached: micro(self.cents.2),
            currency: "USD".to_owned(),
            date: Some(AS_OF.to_owned()),
        })
    }
}

/// Cents as millionths of a dollar.
#[expect(clippy::cast_possible_truncation, reason = "prices of the table are small")]
fn micro(cents: f64) -> Option<i64> {
    (cents >= 0.0).then(|| (cents * 10_000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_longest_prefix_wins_and_ends_at_a_mark() {
        let context = |name: &str| facts(OpenAi, name).context_length.map(|fact| fact.value);
        assert_eq!(context("gpt-4"), Some(8_192));
        assert_eq!(context("gpt-4-0613"), Some(8_192));
        assert_eq!(context("gpt-4o-2024-08-06"), Some(128_000));
        assert_eq!(context("openai/gpt-4.1-mini"), Some(1_047_576));
        assert_eq!(context("o1234"), None);
        assert_eq!(context("gpt-4x"), None);
        assert_eq!(context("gpt-4-32k"), None);
        assert_eq!(context("gpt-4-1106-preview"), Some(128_000));
        assert_eq!(context("gpt-5.1"), Some(400_000));
        assert_eq!(context("gpt-5.4-2026-03-05"), Some(1_050_000));
        assert_eq!(context("gpt-5.4-mini"), Some(400_000));
        assert_eq!(context("gpt-5.9"), None);
        assert_eq!(context("o1-2024-12-17"), Some(200_000));
        assert_eq!(context("gpt-4o-mini-tts"), None);
    }

    #[test]
    fn prices_belong_to_their_maker_and_have_a_day() {
        let price = facts(OpenAi, "gpt-4o-mini").price.unwrap().value;
        assert_eq!((price.input, price.output, price.cached), (150_000, 600_000, Some(75_000)));
        assert_eq!(price.date.as_deref(), Some(AS_OF));
        // A thousandth of a cent counts, and what is disputed is not free.
        let cached = |name: &str| facts(DeepSeek, name).price.map(|fact| fact.value.cached);
        assert_eq!(cached("deepseek-v4-pro"), Some(Some(3_625)));
        assert_eq!(cached("deepseek-chat"), None);
        assert_eq!(facts(ServerKind::OpenAiCompatible, "gpt-4o-mini").price, None);
        assert_eq!(facts(ServerKind::Vllm, "gpt-4o"), ModelFacts::default());
        let own = facts(ServerKind::OpenAiCompatible, "mistral-small-latest");
        assert_eq!(own, ModelFacts::default());
    }

    #[test]
    fn no_prefix_is_there_twice() {
        let mut seen = HashSet::new();
        assert!(ROWS.iter().all(|row| seen.insert(row.prefix)));
    }
}
