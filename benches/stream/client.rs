//! The client of all subjects: reads an answer to its end and makes sure that it was whole.

use std::{error::Error, io};

use models::{conversation::SendReceipt, model::Model};
use reqwest::Response;
use serde_json::json;

pub(crate) struct Client(reqwest::Client);

type Outcome = Result<(), Box<dyn Error>>;

impl Client {
    #[expect(clippy::disallowed_methods, reason = "the guarded client is for providers")]
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().map(Self)
    }

    /// A chat completion, relayed byte by byte.
    pub(crate) async fn completion(&self, base: &str, model: &str) -> Outcome {
        let body = json!({
            "model": model,
            "messages": [{ "role": "user", "content": "Go on." }],
            "stream": true,
        });
        let request = self.0.post(format!("{base}/chat/completions")).json(&body);
        let request = request.header("accept", "text/event-stream");
        drain(request.send().await?.error_for_status()?, "[DONE]").await
    }

    /// A message sent through the HTTP API, its raw events read.
    pub(crate) async fn api(&self, base: &str, model: &str) -> Outcome {
        drain(self.send(base, model).await?, "\"status\":\"complete\"").await
    }

    /// A message sent and then watched as a page watches it.
    pub(crate) async fn browser(&self, base: &str, model: &str) -> Outcome {
        let mut response = self.send(base, model).await?;
        let mut head = String::new();
        let data = loop {
            let chunk = response.chunk().await?.ok_or("the stream ended before the receipt")?;
            head.push_str(&String::from_utf8_lossy(&chunk));
            // Comments and the time to come back may stand before it.
            let whole = head.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            if let Some(data) = whole.map(str::trim).find_map(|line| line.strip_prefix("data:")) {
                break data.trim().to_owned();
            }
        };
        // The run goes on without this watcher.
        drop(response);
        let receipt: SendReceipt = serde_json::from_str(&data)?;
        let view = format!("{base}/api/chat/ui/runs/{}/view", receipt.run_id);
        let response = self.0.get(view).send().await?.error_for_status()?;
        drain(response, "\"status\":\"complete\"").await
    }

    async fn send(&self, base: &str, model: &str) -> Result<Response, Box<dyn Error>> {
        let models: Vec<Model> =
            self.0.get(format!("{base}/api/chat/ui/models")).send().await?.json().await?;
        let model = models.iter().find(|known| known.name == model).ok_or("no such model")?;
        let body = json!({ "message": "Go on.", "model_id": model.id, "stream": true });
        let request = self.0.post(format!("{base}/api/chat/ui/send")).json(&body);
        Ok(request.send().await?.error_for_status()?)
    }
}

/// Reads to the end, near which `sign` must stand.
async fn drain(mut response: Response, sign: &str) -> Outcome {
    let mut tail = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        tail.extend_from_slice(&chunk);
        let surplus = tail.len().saturating_sub(4_096);
        tail.drain(..surplus);
    }
    if String::from_utf8_lossy(&tail).contains(sign) {
        Ok(())
    } else {
        Err(io::Error::other("an answer was not whole, so it must not count").into())
    }
}
