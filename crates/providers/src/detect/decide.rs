//! The decision table: which software answers like this (protocols §5.3).

use models::detection::{Confidence, ServerKind};

use super::evidence::{Evidence, Traits};

/// Jan's port.
const JAN: u16 = 1337;

/// What the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) kind: ServerKind,
    pub(super) confidence: Confidence,
}

/// Goes through the table, first match first: imitators come before what they imitate.
pub(super) fn decide(evidence: &Evidence) -> Option<Verdict> {
    let nothing = Traits::default();
    let cards = evidence.list.as_ref().map_or(&nothing, |list| &list.traits);
    certain(evidence, cards).map(|kind| Verdict { kind, confidence: Confidence::Certain }).or_else(
        || likely(evidence, cards).map(|kind| Verdict { kind, confidence: Confidence::Likely }),
    )
}

/// What only one kind says.
fn certain(evidence: &Evidence, cards: &Traits) -> Option<ServerKind> {
    let ollama = evidence.ollama_words
        && evidence.ollama_version.is_some()
        && evidence.ollama_tags
        && !evidence.wants_key
        // LocalAI before its discovery document is told by its cards alone.
        && !is_old_local_ai(evidence, cards);
    let table = [
        (evidence.local_ai.is_some(), ServerKind::LocalAi),
        (evidence.kobold_cpp.is_some() || cards.owned_by("koboldcpp"), ServerKind::KoboldCpp),
        (cards.owned_by("sglang"), ServerKind::Sglang),
        (evidence.lm_studio, ServerKind::LmStudio),
        (
            evidence.llama_cpp_header || evidence.props.is_some() || cards.owned_by("llamacpp"),
            ServerKind::LlamaCpp,
        ),
        (cards.owned_by("vllm"), ServerKind::Vllm),
        (evidence.tgi.is_some(), ServerKind::Tgi),
        (evidence.webui, ServerKind::TextGenerationWebui),
        (evidence.litellm.is_some() || evidence.litellm_header, ServerKind::LiteLlm),
        (cards.owned_by("me") && cards.permissions, ServerKind::LlamaCppPython),
        (ollama, ServerKind::Ollama),
    ];
    first(&table)
}

/// What fits, but is no proof.
fn likely(evidence: &Evidence, cards: &Traits) -> Option<ServerKind> {
    let refused_like_vllm = evidence.wants_key && evidence.says_unauthorized;
    let table = [
        (is_old_local_ai(evidence, cards), ServerKind::LocalAi),
        (
            evidence.version.is_some() && (cards.max_model_len || refused_like_vllm),
            ServerKind::Vllm,
        ),
        (evidence.ollama_version.is_some() && evidence.ollama_tags, ServerKind::Ollama),
        (cards.all(cards.open_router), ServerKind::OpenRouter),
        (cards.all(cards.anthropic), ServerKind::Anthropic),
        (cards.all(cards.google), ServerKind::Gemini),
        (evidence.lm_studio_error, ServerKind::LmStudio),
        (evidence.list.is_some(), ServerKind::OpenAiCompatible),
        (evidence.wants_key && evidence.anthropic_error, ServerKind::Anthropic),
        (evidence.google_error, ServerKind::Gemini),
        (evidence.wants_key && evidence.port == Some(JAN), ServerKind::Jan),
    ];
    first(&table)
}

fn is_old_local_ai(evidence: &Evidence, cards: &Traits) -> bool {
    cards.all(cards.bare) && evidence.version.is_some()
}

