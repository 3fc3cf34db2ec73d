//! How long to wait before a request is made again, and whether to.

use std::time::Duration;

use providers::ProviderError;

use crate::RoutingOptions;

/// The pause before attempt `next` (from 2), or `None` when it is not to be made.
///
/// Follows protocols §1.4: only retryable failures, what the provider asks for up to 60 s, else
/// doubling pauses. `jitter` is between 0 and 1 and takes up to a quarter away.
pub(crate) fn pause(
    options: &RoutingOptions,
    error: &ProviderError,
    next: u32,
    jitter: f64,
) -> Option<Duration> {
    if !error.retryable || next > options.attempts {
        return None;
    }
    if let Some(asked) = error.retry_after {
        return (asked <= Duration::from_secs(60)).then_some(asked);
    }
    let doublings = next.saturating_sub(2).min(16);
    let millis = options
        .retry_pause_millis
        .saturating_mul(1 << doublings)
        .min(options.retry_pause_limit_millis);
    Some(Duration::from_millis(millis).mul_f64(1.0 - 0.25 * jitter.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use models::run::FailureClass;

    use super::*;

    fn error(retryable: bool, retry_after: Option<Duration>) -> ProviderError {
        ProviderError {
            class: FailureClass::Overloaded,
            status: Some(503),
            message: String::new(),
            action: String::new(),
            retry_after,
            retryable,
        }
    }

    #[test]
    fn pauses_double_and_end_with_the_attempts() {
        let options = RoutingOptions { attempts: 4, ..RoutingOptions::default() };
        let error = error(true, None);
        let millis: Vec<_> = (2..=5)
            .map(|next| pause(&options, &error, next, 0.0).map(|pause| pause.as_millis()))
            .collect();
        assert_eq!(millis, [Some(500), Some(1000), Some(2000), None]);
        let jittered = pause(&options, &error, 2, 1.0).unwrap();
        assert_eq!(jittered.as_millis(), 375);
    }

    #[test]
    fn the_provider_says_how_long_and_whether() {
        let options = RoutingOptions::default();
        let asked = error(true, Some(Duration::from_secs(7)));
        assert_eq!(pause(&options, &asked, 2, 0.5), Some(Duration::from_secs(7)));
        let too_long = error(true, Some(Duration::from_secs(61)));
        assert_eq!(pause(&options, &too_long, 2, 0.5), None);
        assert_eq!(pause(&options, &error(false, None), 2, 0.5), None);
    }
}
