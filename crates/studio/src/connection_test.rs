//! Tests a connection with real, tiny requests: does it stream, call tools, take images?

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use models::{
    health::CheckSource,
    id::ProviderId,
    model::ModelQuery,
    parameters::Parameters,
    provider::{CheckOutcome, ConnectionAspect, ConnectionCheck, ProviderTest},
    run::{FailureClass, RunFailure},
};
use providers::{ChatMessage, ChatRequest, Endpoint, Image, Provider, ProviderEvent, Tool};
use serde_json::json;
use tokio::time::Instant;

use crate::{Caller, Error, Studio};

/// For one trial; a model that must be loaded first may need most of it.
const PATIENCE: Duration = Duration::from_secs(90);
/// Tokens of a trial's answer: room for a short thought and one word.
const TOKENS: u32 = 256;
/// A red square of 8 by 8 pixels.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mN4oKCAFTEMLQkAUmxIAUwYLx4AAAAASUVORK5CYII=";

/// What one trial came to.
struct Trial {
    aspect: ConnectionAspect,
    /// Milliseconds to the first output.
    first: Option<u32>,
    outcome: Result<String, RunFailure>,
}

impl Studio {
    /// Tries a provider with its default or its first model: three requests of a few tokens. The
    /// outcome is noted in the provider's history.
    ///
    /// # Errors
    /// When the caller has no such provider. A provider that fails is a result, not an error.
    pub async fn test_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<ProviderTest, Error> {
        let stored = self.editable(caller, id).await?;
        let Some(model) = self.model_to_test(caller, id).await? else {
            return Ok(ProviderTest { model: None, checks: vec![no_model()] });
        };
        let trials = match self.inner.registry.connect(&stored) {
            Ok((provider, endpoint)) => try_all(provider, endpoint, &model).await,
            Err(failure) => vec![Trial {
                aspect: ConnectionAspect::Streams,
                first: None,
                outcome: Err(failure),
            }],
        };
        let first = &trials[0];
        let failure = first.outcome.as_ref().err();
        let told = failure.map(|it| (it.class, it.message.as_str(), it.action.as_str()));
        self.note_check(caller, id, CheckSource::Test, first.first, told).await?;
        let test = ProviderTest { model: Some(model), checks: checks(trials) };
        self.inner.tests.lock().insert(id, test.clone());
        Ok(test)
    }

    /// The outcome of a provider's last test since the server started.
    #[must_use]
    pub fn last_test(&self, id: ProviderId) -> Option<ProviderTest> {
        self.inner.tests.lock().get(&id).cloned()
    }

    /// The identifier of the default model if it is this provider's, else of the first of its models.
    async fn model_to_test(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<Option<String>, Error> {
        let default = self.default_model(caller).await?;
        if let Some(default) = default.filter(|model| model.provider_id == id) {
            return Ok(Some(default.name));
        }
        let query =
            ModelQuery { provider: Some(id), selectable: true, limit: 1, ..ModelQuery::default() };
        let first = self.inner.store.find_models(caller.owner, &query).await?.models;
        Ok(first.into_iter().next().map(|model| model.name))
    }
}

/// The plain question first; the others make sense only if that is answered.
async fn try_all(provider: Arc<dyn Provider>, endpoint: Endpoint, model: &str) -> Vec<Trial> {
    let plain = try_one(&*provider, &endpoint, ConnectionAspect::Streams, plain(model)).await;
    if plain.outcome.is_err() {
        return vec![plain];
    }
    let (tools, vision) = tokio::join!(
        try_one(&*provider, &endpoint, ConnectionAspect::Tools, with_tool(model)),
        try_one(&*provider, &endpoint, ConnectionAspect::Vision, with_picture(model)),
    );
    vec![plain, tools, vision]
}

async fn try_one(
    provider: &dyn Provider,
    endpoint: &Endpoint,
    aspect: ConnectionAspect,
    request: ChatRequest,
) -> Trial {
    let asked = Instant::now();
    let mut first = None;
    let reading = async {
        let mut events =
            provider.stream(endpoint, &request).await.map_err(|error| error.to_failure())?;
        let mut called = false;
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| error.to_failure())?;
            match event {
                ProviderEvent::ToolCallStart { .. } => called = true,
                ProviderEvent::TextDelta(_) | ProviderEvent::ReasoningDelta(_) => {}
                _ => continue,
            }
            first.get_or_insert_with(|| {
                u32::try_from(asked.elapsed().as_millis()).unwrap_or(u32::MAX)
            });
        }
        Ok(called)
    };
    let outcome = match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(called)) => found(aspect, called),
        Ok(Err(failure)) => Err(failure),
        Err(_) => Err(too_slow()),
    };
    Trial { aspect, first, outcome }
}

