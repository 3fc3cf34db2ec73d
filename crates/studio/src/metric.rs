//! Metrics: sums over the ledger.

use models::{metric::MetricSummary, timestamp::Timestamp};

use crate::{Caller, Error, Studio};

/// The longest span that can be summed: a year.
const MOST_HOURS: u32 = 8_760;

impl Studio {
    /// The caller's answers of the last `hours`, 1 to 8 760.
    ///
    /// # Errors
    /// When `hours` is outside its range.
    pub async fn metrics(&self, caller: &Caller, hours: u32) -> Result<MetricSummary, Error> {
        if !(1..=MOST_HOURS).contains(&hours) {
            return Err(Error::invalid(
                format!("{hours} is no span that can be summed."),
                format!("Give `hours` a value from 1 to {MOST_HOURS}."),
            ));
        }
        Ok(self.inner.store.metric_summary(caller.owner, hours, Timestamp::now()).await?)
    }
}
