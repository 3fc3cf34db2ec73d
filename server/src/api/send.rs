//! Sending a message: a stream of run events, or one answer at the end.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::{HeaderMap, header::ACCEPT};
use models::{
    conversation::{SendAnswer, SendRequest},
    run_event::RunEvent,
};

use super::AnyFailure;
use crate::{extract::JsonBody, failure::Failure, sse, state::AppState};

/// Send a message and get the answer
///
/// The message is stored before the answer begins, so a lost connection loses nothing. With
/// `stream` or `Accept: text/event-stream` the answer is a stream of server-sent events: first
/// `accepted` with the receipt, then the run's events as `GET runs/{id}/events` sends them.
/// Without, it is one document once the run is over, however it ended: look at `message.status`.
#[utoipa::path(
    post, path = "/api/chat/ui/send", tag = "messages",
    request_body = SendRequest,
    responses(
        (status = 200, description = "The answer, whole or as a stream", content(
            (SendAnswer = "application/json"),
            (RunEvent = "text/event-stream"),
        )),
        AnyFailure,
    ),
)]
pub(super) async fn send(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SendRequest>,
) -> Result<Response, Failure> {
    let streams = request.stream || accepts_events(&headers);
    let receipt = state.studio().send(state.caller(), request).await?;
    if !streams {
        let answer = state.studio().answer(state.caller(), receipt).await?;
        return Ok(Json(answer).into_response());
    }
    let accepted = sse::unnumbered("accepted", &receipt);
    let events = state.studio().watch(state.caller(), receipt.run_id, 0).await?;
    let chunks = stream::once(async { accepted }).chain(events.map(|events| sse::events(&events)));
    Ok(sse::response(&state, chunks))
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.split(';').next().unwrap_or_default().trim() == "text/event-stream")
}
