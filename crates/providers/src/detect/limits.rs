//! How long detection waits and how much it takes.

use std::time::Duration;

use crate::SizeLimits;

/// How long to wait for one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachLimits {
    /// Until it takes the connection.
    pub connect: Duration,
    /// For each round of questions, which are put all at once.
    pub total: Duration,
}

/// All limits of detection (protocols §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetectLimits {
    /// For this machine and its private network.
    pub local: ReachLimits,
    /// For all others.
    pub remote: ReachLimits,
    /// For the pages of a long list after the first, together.
    pub pages: Duration,
    /// Bytes of one answer, other than a list of models.
    pub probe_body: usize,
    /// Bytes of a list of models.
    pub model_list: usize,
    /// Models that are asked about one by one, where a server tells their facts only so.
    pub detailed_models: usize,
}

impl Default for DetectLimits {
    fn default() -> Self {
        Self {
            local: ReachLimits {
                connect: Duration::from_millis(800),
                total: Duration::from_secs(2),
            },
            remote: ReachLimits { connect: Duration::from_secs(3), total: Duration::from_secs(6) },
            pages: Duration::from_secs(10),
            probe_body: 1 << 20,
            model_list: SizeLimits::default().model_list,
            detailed_models: 64,
        }
    }
}
