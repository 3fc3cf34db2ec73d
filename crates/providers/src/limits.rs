//! How long to wait for a provider, and how much to take from it.

use std::time::Duration;

/// All limits of an adapter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Waiting.
    pub time: TimeLimits,
    /// Memory.
    pub size: SizeLimits,
}

/// How long to wait (protocols §11.1). The limit for connecting belongs to the client:
/// [`HttpOptions::connect`](crate::HttpOptions::connect).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Until the response headers, and from there until the first frame with data.
    pub first_byte: Duration,
    /// The same for local addresses, which load models and queue requests without a word.
    pub first_byte_local: Duration,
    /// Between two reads once data flows. Comments count, hence the next limit.
    pub idle: Duration,
    /// Between two frames with data, however many comments come in between.
    pub silence: Duration,
    /// For what may follow a finish reason, such as usage, before the answer counts as over.
    pub trailer: Duration,
    /// For what is read beside an answer: the body of an error, what a server says of a model.
    pub brief: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(120),
            first_byte_local: Duration::from_secs(300),
            idle: Duration::from_secs(60),
            silence: Duration::from_secs(600),
            trailer: Duration::from_secs(5),
            brief: Duration::from_secs(10),
        }
    }
}

impl TimeLimits {
    /// Until the first data of an answer, by where the server is.
    #[must_use]
    pub fn first_byte(&self, local: bool) -> Duration {
        if local { self.first_byte_local } else { self.first_byte }
    }
}

/// How much to take, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimits {
    /// One frame of a stream.
    pub frame: usize,
    /// An answer that comes whole instead of as a stream.
    pub answer: usize,
    /// What is read of an error's body; far less of it is shown.
    pub error_body: usize,
    /// A list of models, all pages together.
    pub model_list: usize,
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self { frame: 8 << 20, answer: 16 << 20, error_body: 64 << 10, model_list: 16 << 20 }
    }
}
