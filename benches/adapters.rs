//! CPU per delta of each protocol's adapter, beside a bare read of the same bytes (Linux only).
//!
//! `cargo bench -p benches --bench adapters`. A thread replays the same text in each protocol's frames
//! over loopback; what is counted is the CPU time of the reading thread alone.

#[path = "adapters/replay.rs"]
mod replay;

use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use benches::{
    CASES, PART,
    cpu::{self, THIS_THREAD},
    deltas,
};
use futures::StreamExt;
use providers::{
    Anthropic, ChatMessage, ChatRequest, Endpoint, Gemini, HttpClient, HttpOptions, Limits, Ollama,
    OpenAiChat, OpenAiResponses, Provider, ProviderEvent, http, normalize_base_url,
};
use replay::Answer;

/// Deltas of one answer.
const DELTAS: usize = 10_000;
/// Answers measured for each protocol; the median counts.
const ROUNDS: usize = 9;
/// Frames in one write, as of a slow model and of a fast one.
const FRAMES_PER_WRITE: [usize; 2] = [1, 64];

/// How a protocol says a text.
struct Protocol {
    name: &'static str,
    adapter: fn(HttpClient, Limits) -> Box<dyn Provider>,
    content_type: &'static str,
    /// What comes before the deltas, what one looks like with `DELTA` for its JSON text, and what
    /// comes after them.
    frames: [&'static str; 3],
}

const PROTOCOLS: [Protocol; 5] = [
    Protocol {
        name: "Chat Completions",
        adapter: |client, limits| Box::new(OpenAiChat::new(client, limits)),
        content_type: "text/event-stream",
        frames: [
            "",
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":DELTA},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
        ],
    },
    Protocol {
        name: "Responses",
        adapter: |client, limits| Box::new(OpenAiResponses::new(client, limits)),
        content_type: "text/event-stream",
        frames: [
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"in_progress\"}}\n\n",
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":DELTA,\"logprobs\":[]}\n\n",
            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n",
        ],
    },
    Protocol {
        name: "Anthropic",
        adapter: |client, limits| Box::new(Anthropic::new(client, limits)),
        content_type: "text/event-stream",
        frames: [
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"x\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":DELTA}}\n\n",
            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        ],
    },
    Protocol {
        name: "Gemini",
        adapter: |client, limits| Box::new(Gemini::new(client, limits)),
        content_type: "text/event-stream",
        frames: [
            "",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":DELTA}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1,\"totalTokenCount\":2},\"modelVersion\":\"m\"}\n\n",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}]}\n\n",
        ],
    },
    Protocol {
        name: "Ollama",
        adapter: |client, limits| Box::new(Ollama::new(client, limits)),
        content_type: "application/x-ndjson",
        frames: [
            "",
            "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":DELTA},\"done\":false}\n",
            "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":1,\"eval_count\":1}\n",
        ],
    },
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A provider that is installed already is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let text = CASES[0].text(0..(DELTAS * 4).div_ceil(PART) as u64);
    let mut deltas = deltas(&text);
    deltas.truncate(DELTAS);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<20}{:>16}{:>18}{:>18}",
        "protocol", "frames / write", "adapter us/delta", "bare us/delta"
    )?;
    for protocol in &PROTOCOLS {
        for frames_per_write in FRAMES_PER_WRITE {
            let address = replay::start(protocol.answer(&deltas, frames_per_write)?)?;
            let adapter = protocol.measure(address, deltas.concat().len()).await?;
            let bare = bare(address).await?;
            writeln!(
                out,
                "{:<20}{frames_per_write:>16}{:>18.2}{:>18.2}",
                protocol.name,
                each(adapter),
                each(bare)
            )?;
        }
    }
    Ok(())
}

impl Protocol {
    fn answer(&self, deltas: &[&str], frames_per_write: usize) -> serde_json::Result<Answer> {
        let [before, delta, after] = self.frames;
        let mut writes = vec![before.to_owned()];
        for together in deltas.chunks(frames_per_write) {
            let mut write = String::new();
            for text in together {
                write.push_str(&delta.replace("DELTA", &serde_json::to_string(text)?));
            }
            writes.push(write);
        }
        writes.push(after.to_owned());
        Ok(Answer { content_type: self.content_type, writes })
    }

    /// CPU time of one answer, which must hold this many bytes of text.
    async fn measure(
        &self,
        address: SocketAddr,
        length: usize,
    ) -> Result<Duration, Box<dyn Error>> {
        let adapter = (self.adapter)(http::client(&HttpOptions::default())?, Limits::default());
        let base_url = normalize_base_url(&format!("http://{address}/v1"))?;
        let endpoint = Endpoint { base_url, key: None };
        let request = ChatRequest {
            model: "m".to_owned(),
            messages: vec![ChatMessage::user("Go on.")],
            ..ChatRequest::default()
        };
        let mut costs = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let before = cpu::time(THIS_THREAD)?;
            let mut events = adapter.stream(&endpoint, &request).await?;
            let (mut said, mut finished) = (0, false);
            while let Some(event) = events.next().await {
                match event? {
                    ProviderEvent::TextDelta(text) => said += text.len(),
                    ProviderEvent::Finish { .. } => finished = true,
                    _ => {}
                }
            }
            costs.push(cpu::time(THIS_THREAD)?.saturating_sub(before));
            if !finished || said != length {
                return Err("an answer was not whole, so it must not count".into());
            }
        }
        Ok(median(costs))
    }
}

/// CPU time of reading the same bytes and doing nothing with them.
async fn bare(address: SocketAddr) -> Result<Duration, Box<dyn Error>> {
    #[expect(clippy::disallowed_methods, reason = "the bare client is what is compared with")]
    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?;
    let mut costs = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = cpu::time(THIS_THREAD)?;
        let mut response = client.post(format!("http://{address}/")).send().await?;
        while response.chunk().await?.is_some() {}
        costs.push(cpu::time(THIS_THREAD)?.saturating_sub(before));
    }
    Ok(median(costs))
}

fn median(mut costs: Vec<Duration>) -> Duration {
    costs.sort_unstable();
    costs[costs.len() / 2]
}

/// Microseconds per delta.
#[expect(clippy::cast_precision_loss, reason = "ten thousand fits")]
fn each(cost: Duration) -> f64 {
    cost.as_secs_f64() * 1e6 / DELTAS as f64
}
