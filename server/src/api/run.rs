//! Runs: watching and stopping them.

use axum::{extract::State, response::Response};
use bytes::Bytes;
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use http::StatusCode;
use models::{id::RunId, run_event::RunEvent, view::ViewFrame};
use tokio::time::{Duration, Instant, timeout_at};

use super::AnyFailure;
use crate::{
    browser::{Browser, StreamPermit},
    extract::{After, PathId, ResumeAfter},
    failure::Failure,
    sse,
    state::AppState,
};

/// How long a stream without a permit waits for its first frame: the journal has to be read.
const FIRST_FRAME: Duration = Duration::from_millis(300);
/// How long after that frame it goes on, so that a run in full flow cannot keep it: the journal's
/// part has come by then, and the rest waits for the next request.
const FURTHER_FRAMES: Duration = Duration::from_millis(60);

/// Watch a run's events
///
/// Server-sent events: `id` is the event's number, `event` its type, `data` the event as JSON.
/// First those after the given number, then those to come; the stream ends after `finished`.
#[utoipa::path(
    get, path = "/api/chat/ui/runs/{id}/events", tag = "runs",
    params(
        ("id" = RunId, Path, description = "The run"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event the client has"),
        After,
    ),
    responses(
        (status = 200, description = "The events", body = RunEvent, content_type = "text/event-stream"),
        AnyFailure,
    ),
)]
pub(super) async fn events(
    State(state): State<AppState>,
    PathId(id): PathId<RunId>,
    ResumeAfter(after): ResumeAfter,
) -> Result<Response, Failure> {
    let events = state.studio().watch(state.caller(), id, after).await?;
    Ok(sse::response(&state, events.map(|events| sse::events(&events))))
}

/// Watch a run as changes of the studio's page
///
/// Server-sent events for the studio's own pages: `frame` with the number of the last event it
/// contains as `id`, and `end` when nothing follows. A browser has a few of these at a time; one
/// more gets what there is, is closed, and asks again after the `retry` time.
#[utoipa::path(
    get, path = "/api/chat/ui/runs/{id}/view", tag = "runs",
    params(
        ("id" = RunId, Path, description = "The run"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event the page contains"),
        After,
    ),
    responses(
        (status = 200, description = "The changes", body = String, content_type = "text/event-stream"),
        AnyFailure,
    ),
)]
pub(super) async fn view(
    State(state): State<AppState>,
    PathId(id): PathId<RunId>,
    ResumeAfter(after): ResumeAfter,
    browser: Browser,
) -> Result<Response, Failure> {
    let frames = state.studio().watch_view(state.caller(), id, after).await?;
    Ok(match state.browser_streams().permit(browser) {
        Some(permit) => sse::response(&state, followed(frames, permit)),
        None => {
            let retry = sse::retry(state.config().streams.retry_milliseconds);
            let chunks = stream::once(async { retry }).chain(glimpsed(frames));
            sse::response(&state, chunks)
        }
    })
}

/// Stop a run, keeping what was said
#[utoipa::path(
    post, path = "/api/chat/ui/runs/{id}/stop", tag = "runs",
    params(("id" = RunId, Path, description = "The run")),
    responses((status = 204, description = "It is over"), AnyFailure),
)]
pub(super) async fn stop(
    State(state): State<AppState>,
    PathId(id): PathId<RunId>,
) -> Result<StatusCode, Failure> {
    state.studio().stop(state.caller(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every frame to the end of the run; holds the permit as long as the client listens.
fn followed(
    frames: BoxStream<'static, ViewFrame>,
    permit: StreamPermit,
) -> impl Stream<Item = Bytes> + Send {
    frames
        .map(move |frame| {
            let _ = &permit;
            sse::frame(&frame)
        })
        .chain(stream::once(async { end() }))
}

/// The frames that are there already, and `end` only if the run is over.
fn glimpsed(frames: BoxStream<'static, ViewFrame>) -> impl Stream<Item = Bytes> + Send {
    stream::unfold((Some(frames), None), |(frames, deadline)| async move {
        let mut frames = frames?;
        let patience = deadline.unwrap_or_else(|| Instant::now() + FIRST_FRAME);
        match timeout_at(patience, frames.next()).await {
            Ok(Some(frame)) => {
                let deadline = deadline.unwrap_or_else(|| Instant::now() + FURTHER_FRAMES);
                Some((sse::frame(&frame), (Some(frames), Some(deadline))))
            }
            Ok(None) => Some((end(), (None, None))),
            Err(_) => None,
        }
    })
}

fn end() -> Bytes {
    sse::unnumbered("end", &serde_json::Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(sequence: u64) -> ViewFrame {
        ViewFrame { sequence, patches: Vec::new() }
    }

    async fn text(chunks: impl Stream<Item = Bytes>) -> String {
        let all: Vec<Bytes> = chunks.collect().await;
        String::from_utf8(all.concat()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_glimpse_ends_when_nothing_more_is_there() {
        let frames = stream::iter([frame(3), frame(5)]).chain(stream::pending()).boxed();
        insta::assert_snapshot!(text(glimpsed(frames)).await, @r#"
        id: 3
        event: frame
        data: {"sequence":3,"patches":[]}

        id: 5
        event: frame
        data: {"sequence":5,"patches":[]}

        "#);
    }

    #[tokio::test(start_paused = true)]
    async fn a_glimpse_of_a_run_in_full_flow_ends_too() {
        let frames = stream::unfold(1, |sequence| async move {
            tokio::time::sleep(Duration::from_millis(16)).await;
            Some((frame(sequence), sequence + 1))
        });
        let start = Instant::now();
        assert_eq!(text(glimpsed(frames.boxed())).await.matches("event: frame").count(), 4);
        assert_eq!(start.elapsed(), Duration::from_millis(16) + FURTHER_FRAMES);
    }

    #[tokio::test(start_paused = true)]
    async fn a_glimpse_of_a_finished_run_says_so() {
        let frames = stream::iter([frame(3)]).boxed();
        assert!(text(glimpsed(frames)).await.ends_with("event: end\ndata: {}\n\n"));
    }
}
