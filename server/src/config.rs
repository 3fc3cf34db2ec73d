//! What can be set: defaults, then `studio.toml`, then `STUDIO_…` variables.

mod deserialize;
mod environment;
mod error;
mod file;
mod load;
mod studio_options;
mod tree;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use serde::{Deserialize, Deserializer, de};
use studio::{AttachmentOptions, DetectionOptions, OutboundOptions, RoutingOptions, StoreOptions};

pub use error::ConfigError;

/// Everything the server can be told. Has no `Debug`: parts of it are secret.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen; a loopback address, since there is no sign-in yet.
    #[serde(deserialize_with = "listen_address")]
    pub address: SocketAddr,
    /// Where the database and the key file lie unless they are named themselves.
    pub data_dir: PathBuf,
    /// The file with Leptos' own options.
    pub leptos_file: PathBuf,
    /// Host names besides the loopback ones under which browsers may ask for pages.
    pub allowed_hosts: Vec<String>,
    /// Bounds on connections and requests.
    pub http: HttpOptions,
    /// Server-sent events.
    pub streams: StreamOptions,
    /// What is logged and how.
    pub log: LogOptions,
    /// `sqlite:///path/to/studio.db` or `postgres://…`; absent: `studio.db` in `data_dir`.
    pub database_url: Option<String>,
    /// The file that protects provider keys, made when missing; absent: `studio.key` in `data_dir`.
    pub key_file: Option<PathBuf>,
    /// How the database is used.
    pub database: DatabaseOptions,
    /// How runs are executed, journalled and cleaned up.
    pub runs: RoutingOptions,
    /// How providers are reached.
    pub providers: OutboundOptions,
    /// How model servers are found and kept up to date.
    pub detection: DetectionOptions,
    /// Which files are taken in.
    pub attachments: AttachmentOptions,
    /// Whether the development tool runs the server, as it says itself by `LEPTOS_WATCH`.
    #[serde(skip)]
    pub watched: bool,
}

/// Bounds on connections and requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpOptions {
    /// Largest request body.
    pub body_bytes: usize,
    /// Largest request head, at least [`HttpOptions::HEADER_BYTES_MIN`].
    pub header_bytes: usize,
    /// Connections open at once; further ones wait to be accepted.
    pub connections: usize,
    /// Longest wait for a request's head, the idle time before it included.
    pub idle_seconds: u64,
    /// Longest time a request's body may take to arrive.
    pub body_seconds: u64,
    /// Longest time from a request's head to its response's, event streams and answers excepted.
    pub request_seconds: u64,
    /// Longest wait for open requests when the server is told to stop.
    pub shutdown_seconds: u64,
}

/// Server-sent events.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamOptions {
    /// Silence after which a comment proves that the stream is alive.
    pub heartbeat_seconds: u64,
    /// Long-lived page streams of one browser. Browsers open six connections to a host at most,
    /// and a page needs some of them to load.
    pub per_browser: usize,
    /// When a page stream over that number is to ask again.
    pub retry_milliseconds: u64,
}

/// How the database is used.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseOptions {
    /// Connections that read (SQLite), or all connections (PostgreSQL).
    pub connections: u32,
    /// Longest wait for a connection, for a lock, or for the turn to write.
    pub busy_seconds: u64,
}

/// What is logged and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogOptions {
    /// For people or for machines.
    pub format: LogFormat,
    /// Levels by target, as `tracing` filters write them.
    pub filter: String,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people, coloured on a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            data_dir: PathBuf::from("data"),
            leptos_file: PathBuf::from("Leptos.toml"),
            allowed_hosts: Vec::new(),
            http: HttpOptions::default(),
            streams: StreamOptions::default(),
            log: LogOptions::default(),
            database_url: None,
            key_file: None,
            database: DatabaseOptions::default(),
            runs: RoutingOptions::default(),
            providers: OutboundOptions::default(),
            detection: DetectionOptions::default(),
            attachments: AttachmentOptions::default(),
            watched: false,
        }
    }
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            body_bytes: 2 * 1024 * 1024,
            header_bytes: 32 * 1024,
            connections: 1024,
            idle_seconds: 30,
            body_seconds: 30,
            request_seconds: 60,
            shutdown_seconds: 10,
        }
    }
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self { heartbeat_seconds: 15, per_browser: 3, retry_milliseconds: 700 }
    }
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        let store = StoreOptions::default();
        Self { connections: store.max_connections, busy_seconds: store.busy_timeout.as_secs() }
    }
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { format: LogFormat::Human, filter: "info,sea_orm_migration=warn".to_owned() }
    }
}

impl HttpOptions {
    /// The smallest buffer hyper works with.
    pub const HEADER_BYTES_MIN: usize = 8 * 1024;

    pub(crate) fn idle_time(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }

    pub(crate) fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    pub(crate) fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    pub(crate) fn shutdown_time(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }
}

impl StreamOptions {
    pub(crate) fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_seconds)
    }
}

impl Config {
    /// The largest file that is taken in.
    pub(crate) fn upload_bytes(&self) -> usize {
        self.attachments.image_bytes.max(self.attachments.text_bytes)
    }

    /// Refuses what each value alone may be but the server cannot work with, or must not.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.address.ip().is_loopback() {
            return Err(ConfigError::ReachableAddress(self.address));
        }
        if self.http.header_bytes < HttpOptions::HEADER_BYTES_MIN {
            return Err(ConfigError::TooSmall {
                key: "http.header_bytes",
                least: HttpOptions::HEADER_BYTES_MIN as u64,
            });
        }
        let positive = [
            ("http.body_bytes", self.http.body_bytes as u64),
            ("http.connections", self.http.connections as u64),
            ("http.idle_seconds", self.http.idle_seconds),
            ("http.body_seconds", self.http.body_seconds),
            ("http.request_seconds", self.http.request_seconds),
            ("streams.heartbeat_seconds", self.streams.heartbeat_seconds),
            ("database.connections", self.database.connections.into()),
            ("runs.concurrent_runs", self.runs.concurrent_runs as u64),
            ("runs.accepted_runs", self.runs.accepted_runs as u64),
            ("runs.attempts", self.runs.attempts.into()),
        ];
        match positive.into_iter().find(|(_, value)| *value == 0) {
            Some((key, _)) => Err(ConfigError::TooSmall { key, least: 1 }),
            None => Ok(()),
        }
    }
}

/// Says what an address looks like, which the standard parser's error does not.
fn listen_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        de::Error::custom(
            "expected an IP address with a port, such as 127.0.0.1:3000 or [::1]:3000",
        )
    })
}
