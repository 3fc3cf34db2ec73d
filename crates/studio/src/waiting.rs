//! The detections that wait to be saved, in memory only.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use models::{
    detection::{ListedModel, PendingDetection},
    id::{DetectionId, OwnerId},
};
use parking_lot::Mutex;
use secrecy::SecretString;

/// Detections that wait at once; the oldest go first.
const MOST_WAITING: usize = 64;
/// How long a detection, and the key typed with it, is kept.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// The detections that wait to be saved. Keys stay in memory and go with them.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<VecDeque<Entry>>);

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) owner: OwnerId,
    pub(crate) found: PendingDetection,
    pub(crate) models: Vec<ListedModel>,
    pub(crate) key: Option<SecretString>,
    pub(crate) at: Instant,
}

impl Waiting {
    pub(crate) fn put(&self, new: Entry) {
        let mut entries = self.0.lock();
        // One of the same address replaces the one before.
        entries.retain(|entry| {
            entry.at.elapsed() < KEPT
                && (entry.owner != new.owner
                    || entry.found.detection.base_url != new.found.detection.base_url)
        });
        if entries.len() >= MOST_WAITING {
            entries.pop_front();
        }
        entries.push_back(new);
    }

    pub(crate) fn of(&self, owner: OwnerId) -> Vec<PendingDetection> {
        let entries = self.0.lock();
        entries
            .iter()
            .filter(|entry| entry.owner == owner && entry.at.elapsed() < KEPT)
            .map(|entry| entry.found.clone())
            .collect()
    }

    pub(crate) fn get(&self, owner: OwnerId, id: DetectionId) -> Option<Entry> {
        let entries = self.0.lock();
        entries
            .iter()
            .find(|entry| entry.owner == owner && entry.found.id == id && entry.at.elapsed() < KEPT)
            .cloned()
    }

    pub(crate) fn remove(&self, owner: OwnerId, id: DetectionId) {
        self.0.lock().retain(|entry| entry.owner != owner || entry.found.id != id);
    }
}