fn plain(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::user("Say OK.")],
        parameters: Parameters { max_tokens: Some(TOKENS), ..Parameters::default() },
        ..ChatRequest::default()
    }
}

fn with_tool(model: &str) -> ChatRequest {
    let tool = Tool {
        name: "get_time".to_owned(),
        description: "Tells the time in a time zone.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"time_zone": {"type": "string"}},
            "required": ["time_zone"],
        }),
    };
    ChatRequest {
        messages: vec![ChatMessage::user("What time is it in UTC? Use the tool.")],
        tools: vec![tool],
        ..plain(model)
    }
}

fn with_picture(model: &str) -> ChatRequest {
    let picture = Image { media_type: "image/png".to_owned(), base64: PICTURE.into() };
    let message = ChatMessage::User {
        text: "Which colour is this? One word.".to_owned(),
        images: vec![picture],
    };
    ChatRequest { messages: vec![message], ..plain(model) }
}

fn found(aspect: ConnectionAspect, called: bool) -> Result<String, RunFailure> {
    match aspect {
        ConnectionAspect::Tools if !called => Err(RunFailure {
            class: FailureClass::BadRequest,
            message: "The model answered without calling the tool.".to_owned(),
            action: "Small models often do. Choose another one for work with tools.".to_owned(),
            status: None,
        }),
        ConnectionAspect::Tools => Ok("The model called the tool.".to_owned()),
        ConnectionAspect::Vision => Ok("The model took the image.".to_owned()),
        _ => Ok("The answer streamed in.".to_owned()),
    }
}

fn too_slow() -> RunFailure {
    RunFailure {
        class: FailureClass::Timeout,
        message: format!("Nothing was finished within {} s.", PATIENCE.as_secs()),
        action: "The server may be loading the model. Try again in a moment.".to_owned(),
        status: None,
    }
}

/// From the trials to the five aspects people ask about: whatever the server answered, it was reached;
/// and unless it spoke of the key, the key was fine.
fn checks(trials: Vec<Trial>) -> Vec<ConnectionCheck> {
    let first = trials.first().and_then(|trial| trial.outcome.as_ref().err());
    let reached = !first.is_some_and(|failure| {
        failure.status.is_none()
            && matches!(failure.class, FailureClass::Network | FailureClass::Timeout)
    });
    let admitted = !first.is_some_and(|failure| failure.class == FailureClass::Authentication);
    let words = |failure: &RunFailure| format!("{} {}", failure.message, failure.action);
    let because = |good: bool, word: &str| match first {
        Some(failure) if !good => words(failure),
        _ => word.to_owned(),
    };
    let state = |good: bool| if good { CheckOutcome::Passed } else { CheckOutcome::Failed };
    let mut checks = vec![ConnectionCheck {
        aspect: ConnectionAspect::Reachable,
        outcome: state(reached),
        detail: because(reached, "Something answers at the address."),
        milliseconds: None,
    }];
    checks.push(ConnectionCheck {
        aspect: ConnectionAspect::Authenticated,
        outcome: if reached { state(admitted) } else { CheckOutcome::Skipped },
        detail: because(!reached || admitted, "The server accepts the request."),
        milliseconds: None,
    });
    let tried = trials.len();
    checks.extend(trials.into_iter().map(|trial| ConnectionCheck {
        aspect: trial.aspect,
        outcome: state(trial.outcome.is_ok()),
        detail: trial.outcome.unwrap_or_else(|failure| words(&failure)),
        milliseconds: trial.first,
    }));
    if tried == 1 {
        checks.extend([ConnectionAspect::Tools, ConnectionAspect::Vision].map(|aspect| {
            ConnectionCheck {
                aspect,
                outcome: CheckOutcome::Skipped,
                detail: "Not tried, because the plain question failed.".to_owned(),
                milliseconds: None,
            }
        }));
    }
    checks
}

fn no_model() -> ConnectionCheck {
    ConnectionCheck {
        aspect: ConnectionAspect::Streams,
        outcome: CheckOutcome::Skipped,
        detail: "There is no enabled model to ask. Detect the models, or enable one.".to_owned(),
        milliseconds: None,
    }
}
