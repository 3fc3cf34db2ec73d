//! What hinders, in words a person can act on (protocols §5.5). Never in the server's own words.

use models::{
    detection::{DetectionFailure, ServerKind},
    run::FailureClass,
};

use super::{
    evidence::Evidence,
    inquiry::Answer,
    questions::{Answers, Question},
};
use crate::{ProviderError, transport::Server};

/// How servers say that they do not go by the name they were called.
const HOST_REFUSALS: [&str; 4] =
    ["host header", "invalid host", "host not allowed", "host is not allowed"];
/// How services say that they serve no one from where the request came.
const REGION_REFUSALS: [&str; 2] = ["territory not supported", "location is not supported"];
/// How servers say in plain http that they want https.
const HTTPS_WANTED: [&str; 2] = ["https port", "https server"];

/// Why no list of models was had.
pub(super) fn no_list(
    server: &Server,
    host: &str,
    kind: Option<ServerKind>,
    answers: &Answers,
    evidence: &Evidence,
) -> DetectionFailure {
    let name = &server.name;
    let lists = || answers.lists.iter().map(|list| &list.answer);
    if lists().any(is_loading) {
        return starting(server, kind);
    }
    if refuses_host(answers) {
        return failed(
            FailureClass::BadRequest,
            format!("{name} does not want to be called “{host}”."),
            format!(
                "Allow the name {host} in that server's settings for hosts, or enter the name it \
                 goes by, such as localhost."
            ),
        );
    }
    if refuses_region(answers) {
        return failed(
            FailureClass::BadRequest,
            format!("{name} does not serve the country this computer connects from."),
            "The key may be good all the same. Choose a service that serves this country."
                .to_owned(),
        );
    }
    if is_refused(answers, evidence) {
        return refused(server, kind);
    }
    if let Some(answer) = lists().find(|answer| answer.status == Some(429)) {
        return rate_limited(server, answer);
    }
    if list_refused(answers, &[400], &HTTPS_WANTED) {
        return failed(
            FailureClass::Network,
            format!("{name} wants https."),
            "Try the address with https:// instead of http://.".to_owned(),
        );
    }
    if let Some(origin) = lists().find_map(|answer| answer.redirect.as_ref()) {
        return failed(
            FailureClass::NotFound,
            format!("{name} redirects to {origin}, which is not followed."),
            "If that is the server, enter its address.".to_owned(),
        );
    }
    without_sign(server, answers, evidence)
}

/// The server is there and has nothing to offer.
pub(super) fn no_models(server: &Server, kind: Option<ServerKind>) -> DetectionFailure {
    let action = match kind {
        Some(ServerKind::Ollama) => "Pull one, for instance with: ollama pull llama3.2",
        Some(ServerKind::LmStudio) => "Download or load one in LM Studio.",
        Some(ServerKind::LlamaCpp) => "Start llama-server with a model.",
        _ => "Install or load one there, then look again.",
    };
    let reached = reached(server, kind);
    failed(FailureClass::NotFound, format!("{reached} has no models."), action.to_owned())
}

/// Whether the key is missing or wrong.
pub(super) fn is_refused(answers: &Answers, evidence: &Evidence) -> bool {
    let says_so = |answer: &Answer| {
        let body = answer.said();
        let message = body.message.to_lowercase();
        !body.html
            && answer.status == Some(400)
            && (message.contains("api key not valid") || message.contains("api_key_invalid"))
    };
    if refuses_host(answers) || refuses_region(answers) {
        return false;
    }
    evidence.wants_key
        || (evidence.list.is_none() && answers.lists.iter().any(|list| says_so(&list.answer)))
}

/// An error of the way there, as a failure.
pub(super) fn of_error(error: &ProviderError) -> DetectionFailure {
    failed(error.class, error.message.clone(), error.action.clone())
}

fn refuses_host(answers: &Answers) -> bool {
    list_refused(answers, &[400, 403], &HOST_REFUSALS)
}

fn refuses_region(answers: &Answers) -> bool {
    list_refused(answers, &[400, 403], &REGION_REFUSALS)
}

fn list_refused(answers: &Answers, statuses: &[u16], words: &[&str]) -> bool {
    answers.lists.iter().any(|list| refuses_with(&list.answer, statuses, words))
}

