//! The rule about `options.num_ctx`: a change makes Ollama load the model anew, so there is to be none
//! without need.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::Value;

use crate::check::{Broken, shape::Check};

/// Models remembered; tests use far fewer.
const MODELS: usize = 10_000;
/// An image may be as many tokens as this.
const IMAGE_TOKENS: usize = 4_096;

/// The `num_ctx` each model was last asked with, until the fake is reset.
///
/// It must never become smaller. It may become larger only where the conversation might not have fit
/// in what there was: a token is a byte or more, so that is where the bytes of messages and tools, the
/// tokens of images and `num_predict` together exceed it.
#[derive(Default)]
pub(crate) struct Contexts(Mutex<HashMap<String, usize>>);

impl Contexts {
    /// Checks a request, and remembers what it asks for.
    pub(super) fn check(&self, body: &Value) -> Result<(), Broken> {
        let model = body["model"].as_str().unwrap_or_default();
        let asked = whole(&body["options"]["num_ctx"]);
        let mut known = self.0.lock();
        if let Some(&before) = known.get(model) {
            (asked >= before).or_broken("num-ctx-changed", || {
                format!("`num_ctx` fell from {before} to {asked}, which loads {model} anew")
            })?;
            (asked == before || most_tokens(body) > before).or_broken("num-ctx-changed", || {
                format!("`num_ctx` rose from {before} to {asked}, though {before} was enough")
            })?;
        }
        if known.len() >= MODELS {
            known.clear();
        }
        known.insert(model.to_owned(), asked);
        Ok(())
    }

    pub(crate) fn reset(&self) {
        self.0.lock().clear();
    }
}

/// The most tokens a request and its answer can be.
fn most_tokens(body: &Value) -> usize {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let images = messages.iter().filter_map(|message| message["images"].as_array()).flatten();
    let bytes = body["messages"].to_string().len() + body["tools"].to_string().len();
    bytes + images.count() * IMAGE_TOKENS + whole(&body["options"]["num_predict"])
}

fn whole(value: &Value) -> usize {
    value.as_u64().and_then(|number| number.try_into().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(num_ctx: u32, text: &str) -> Value {
        json!({
            "model": "m",
            "messages": [{"role": "user", "content": text}],
            "options": {"num_ctx": num_ctx},
        })
    }

    #[test]
    fn only_needed_growth_passes() {
        let contexts = Contexts::default();
        let long = "x".repeat(9_000);
        for (num_ctx, text, passes) in [
            (8_192, "x", true),
            (8_192, long.as_str(), true),
            (16_384, "x", false),
            (4_096, "x", false),
            (16_384, long.as_str(), true),
            (16_384, "x", true),
        ] {
            let outcome = contexts.check(&body(num_ctx, text));
            assert_eq!(outcome.is_ok(), passes, "{num_ctx} {} bytes", text.len());
        }
        contexts.reset();
        assert_eq!(contexts.check(&body(4_096, "x")), Ok(()));
    }
}
