//! The HTTP API: one file a resource, every route described where it is written.

mod attachment;
mod configuration;
mod conversation;
mod documentation;
mod health;
mod message;
mod metric;
mod model;
mod prompt_profile;
mod routing_profile;
mod run;
mod send;

use models::error::{ApiError, ErrorCode};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use documentation::routes as documentation;

use crate::state::AppState;

/// The document's head; the routes add the rest.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chat Studio",
        description = "Conversations with language models, stored where the server runs. Every \
            error has one shape: a code, a message, what to do, and the request's identifier, \
            which the `x-request-id` header carries too. Streams are server-sent events that \
            resume by `Last-Event-ID`; closing one never stops the run it watches.",
        license(name = "See the project's licence file"),
    ),
    components(schemas(ApiError, ErrorCode)),
    tags(
        (name = "conversations", description = "Conversations and the messages in them"),
        (name = "messages", description = "Sending, asking again and going on"),
        (name = "attachments", description = "Images and text files, given before the message is sent"),
        (name = "runs", description = "Answers while they are written"),
        (name = "settings", description = "What can be picked, and prompt profiles"),
        (name = "operation", description = "Numbers and health"),
    )
)]
struct Head;

/// Any failure.
#[derive(utoipa::IntoResponses)]
#[response(status = "default", description = "What went wrong and what to do about it")]
pub(crate) struct AnyFailure(#[expect(dead_code, reason = "only its schema is used")] ApiError);

/// Routes that answer within the request time limit.
pub(crate) fn bounded() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Head::openapi())
        .routes(routes!(conversation::list, conversation::create))
        .routes(routes!(conversation::open, conversation::change, conversation::delete))
        .routes(routes!(model::list))
        .routes(routes!(configuration::export, configuration::import))
        .routes(routes!(routing_profile::list))
        .routes(routes!(prompt_profile::list, prompt_profile::create))
        .routes(routes!(prompt_profile::replace, prompt_profile::delete))
        .routes(routes!(metric::summary))
        .routes(routes!(attachment::upload))
        .routes(routes!(attachment::read, attachment::remove))
        .routes(routes!(run::stop))
        .routes(routes!(message::retry))
        .routes(routes!(message::continue_answer))
        .routes(routes!(health::health))
}

/// Routes that last as long as an answer does.
pub(crate) fn lasting() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(send::send))
        .routes(routes!(run::events))
        .routes(routes!(run::view))
}
