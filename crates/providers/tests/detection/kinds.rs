//! Every kind of server: whether it is told, and what is learned of its models.

use futures::{StreamExt, stream};
use models::{
    detection::{Authentication, Confidence, Detection, ServerKind},
    facts::Fact,
    provider::ProviderKind,
};
use url::Url;

use crate::support::{
    at_root, column, detector, fake, identified, key, report, servers, without_address, yes_no,
};

/// What each kind of server must be told to be.
const KINDS: [(&str, ServerKind); 29] = [
    ("ollama", ServerKind::Ollama),
    ("ollama-old", ServerKind::Ollama),
    ("lm-studio", ServerKind::LmStudio),
    ("lm-studio-old", ServerKind::LmStudio),
    ("llama-cpp", ServerKind::LlamaCpp),
    ("llama-cpp-key", ServerKind::LlamaCpp),
    ("llama-cpp-router", ServerKind::LlamaCpp),
    ("llama-cpp-python", ServerKind::LlamaCppPython),
    ("vllm", ServerKind::Vllm),
    ("vllm-key", ServerKind::Vllm),
    ("sglang", ServerKind::Sglang),
    ("sglang-embed", ServerKind::Sglang),
    ("tgi", ServerKind::Tgi),
    ("koboldcpp", ServerKind::KoboldCpp),
    ("text-generation-webui", ServerKind::TextGenerationWebui),
    ("localai", ServerKind::LocalAi),
    ("localai-old", ServerKind::LocalAi),
    ("litellm", ServerKind::LiteLlm),
    ("openrouter", ServerKind::OpenRouter),
    ("anthropic", ServerKind::Anthropic),
    ("gemini", ServerKind::Gemini),
    ("generic", ServerKind::OpenAiCompatible),
    ("garbage-around", ServerKind::Vllm),
    ("huge-around", ServerKind::Vllm),
    ("slow-around", ServerKind::Vllm),
    ("redirect-same", ServerKind::Vllm),
    ("prefixed/llm/proxy", ServerKind::Vllm),
    ("no-v1", ServerKind::OpenAiCompatible),
    ("models-10000", ServerKind::OpenAiCompatible),
];

/// Services known by their hosts, which a test can only list.
const HOSTED: [(&str, ServerKind, &str); 7] = [
    ("openai", ServerKind::OpenAi, "/v1"),
    ("azure-like", ServerKind::AzureOpenAi, "/openai/v1"),
    ("anthropic", ServerKind::Anthropic, "/v1"),
    ("gemini", ServerKind::Gemini, "/v1beta"),
    ("groq", ServerKind::Groq, "/v1"),
    ("mistral", ServerKind::Mistral, "/v1"),
    ("deepseek", ServerKind::DeepSeek, "/v1"),
];

