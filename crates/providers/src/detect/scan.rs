//! Looks for servers on this machine's well-known ports (protocols §5.2). Never with a key.

use futures::future::join_all;
use models::{detection::Detection, run::FailureClass};

use super::Detector;

/// Ollama, LM Studio, llama.cpp and LocalAI, vLLM, text-generation-webui, Jan, KoboldCpp, SGLang,
/// LiteLLM, and Text Generation Inference.
pub const WELL_KNOWN_PORTS: [u16; 11] =
    [11434, 1234, 8080, 8000, 5000, 1337, 5001, 30000, 4000, 3000, 80];

/// What was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The model servers, in the order of the ports.
    pub found: Vec<Detection>,
    /// How many ports nothing listens on.
    pub dead: usize,
    /// How many ports have something else behind them.
    pub others: usize,
}

impl Detector {
    /// Looks at all ports at once, so that it takes as long as the slowest server.
    pub async fn scan(&self, ports: &[u16]) -> Scan {
        let looks = ports.iter().map(|port| async move {
            self.detect(&format!("http://127.0.0.1:{port}"), None).await
        });
        let mut scan = Scan { found: Vec::new(), dead: 0, others: 0 };
        for detection in join_all(looks).await {
            if detection.server.is_some() {
                scan.found.push(detection);
            } else if is_dead(&detection) {
                scan.dead += 1;
            } else {
                scan.others += 1;
            }
        }
        scan
    }
}

/// Nobody took the connection, so that nothing was asked.
fn is_dead(detection: &Detection) -> bool {
    let unreachable = detection.failure.as_ref().is_some_and(|failure| {
        matches!(failure.class, FailureClass::Network | FailureClass::Timeout)
    });
    unreachable && detection.probes.is_empty()
}
