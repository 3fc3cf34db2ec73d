//! What every server function shares: who calls, how a failure leaves, where a plain form goes next.

#[cfg(feature = "ssr")]
pub(crate) use server::{
    caller, cookie, fail, keep_cookie, optional, redirect_plain_form, refused, set_status,
};

#[cfg(feature = "ssr")]
mod server {
    use http::{
        HeaderValue, Method, StatusCode,
        header::{ACCEPT, COOKIE, SET_COOKIE},
        request::Parts,
    };
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;
    use models::{
        error::{ApiError, ErrorCode},
        id::InvalidId,
    };
    use studio::{Caller, Studio};

    use crate::error::StudioError;

    /// The business layer and who is calling, as the server put them into the context.
    pub(crate) fn caller() -> (Studio, Caller) {
        (expect_context::<Studio>(), expect_context::<Caller>())
    }

    /// Turns a failure into what the caller may see, sets the status, and logs the cause once.
    pub(crate) fn fail(error: studio::Error) -> StudioError {
        if let Some(cause) = &error.cause {
            tracing::error!(
                error.code = ?error.public.code,
                error.cause = chain(cause.as_ref()),
                "a server function failed: {}",
                error.public.message
            );
        }
        set_status(error.public.code);
        StudioError(ApiError { request_id: request_id(), ..error.public })
    }

    /// The identifier under which the log speaks of this request; the server gives every request one.
    fn request_id() -> String {
        use_context::<Parts>()
            .and_then(|request| {
                request.headers.get("x-request-id")?.to_str().ok().map(str::to_owned)
            })
            .unwrap_or_default()
    }

    /// Sends a form that was posted without script on to `path`; calls made by script stay where
    /// they are and navigate themselves.
    pub(crate) fn redirect_plain_form(path: &str) {
        if is_plain_form() {
            leptos_axum::redirect(path);
        }
    }

    /// An identifier from a form field, where an empty one means that nothing was chosen.
    pub(crate) fn optional<T>(text: &str) -> Result<Option<T>, StudioError>
    where
        T: std::str::FromStr<Err = InvalidId>,
    {
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error: InvalidId| {
            let message = format!("{error}.");
            refused(ErrorCode::InvalidRequest, message, "Reload the page and choose again.")
        })
    }

    /// A failure that the business layer never saw, with its status.
    pub(crate) fn refused(code: ErrorCode, message: String, action: &str) -> StudioError {
        set_status(code);
        StudioError(ApiError::new(code, message, action))
    }

    /// The value of a cookie of the request.
    pub(crate) fn cookie(name: &str) -> Option<String> {
        let request = use_context::<Parts>()?;
        let cookies = request.headers.get(COOKIE)?.to_str().ok()?;
        find_cookie(cookies, name).map(ToOwned::to_owned)
    }

    /// Keeps a choice of appearance in the browser for a year. Both come from our own constants.
    pub(crate) fn keep_cookie(name: &'static str, value: &'static str) {
        const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

        let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax");
        if let (Some(response), Ok(value)) =
            (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie))
        {
            response.append_header(SET_COOKIE, value);
        }
    }

    fn find_cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
        cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// Gives the response the status that goes with `code`.
    pub(crate) fn set_status(code: ErrorCode) {
        // A plain form answers with a redirect back to its page, which the status must not undo.
        if is_plain_form() {
            return;
        }
        let status = StatusCode::from_u16(code.status());
        if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), status) {
            response.set_status(status);
        }
    }

    fn is_plain_form() -> bool {
        use_context::<Parts>().is_some_and(|request| {
            request.method == Method::POST
                && request
                    .headers
                    .get(ACCEPT)
                    .and_then(|accept| accept.to_str().ok())
                    .is_some_and(|accept| accept.contains("text/html"))
        })
    }

    fn chain(error: &(dyn std::error::Error + 'static)) -> String {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[derive(Debug, thiserror::Error)]
        #[error("the page could not be read")]
        struct Outer(#[source] std::io::Error);

        #[test]
        fn a_cookie_is_found_among_others() {
            assert_eq!(find_cookie("session=a; theme=dark; x=1", "theme"), Some("dark"));
            assert_eq!(find_cookie("subtheme=dark", "theme"), None);
        }

        #[test]
        fn a_chain_names_every_cause() {
            let error = Outer(std::io::Error::other("disk full"));
            assert_eq!(chain(&error), "the page could not be read: disk full");
        }
    }
}
