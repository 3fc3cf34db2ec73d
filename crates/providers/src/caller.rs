//! What all adapters share on the way to a server: asking again without a refused parameter, reading
//! refusals, listing page by page.

use std::sync::Arc;

use models::run::FailureClass;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, ProviderError,
    answer::{self, Framing, Translate},
    body::Body,
    error_body::ErrorBody,
    failure,
    refusals::{Field, Memory, Refusals},
    transport::Server,
};

/// Longest identifier of a request that is kept, in characters.
const LONGEST_REQUEST_ID: usize = 128;

/// The client, its limits, and what was learned about the servers. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) client: HttpClient,
    pub(crate) limits: Limits,
    memory: Arc<Memory>,
}

/// A request for an answer, but for its body.
pub(crate) struct Call<'a> {
    pub(crate) server: &'a Server,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) request: &'a ChatRequest,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// The header of the answer that holds the server's identifier of the request.
    pub(crate) request_id: &'static str,
}

/// A request body that can be written without what the server refuses.
pub(crate) struct Attempt {
    /// The body.
    pub(crate) json: Result<Vec<u8>, serde_json::Error>,
    /// The optional fields in it, with the names they have in it.
    pub(crate) optional_fields: Vec<(Field, &'static str)>,
}

/// An answer whose headers have come and say that it is one.
pub(crate) struct Opened {
    response: Response,
    /// The server's identifier of the request.
    pub(crate) request_id: Option<String>,
}

impl Caller {
    /// A caller that has learned nothing yet.
    pub(crate) fn new(client: HttpClient, limits: Limits) -> Self {
        Self { client, limits, memory: Arc::default() }
    }

    /// Sends the request, and again without a parameter whenever the server refuses one.
    pub(crate) async fn open(
        &self,
        call: Call<'_>,
        body: impl Fn(&Refusals) -> Attempt + Send + Sync,
    ) -> Result<Opened, ProviderError> {
        let response = self
            .ask(&call, body)
            .await
            .map_err(|error| error.without_key(call.endpoint.key.as_ref()))?;
        let request_id = response
            .headers()
            .get(call.request_id)
            .and_then(|id| id.to_str().ok())
            .map(|id| id.chars().take(LONGEST_REQUEST_ID).collect());
        if response.status() == StatusCode::OK && is_html(response.headers()) {
            return Err(answer::web_page(call.server));
        }
        Ok(Opened { response, request_id })
    }

    /// The events of an opened answer.
    pub(crate) fn events<T: Translate>(
        &self,
        opened: Opened,
        server: Server,
        framing: Framing,
        translator: T,
    ) -> EventStream {
        let body = Body::new(opened.response, &server, self.limits.time);
        answer::stream(body, server, self.limits.size, framing, translator)
    }

    async fn ask(
        &self,
        call: &Call<'_>,
        body: impl Fn(&Refusals) -> Attempt + Send + Sync,
    ) -> Result<Response, ProviderError> {
        let Call { server, endpoint, request, url, headers, .. } = call;
        let wait = self.limits.time.first_byte(server.local);
        let known = self.memory.recall(&endpoint.base_url, &request.model);
        let mut refusals = known.clone();
        loop {
            let attempt = body(&refusals);
            let json = attempt.json.map_err(|_| unwritable())?;
            let response =
                self.client.post(server, url.clone(), headers.clone(), json, wait).await?;
            if response.status().is_success() {
                if refusals != known {
                    self.memory.keep(&endpoint.base_url, &request.model, refusals);
                }
                return Ok(response);
            }
            let (error, said) = self.refusal(server, response).await;
            // Each round takes one parameter away for good, so this ends.
            let may_be_parameter =
                error.class == FailureClass::BadRequest && matches!(error.status, Some(400 | 422));
            if !may_be_parameter || !refusals.learn(&said, &attempt.optional_fields) {
                return Err(error);
            }
            tracing::debug!(
                provider.server = %server.name,
                provider.model = %request.model,
                "The server refused a parameter; asking again without it."
            );
        }
    }

    /// What an answer with an error status says.
    pub(crate) async fn refusal(
        &self,
        server: &Server,
        response: Response,
    ) -> (ProviderError, ErrorBody) {
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = Body::new(response, server, self.limits.time);
        let read = body.collect(self.limits.size.error_body);
        // The status alone is worth more than a body that does not come.
        let bytes = match tokio::time::timeout(self.limits.time.brief, read).await {
            Ok(Ok((bytes, _))) => bytes,
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let parsed = ErrorBody::parse(&bytes);
        (failure::from_response(server, status.as_u16(), &headers, &parsed), parsed)
    }
}

/// The headers every request has. `stream` is what the answer should come as.
pub(crate) fn json_headers(stream: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static(stream));
    headers
}

/// Adds the key under a header of its own.
pub(crate) fn add_key(
    headers: &mut HeaderMap,
    name: HeaderName,
    prefix: &str,
    key: &SecretString,
) -> Result<(), ProviderError> {
    let value = format!("{prefix}{}", key.expose_secret().trim());
    let mut value = HeaderValue::from_str(&value).map_err(|_| {
        ProviderError::new(
            FailureClass::Authentication,
            "The key contains characters that no key has.",
            "Enter the key again, without line breaks.",
        )
    })?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// The address of a path below the base.
pub(crate) fn below(base_url: &Url, path: &[&str]) -> Url {
    let mut url = base_url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
}

fn unwritable() -> ProviderError {
    ProviderError::new(
        FailureClass::Internal,
        "The request could not be written as JSON.",
        "Check that no parameter is infinite or not a number.",
    )
}