fn row(name: &str, detection: &Detection) -> String {
    let models = &detection.models;
    let names = models.iter().take(4).map(|model| model.name.escape_debug().to_string());
    let more = if models.len() > 4 { format!(" of {}", models.len()) } else { String::new() };
    let count = |tokens: &u32| tokens.to_string();
    let price = column(
        models,
        |model| model.facts.price.clone(),
        |price| format!("{}/{}", price.input, price.output),
    );
    let price = if price.contains('/') { price } else { String::new() };
    format!(
        "| {name} | {} | {} | {:?} | {} | {:?} | {}{more} | {} | {} | {} | {} | {} | {price} | {} |\n",
        identified(detection),
        detection.version.as_deref().unwrap_or("–"),
        detection.kind,
        detection.base_url.split_once("/servers").map_or("", |(_, path)| path),
        detection.authentication,
        names.collect::<Vec<_>>().join(", "),
        column(models, |model| model.facts.context_length, count),
        column(models, |model| model.facts.tools, yes_no),
        column(models, |model| model.facts.vision, yes_no),
        column(models, |model| model.facts.reasoning, yes_no),
        column(models, |model| model.facts.embeddings, yes_no),
        detection.warnings.join(" "),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_told_and_described() {
    let fake = fake().await;
    let detector = detector();
    let key = key();
    let mut names = servers(&fake).await;
    names.extend(KINDS.map(|(name, _)| name.to_owned()).into_iter().filter(|x| x.contains('/')));
    let mut found: Vec<(String, Detection)> = stream::iter(names)
        .map(|name| async {
            let detection = detector.detect(&fake.server_url(&name), Some(&key)).await;
            (name, detection)
        })
        .buffered(4)
        .collect()
        .await;
    for (name, kind) in KINDS {
        let (_, detection) = found.iter().find(|(found, _)| found == name).unwrap();
        assert_eq!(detection.server, Some(kind), "{name}: {:?}", detection.failure);
        assert_eq!(detection.failure, None, "{name}");
        assert!(!detection.models.is_empty(), "{name}");
        assert!(!detection.probes.is_empty() && detection.latency_ms.is_some(), "{name}");
    }
    found.retain(|(_, detection)| detection.failure.is_none());

    let mut table = String::from(
        "r reported, t table, g guessed, – unknown; at most four models of each server.\n\n\
         | server | identified | version | protocol | base | key | models | context | tools | \
         vision | reasoning | embeddings | price | warnings |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, detection) in &found {
        table.push_str(&row(name, detection));
    }
    for (name, kind, base) in HOSTED {
        let url = Url::parse(&format!("{}{base}", fake.server_url(name))).unwrap();
        let detection = detector.list(kind, &url, Some(&key)).await;
        assert_eq!(detection.failure, None, "{name}");
        assert_eq!(detection.authentication, Authentication::Accepted, "{name}");
        table.push_str(&row(&format!("{name} (by its host)"), &detection));
    }
    let table = without_address(&table, &fake).replace("\\|", "|");
    println!("{table}");
    report("detection.md", &table);
    insta::assert_snapshot!("kinds", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_known_server_is_listed_again_as_it_was_found() {
    let fake = fake().await;
    let detector = detector();
    let key = key();
    for (name, kind) in KINDS.into_iter().take(18) {
        let found = detector.detect(&fake.server_url(name), Some(&key)).await;
        fake.reset();
        let base = Url::parse(&found.base_url).unwrap();
        let again = detector.list(kind, &base, Some(&key)).await;
        assert_eq!(again.models, found.models, "{name}");
        assert_eq!(again.base_url, found.base_url, "{name}");
        assert_eq!(again.confidence, Confidence::Certain, "{name}");
        let asked = fake.requests().len();
        assert!(asked <= 8, "{name} was asked {asked} times");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn ids_are_kept_byte_for_byte_and_once() {
    let fake = fake().await;
    let detector = detector();
    let found = detector.detect(&fake.server_url("weird"), None).await;
    let names: Vec<_> = found.models.iter().map(|model| model.name.as_str()).collect();
    for name in [" space around ", "nul\u{0}character", "UPPER/lower", "upper/LOWER", "line\nbreak"]
    {
        assert!(names.contains(&name), "{name:?}");
    }
    let found = detector.detect(&fake.server_url("duplicates"), None).await;
    let names: Vec<_> = found.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["plain", "slow"]);
    assert_eq!(found.warnings, ["3 names were listed more than once."]);
    let found = detector.detect(&fake.server_url("models-10000"), None).await;
    assert_eq!(found.models.len(), 10_000);
}

#[tokio::test]
async fn whatever_of_the_address_is_typed_leads_to_the_same() {
    let fake = fake().await;
    let detector = detector();
    let root = fake.server_url("ollama");
    for typed in
        ["", "/", "/v1", "/v1/", "/api", "/api/tags", "/v1/chat/completions", "/v1/models?x=1"]
    {
        let found = detector.detect(&format!("  {root}{typed} "), None).await;
        assert_eq!(found.server, Some(ServerKind::Ollama), "{typed}");
        assert_eq!((found.kind, &found.base_url), (ProviderKind::Ollama, &root), "{typed}");
        assert_eq!(found.models.len(), 4, "{typed}");
    }
    let found =
        detector.detect(&format!("{}/api/v1/models", fake.server_url("lm-studio")), None).await;
    assert_eq!(found.server, Some(ServerKind::LmStudio));
    assert_eq!(found.base_url, format!("{}/v1", fake.server_url("lm-studio")));
    assert_eq!(found.models[0].facts.context_length, Some(Fact::reported(8_192)));
}

#[tokio::test]
async fn jan_is_told_by_its_port() {
    let jan = at_root("jan", "127.0.0.9:1337").await;
    let found = detector().detect("127.0.0.9:1337", None).await;
    assert_eq!(found.server, Some(ServerKind::Jan));
    assert_eq!(found.confidence, Confidence::Likely);
    assert_eq!(found.authentication, Authentication::Required);
    assert_eq!(found.failure.unwrap().message, "Reached Jan at 127.0.0.9:1337: it wants a key.");
    jan.stop().await;
}