fn is_loading(answer: &Answer) -> bool {
    refuses_with(answer, &[503], &["loading model", "model is loading", "is loading"])
}

fn refuses_with(answer: &Answer, statuses: &[u16], words: &[&str]) -> bool {
    let message = answer.said().message.to_lowercase();
    answer.status.is_some_and(|status| statuses.contains(&status))
        && words.iter().any(|word| message.contains(word))
}

fn starting(server: &Server, kind: Option<ServerKind>) -> DetectionFailure {
    let mut failure = failed(
        FailureClass::Overloaded,
        format!("{} is starting: it is still loading its model.", reached(server, kind)),
        "Wait until the model is loaded; this can take a minute or two.".to_owned(),
    );
    failure.starting = true;
    failure
}

fn refused(server: &Server, kind: Option<ServerKind>) -> DetectionFailure {
    let named = kind.filter(|kind| *kind != ServerKind::OpenAiCompatible);
    let found = named.map_or("a server", ServerKind::label);
    let (message, action) = if server.key.is_some() {
        (
            format!("Reached {found} at {}, but it does not take this key.", server.name),
            "Check the key: whether it is whole, still valid, and meant for this server.",
        )
    } else {
        (
            format!("Reached {found} at {}: it wants a key.", server.name),
            "Enter the key for this server.",
        )
    };
    failed(FailureClass::Authentication, message, action.to_owned())
}

fn rate_limited(server: &Server, answer: &Answer) -> DetectionFailure {
    let when = answer
        .retry_after
        .map_or_else(|| "in a moment".to_owned(), |seconds| format!("in {seconds} s"));
    failed(
        FailureClass::RateLimit,
        format!("{} takes no more requests for the moment.", server.name),
        format!("Look again {when}. Models that are known already stay as they are."),
    )
}

/// Answers that say nothing clear, from the most to the least telling.
fn without_sign(server: &Server, answers: &Answers, evidence: &Evidence) -> DetectionFailure {
    let name = &server.name;
    let lists = || answers.lists.iter().map(|list| &list.answer);
    if lists().all(|answer| matches!(answer.status, Some(404 | 405 | 410))) {
        return wrong_path(server, answers, format!("{name} has no list of models."));
    }
    if evidence.lm_studio_error {
        let message = format!("LM Studio answers on {name}, but not below this path.");
        return wrong_path(server, answers, message);
    }
    if let Some(status) = lists().find_map(|answer| answer.status.filter(|status| *status >= 500)) {
        return failed(
            FailureClass::Overloaded,
            format!("{name} answered {status}: it is broken, or what stands behind it is."),
            "Look at that server's log, then try again.".to_owned(),
        );
    }
    if lists().any(|answer| answer.html) {
        return failed(
            FailureClass::Protocol,
            format!("That address serves a web page: {name} is no model server there."),
            "Enter the address of the API; its port is often another one than the web page's."
                .to_owned(),
        );
    }
    if let Some(error) = lists().find_map(|answer| answer.error.as_ref()) {
        return of_error(error);
    }
    if lists().any(Answer::is_success) {
        return failed(
            FailureClass::Protocol,
            format!("{name} answers, but not with a list of models."),
            "Check that the address is that of a model server's API.".to_owned(),
        );
    }
    let status = lists().find_map(|answer| answer.status).unwrap_or_default();
    failed(
        FailureClass::Protocol,
        format!("{name} answered {status} when asked for its models."),
        "Check the address, and that server's log.".to_owned(),
    )
}

fn wrong_path(server: &Server, answers: &Answers, message: String) -> DetectionFailure {
    let mut paths: Vec<&str> = answers.lists.iter().map(|list| list.answer.path.as_str()).collect();
    paths.extend(answers.to(Question::OllamaTags).map(|answer| answer.path.as_str()));
    failed(
        FailureClass::NotFound,
        message,
        format!("Check the path of the address. Tried on {}: {}.", server.name, paths.join(", ")),
    )
}

fn reached(server: &Server, kind: Option<ServerKind>) -> String {
    kind.filter(|kind| *kind != ServerKind::OpenAiCompatible)
        .map_or_else(|| server.name.clone(), |kind| format!("{} at {}", kind.label(), server.name))
}

fn failed(class: FailureClass, message: String, action: String) -> DetectionFailure {
    DetectionFailure { class, message, action, starting: false }
}
