//! Reads a response within time and size limits.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use models::run::FailureClass;
use reqwest::Response;
use tokio::time::Instant;

use crate::{
    answer::Progress,
    error::ProviderError,
    limits::TimeLimits,
    transport::{self, Server},
};

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, ProviderError>> + Send>>;

/// A response body with its clocks. Whoever decodes it says what counts as progress.
pub(crate) struct Body {
    chunks: Chunks,
    server: Server,
    limits: TimeLimits,
    read_at: Instant,
    data_at: Instant,
    has_data: bool,
    /// When the server said that it was done, once it did.
    finished_at: Option<Instant>,
}

impl Body {
    /// The body of a response whose headers have just come.
    pub(crate) fn new(response: Response, server: &Server, limits: TimeLimits) -> Self {
        let origin = server.clone();
        let chunks = response
            .bytes_stream()
            .map(move |chunk| chunk.map_err(|error| transport::broken_body(&error, &origin)));
        Self::from_chunks(Box::pin(chunks), server.clone(), limits)
    }

    fn from_chunks(chunks: Chunks, server: Server, limits: TimeLimits) -> Self {
        let now = Instant::now();
        Self {
            chunks,
            server,
            limits,
            read_at: now,
            data_at: now,
            has_data: false,
            finished_at: None,
        }
    }

    /// What came next; nothing at the end, and nothing if a finished answer dawdles or breaks.
    pub(crate) async fn read(&mut self) -> Result<Option<Bytes>, ProviderError> {
        let deadline = self.deadline();
        let outcome = tokio::time::timeout_at(deadline, self.chunks.next()).await;
        match outcome {
            Ok(Some(Ok(bytes))) => {
                self.read_at = Instant::now();
                Ok(Some(bytes))
            }
            Ok(None) => Ok(None),
            Ok(Some(Err(_))) | Err(_) if self.finished_at.is_some() => Ok(None),
            Ok(Some(Err(error))) => Err(error),
            Err(_) => Err(self.stalled()),
        }
    }

    /// Data came, not only a sign of life.
    pub(crate) fn data_came(&mut self) {
        self.has_data = true;
        self.data_at = self.read_at;
    }

    /// The server said that it was done; only a trailer may follow.
    fn finish_came(&mut self) {
        self.finished_at.get_or_insert(self.read_at);
    }

    /// Turns the clocks by what a frame was good for.
    pub(crate) fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Nothing | Progress::Over => {}
            Progress::Data => self.data_came(),
            Progress::Finishing => {
                self.data_came();
                self.finish_came();
            }
        }
    }

    /// Reads everything, up to `limit` bytes; true if there was more.
    pub(crate) async fn collect(&mut self, limit: usize) -> Result<(Vec<u8>, bool), ProviderError> {
        let mut collected = Vec::new();
        while let Some(bytes) = self.read().await? {
            self.data_came();
            let room = limit - collected.len();
            if bytes.len() > room {
                collected.extend_from_slice(&bytes[..room]);
                return Ok((collected, true));
            }
            collected.extend_from_slice(&bytes);
        }
        Ok((collected, false))
    }

    fn idle(&self) -> Duration {
        if self.has_data {
            return self.limits.idle;
        }
        // Some servers send their headers first and load the model afterwards.
        self.limits.first_byte(self.server.local).max(self.limits.idle)
    }

    fn deadline(&self) -> Instant {
        let idle = self.read_at + self.idle();
        let silence = self.data_at + self.limits.silence;
        let trailer = self.finished_at.map_or(idle, |finished| finished + self.limits.trailer);
        idle.min(silence).min(trailer)
    }

    fn stalled(&self) -> ProviderError {
        let server = &self.server.name;
        let silence = self.limits.silence;
        let message = if self.read_at + self.idle() > self.data_at + silence {
            format!(
                "{server} kept the connection open for {} s without a word of the answer.",
                silence.as_secs()
            )
        } else {
            format!("{server} fell silent: nothing came for {} s.", self.idle().as_secs())
        };
        ProviderError::new(
            FailureClass::Timeout,
            message,
            "Try again or continue the answer. If the server is slow, raise the time limit.",
        )
        .retryable()
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use url::Url;

    use super::*;
    use crate::Endpoint;

    fn body(chunks: impl Stream<Item = &'static str> + Send + 'static) -> Body {
        let endpoint =
            Endpoint { base_url: Url::parse("https://example.com/v1").unwrap(), key: None };
        let chunks = Box::pin(chunks.map(|text| Ok(Bytes::from_static(text.as_bytes()))));
        Body::from_chunks(chunks, Server::new(&endpoint), TimeLimits::default())
    }

    /// A comment every 30 s, for ever.
    fn comments() -> impl Stream<Item = &'static str> + Send {
        stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(30)).await;
            Some((": ping\n", ()))
        })
    }

    async fn read_until_error(body: &mut Body) -> (u64, ProviderError) {
        let start = Instant::now();
        loop {
            if let Err(error) = body.read().await {
                return (start.elapsed().as_secs(), error);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_data_may_take_as_long_as_the_headers() {
        let (seconds, error) = read_until_error(&mut body(stream::pending())).await;
        assert_eq!((seconds, error.class), (120, FailureClass::Timeout));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_counts_from_the_last_read_once_data_flows() {
        let mut body = body(stream::once(async { "data" }).chain(stream::pending()));
        body.read().await.unwrap();
        body.data_came();
        let (seconds, error) = read_until_error(&mut body).await;
        assert_eq!(seconds, 60);
        assert_eq!(error.message, "example.com:443 fell silent: nothing came for 60 s.");
    }

    #[tokio::test(start_paused = true)]
    async fn comments_keep_a_silent_stream_only_up_to_the_bound() {
        let (seconds, error) = read_until_error(&mut body(comments())).await;
        assert_eq!(seconds, 600);
        assert!(error.message.contains("without a word"), "{}", error.message);
    }

    #[tokio::test(start_paused = true)]
    async fn a_finished_answer_waits_only_for_its_trailer() {
        let mut body = body(stream::once(async { "data" }).chain(stream::pending()));
        body.read().await.unwrap();
        body.data_came();
        body.finish_came();
        let start = Instant::now();
        assert_eq!(body.read().await.unwrap(), None);
        assert_eq!(start.elapsed().as_secs(), 5);
    }

    #[tokio::test]
    async fn collecting_stops_at_the_limit() {
        let mut short = body(stream::iter(["abc", "de"]));
        assert_eq!(short.collect(5).await.unwrap(), (b"abcde".to_vec(), false));
        let mut long = body(stream::iter(["abc", "def"]));
        assert_eq!(long.collect(5).await.unwrap(), (b"abcde".to_vec(), true));
    }
}
