//! CPU time of threads (Linux only).

use std::{fs, io, path::Path, time::Duration};

/// The thread that asks.
pub const THIS_THREAD: &str = "/proc/thread-self";

/// CPU time of the thread in a folder of proc(5), to the nanosecond (`schedstat`).
///
/// # Errors
/// Where there is no such thread, or no such file system.
pub fn time(thread: impl AsRef<Path>) -> io::Result<Duration> {
    let text = fs::read_to_string(thread.as_ref().join("schedstat"))?;
    let first = text.split_whitespace().next().unwrap_or_default();
    first.parse().map(Duration::from_nanos).map_err(io::Error::other)
}