fn first(table: &[(bool, ServerKind)]) -> Option<ServerKind> {
    table.iter().find(|(fits, _)| *fits).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use url::Url;

    use super::*;
    use crate::detect::{
        inquiry::{Answer, KeyHeader},
        questions::{Answers, List, Question},
    };

    fn answered(path: &str, status: u16, body: &str) -> Answer {
        Answer {
            path: path.to_owned(),
            status: Some(status),
            body: Some(body.as_bytes().to_vec()),
            ..Answer::default()
        }
    }

    fn listed(status: u16, body: &str) -> List {
        let base = Url::parse("http://localhost:1/v1").unwrap();
        List { base, key: KeyHeader::None, answer: answered("/v1/models", status, body) }
    }

    fn verdict(list: &Value, others: &[(Question, Value)]) -> Option<(ServerKind, Confidence)> {
        let others = others.iter().map(|(question, body)| {
            (*question, answered(&format!("/{question:?}"), 200, &body.to_string()))
        });
        let answers =
            Answers { lists: vec![listed(200, &list.to_string())], others: others.collect() };
        let verdict = decide(&Evidence::read(&answers, None))?;
        Some((verdict.kind, verdict.confidence))
    }

    fn cards(cards: Value) -> Value {
        json!({"object": "list", "data": cards})
    }

    fn owned(owner: &str) -> Value {
        cards(json!([{"id": "m", "object": "model", "created": 1, "owned_by": owner}]))
    }

    #[test]
    fn each_row_of_the_table_decides() {
        use Confidence::{Certain, Likely};
        use Question as Q;
        use ServerKind as Kind;
        let version = || json!({"version": "1.0"});
        let bare = cards(json!([{"id": "m", "object": "model"}]));
        let tags = json!({"models": [{"name": "m", "model": "m"}]});
        let props = json!({"default_generation_settings": {}});
        for (list, others, expected) in [
            (
                owned("x"),
                vec![(Q::LocalAi, json!({"version": "v3", "endpoints": {}}))],
                Some((Kind::LocalAi, Certain)),
            ),
            (bare.clone(), vec![(Q::Version, version())], Some((Kind::LocalAi, Likely))),
            (bare, vec![], Some((Kind::OpenAiCompatible, Likely))),
            (
                owned("x"),
                vec![(Q::KoboldCpp, json!({"result": "KoboldCpp"}))],
                Some((Kind::KoboldCpp, Certain)),
            ),
            (owned("koboldcpp"), vec![], Some((Kind::KoboldCpp, Certain))),
            (owned("sglang"), vec![(Q::Version, version())], Some((Kind::Sglang, Certain))),
            (
                owned("x"),
                vec![(Q::LmStudio, json!({"models": [{"key": "k", "loaded_instances": []}]}))],
                Some((Kind::LmStudio, Certain)),
            ),
            (
                owned("x"),
                vec![(Q::LmStudioOld, json!({"data": [{"id": "k", "state": "loaded"}]}))],
                Some((Kind::LmStudio, Certain)),
            ),
            (owned("llamacpp"), vec![], Some((Kind::LlamaCpp, Certain))),
            (owned("x"), vec![(Q::Props, props)], Some((Kind::LlamaCpp, Certain))),
            (owned("vllm"), vec![], Some((Kind::Vllm, Certain))),
            (
                cards(json!([{"id": "m", "max_model_len": 4096, "owned_by": "x"}])),
                vec![(Q::Version, version())],
                Some((Kind::Vllm, Likely)),
            ),
            (
                owned("x"),
                vec![(Q::Info, json!({"router": "text-generation-router"}))],
                Some((Kind::Tgi, Certain)),
            ),
            (
                owned("x"),
                vec![(Q::Webui, json!({"model_name": "m", "loader": "l"}))],
                Some((Kind::TextGenerationWebui, Certain)),
            ),
            (
                owned("x"),
                vec![(Q::LiteLlm, json!({"litellm_version": "1"}))],
                Some((Kind::LiteLlm, Certain)),
            ),
            (
                cards(json!([{"id": "m", "owned_by": "me", "permissions": []}])),
                vec![],
                Some((Kind::LlamaCppPython, Certain)),
            ),
            (owned("me"), vec![], Some((Kind::OpenAiCompatible, Likely))),
            (
                owned("library"),
                vec![(Q::OllamaVersion, version()), (Q::OllamaTags, tags)],
                Some((Kind::Ollama, Likely)),
            ),
            (
                cards(json!([{"id": "m", "context_length": 9, "supported_parameters": []}])),
                vec![],
                Some((Kind::OpenRouter, Likely)),
            ),
            (
                cards(json!([{"id": "m", "type": "model", "display_name": "M"}])),
                vec![],
                Some((Kind::Anthropic, Likely)),
            ),
            (json!({"models": [{"name": "models/m"}]}), vec![], Some((Kind::Gemini, Likely))),
            (owned("somebody"), vec![], Some((Kind::OpenAiCompatible, Likely))),
            (json!({"status": "ok"}), vec![(Q::Version, version())], None),
        ] {
            assert_eq!(verdict(&list, &others), expected, "{list} {others:?}");
        }
    }

    #[test]
    fn one_body_for_all_paths_proves_nothing() {
        let all = json!({
            "result": "KoboldCpp", "router": "text-generation-router", "litellm_version": "1",
            "default_generation_settings": {}, "data": [{"id": "m", "owned_by": "vllm"}],
        });
        let others: Vec<_> = Question::ALL.map(|question| (question, all.clone())).into();
        assert_eq!(verdict(&all, &others), None);
    }

    #[test]
    fn a_refusal_is_no_kind_of_its_own() {
        let refused = |body: &str, port| {
            let answers = Answers { lists: vec![listed(401, body)], others: Vec::new() };
            let evidence = Evidence::read(&answers, port);
            assert!(evidence.wants_key);
            decide(&evidence).map(|verdict| verdict.kind)
        };
        assert_eq!(refused(r#"{"error":"Unauthorized"}"#, Some(8000)), None);
        assert_eq!(refused("Missing or invalid header", Some(1337)), Some(ServerKind::Jan));
        let anthropic = r#"{"type":"error","error":{"type":"authentication_error"}}"#;
        assert_eq!(refused(anthropic, None), Some(ServerKind::Anthropic));
    }

    /// Any JSON, with the keys and words that servers use among others.
    fn any_json(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
        let word = proptest::sample::select(words);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, move |inner| {
            let map = proptest::collection::hash_map(
                proptest::sample::select(words).prop_map(str::to_owned),
                inner.clone(),
                0..6,
            );
            prop_oneof![
                proptest::collection::vec(inner, 0..6).prop_map(Value::from),
                map.prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// What many kinds say, and so none alone.
    const COMMON: &[&str] = &[
        "id",
        "object",
        "model",
        "models",
        "data",
        "name",
        "version",
        "status",
        "ok",
        "list",
        "created",
        "owned_by",
        "error",
        "message",
        "type",
        "permissions",
        "context_length",
        "key",
        "max_model_len",
        "display_name",
        "router",
        "result",
        "model_name",
        "x",
    ];
    /// The marks themselves.
    const MARKS: &[&str] = &[
        "data",
        "models",
        "id",
        "owned_by",
        "vllm",
        "sglang",
        "koboldcpp",
        "llamacpp",
        "me",
        "permissions",
        "default_generation_settings",
        "key",
        "loaded_instances",
        "result",
        "KoboldCpp",
        "router",
        "text-generation-router",
        "endpoints",
        "version",
        "model_name",
        "loader",
        "litellm_version",
        "compatibility_type",
        "state",
        "name",
    ];

    proptest! {
        #[test]
        fn rubbish_is_never_a_certain_kind(
            bodies in proptest::collection::vec(any_json(COMMON), 13)
        ) {
            let others: Vec<_> =
                Question::ALL.into_iter().zip(bodies[1..].iter().cloned()).collect();
            let found = verdict(&bodies[0], &others);
            prop_assert!(!matches!(found, Some((_, Confidence::Certain))), "{found:?}");
        }

        #[test]
        fn a_certain_kind_always_has_its_mark(
            bodies in proptest::collection::vec(any_json(MARKS), 13)
        ) {
            let others: Vec<_> =
                Question::ALL.into_iter().zip(bodies[1..].iter().cloned()).collect();
            let at = |asked: Question| {
                &others.iter().find(|(question, _)| *question == asked).unwrap().1
            };
            if let Some((kind, Confidence::Certain)) = verdict(&bodies[0], &others) {
                let list = bodies[0].to_string();
                let marked = match kind {
                    ServerKind::LocalAi => at(Question::LocalAi)["endpoints"].is_object(),
                    ServerKind::KoboldCpp => {
                        at(Question::KoboldCpp)["result"] == "KoboldCpp"
                            || list.contains(r#""owned_by":"koboldcpp""#)
                    }
                    ServerKind::Sglang => list.contains(r#""owned_by":"sglang""#),
                    ServerKind::LmStudio => {
                        at(Question::LmStudio)["models"].is_array()
                            || at(Question::LmStudioOld)["data"].is_array()
                    }
                    ServerKind::LlamaCpp => {
                        at(Question::Props)["default_generation_settings"].is_object()
                            || list.contains(r#""owned_by":"llamacpp""#)
                    }
                    ServerKind::Vllm => list.contains(r#""owned_by":"vllm""#),
                    ServerKind::Tgi => at(Question::Info)["router"] == "text-generation-router",
                    ServerKind::TextGenerationWebui => at(Question::Webui)["loader"].is_string(),
                    ServerKind::LiteLlm => at(Question::LiteLlm)["litellm_version"].is_string(),
                    ServerKind::LlamaCppPython => list.contains(r#""owned_by":"me""#),
                    other => return Err(TestCaseError::fail(format!("{other:?} from rubbish"))),
                };
                prop_assert!(marked, "{kind:?}");
            }
        }

        #[test]
        fn any_bytes_are_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut list = listed(200, "");
            list.answer.body = Some(body.clone());
            let answer = Answer { body: Some(body), status: Some(200), ..Answer::default() };
            let others = Question::ALL.map(|question| (question, answer.clone())).into();
            let found = decide(&Evidence::read(&Answers { lists: vec![list], others }, None));
            prop_assert!(found.is_none_or(|verdict| verdict.confidence == Confidence::Likely));
        }
    }
}
