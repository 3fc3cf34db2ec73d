//! The chat answers under way, and the clients that left before their answer's end.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::watch;

/// How many disconnects are kept; the count goes on beyond it.
const DISCONNECTS_KEPT: usize = 1_000;

/// A client that closed its connection before its answer was complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disconnect {
    /// The number of the recorded request.
    pub request: u64,
    /// The model name, parameters included.
    pub model: String,
    /// When the server noticed, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
    /// How long the answer had been under way, in milliseconds.
    pub open_ms: u64,
    /// Bytes of the body sent before.
    pub bytes_sent: u64,
}

/// A snapshot for `GET /_fake/open`.
#[derive(Debug, Serialize)]
pub(crate) struct OpenReport {
    open: usize,
    streams: Vec<OpenEntry>,
    opened: u64,
    disconnect_count: u64,
    disconnects: Vec<Disconnect>,
}

#[derive(Clone, Debug, Serialize)]
struct OpenEntry {
    request: u64,
    model: String,
    since_unix_ms: u64,
}

#[derive(Default)]
struct Books {
    open: BTreeMap<u64, OpenEntry>,
    opened: u64,
    disconnect_count: u64,
    disconnects: VecDeque<Disconnect>,
}

/// The books on all chat answers of one server.
pub(crate) struct OpenStreams {
    books: Mutex<Books>,
    changes: watch::Sender<()>,
}

/// One chat answer under way; dropped unfinished, it becomes a [`Disconnect`].
pub(crate) struct OpenStream {
    owner: Arc<OpenStreams>,
    request: u64,
    since: Instant,
    bytes_sent: u64,
    finished: bool,
}

pub(crate) fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
}

impl OpenStreams {
    /// `changes` is told whenever the books change.
    pub(crate) fn new(changes: watch::Sender<()>) -> Self {
        Self { books: Mutex::default(), changes }
    }

    pub(crate) fn open(self: &Arc<Self>, request: u64, model: &str) -> OpenStream {
        let entry = OpenEntry { request, model: model.to_owned(), since_unix_ms: unix_ms() };
        let mut books = self.books.lock();
        books.opened += 1;
        books.open.insert(request, entry);
        drop(books);
        self.changes.send_replace(());
        OpenStream {
            owner: Arc::clone(self),
            request,
            since: Instant::now(),
            bytes_sent: 0,
            finished: false,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.books.lock().open.len()
    }

    pub(crate) fn disconnects(&self) -> Vec<Disconnect> {
        self.books.lock().disconnects.iter().cloned().collect()
    }

    pub(crate) fn report(&self) -> OpenReport {
        let books = self.books.lock();
        OpenReport {
            open: books.open.len(),
            streams: books.open.values().cloned().collect(),
            opened: books.opened,
            disconnect_count: books.disconnect_count,
            disconnects: books.disconnects.iter().cloned().collect(),
        }
    }

    /// Forgets the past; answers under way stay in the books.
    pub(crate) fn reset(&self) {
        let mut books = self.books.lock();
        books.opened = 0;
        books.disconnect_count = 0;
        books.disconnects.clear();
    }

    fn close(&self, request: u64, disconnected: Option<(u64, u64)>) {
        let mut books = self.books.lock();
        let entry = books.open.remove(&request);
        if let (Some(entry), Some((open_ms, bytes_sent))) = (entry, disconnected) {
            if books.disconnects.len() == DISCONNECTS_KEPT {
                books.disconnects.pop_front();
            }
            books.disconnect_count += 1;
            books.disconnects.push_back(Disconnect {
                request,
                model: entry.model,
                at_unix_ms: unix_ms(),
                open_ms,
                bytes_sent,
            });
        }
        drop(books);
        self.changes.send_replace(());
    }
}

impl OpenStream {
    pub(crate) fn sent(&mut self, bytes: usize) {
        self.bytes_sent += bytes as u64;
    }

    /// Everything that matters was sent; what the client does now is its own business.
    pub(crate) fn finish(&mut self) {
        if !self.finished {
            self.finished = true;
            self.owner.close(self.request, None);
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        if !self.finished {
            let open_ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.owner.close(self.request, Some((open_ms, self.bytes_sent)));
        }
    }
}
