//! A fake provider, OpenAI-compatible and otherwise: real HTTP, scripted answers, strict about what it is sent.
//!
//! # Choosing an answer
//!
//! The *model name* of a request names a scenario, with parameters after a colon:
//!
//! ```text
//! name [ "-" number ] [ ( ":" | "?" ) key "=" value { ( "," | "&" ) key "=" value } ]
//!
//! slow:delay=20,words=400      a token every 20 ms, 400 words
//! flaky-2                      two 503 answers, then a good one
//! plain:chunk=1,newline=crlf   one byte per write, CRLF line ends
//! say:text=Hello%20there       exactly this text; values are percent-decoded
//! ```
//!
//! Durations are whole milliseconds, sizes are bytes. An unknown name is answered 404 like a real
//! server does, an unknown key or a number that is none is a failed check, so a misspelt test
//! cannot pass. Keys that every scenario understands:
//!
//! | key | meaning | default |
//! |---|---|---|
//! | `delay` | wait before each token | depends on the scenario, mostly 0 |
//! | `first` | wait between the headers and the first token | 0 |
//! | `headers` | wait before the response headers | 0 |
//! | `words` | length of the text | depends on the scenario |
//! | `chunk` | bytes per write | one frame per write |
//! | `newline` | `lf`, `crlf` or `cr` between the lines of the stream | `lf` |
//! | `times` | play the scenario for this many requests of this exact model name, then `plain` | always |
//! | `tag` | nothing: makes a model name of its own, with its own `times` count | |
//!
//! Keys of single scenarios are in that scenario's `about`; `GET /_fake/scenarios` lists them all,
//! and `GET /v1/models` offers each as a model, along with the extra names of the [`Options`].
//! With `"stream": false` (or none) the same script is folded into one JSON answer.
//!
//! # Addresses
//!
//! - `/v1/chat/completions`, `/v1/responses`, `/v1/models`, `/v1/embeddings`: the provider itself.
//!   `/v1/responses` plays the same scenarios as chat where they have a meaning there, and its own; it
//!   only streams.
//! - `/ollama/…`: Ollama's own protocol, with mostly the same scenarios, in lines instead of events;
//!   see the module for what differs.
//! - `/lists/<variant>/v1/…`: the same, with a troublesome model list; chat answers `plain` to any
//!   model name it does not know.
//! - `/anthropic/v1/messages`, `/anthropic/v1/models`: the same idea in Anthropic's protocol, with
//!   scenarios of its own; where one means the same as with chat, it has the same name.
//! - `/gemini/v1beta/models`, `/gemini/v1beta/models/{model}:streamGenerateContent` and
//!   `:generateContent`: Google Gemini's protocol, with scenarios of the same names wherever they
//!   mean the same. `/gemini/lists/<variant>/v1beta/models` is a troublesome list.
//! - `/servers/<kind>/…`: model servers of every kind to detect, from Ollama to a web page, as
//!   `GET /_fake/scenarios` lists them; `<kind>~600` takes 600 ms for each answer. The key on a
//!   path that lists no models is a violation.
//! - `/_fake/requests[?model=…][&after=<number>]`, `/_fake/violations`, `/_fake/open`,
//!   `/_fake/scenarios`, `POST /_fake/reset`: what tests ask.
//!
//! # Checks
//!
//! Every request for an answer or for embeddings is checked against the specification, stricter than most
//! servers. A failed check is answered 400 with `error.type` [`CHECK_FAILED`], the rule in
//! `error.code`, and is kept among the violations. What the fake hands out to get back unchanged
//! (blocks of reasoning, signatures) is sealed, and a broken seal is a failed check too; what does not
//! come back at all is refused by the scenario, in the words of the server it plays.

mod answer;
mod anthropic;
mod call;
mod chat;
mod check;
mod chunk_stream;
mod control;
mod embeddings;
mod errors;
mod exchange;
mod fold;
mod gemini;
mod model_name;
mod models;
mod ollama;
mod open_streams;
mod openai_responses;
mod protocol;
mod record;
mod routes;
mod scenarios;
mod seal;
mod server;
mod servers;
mod step;
mod text;
mod wire;

pub use check::CHECK_FAILED;
pub use open_streams::Disconnect;
pub use record::{RecordedRequest, Violation};
pub use server::{FakeProvider, Options};
