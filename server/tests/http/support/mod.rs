//! What the tests share: a server, its replies, its event streams.

mod app;
mod process;
mod reply;
mod sse;

pub(crate) use app::{TestApp, client, empty_site};
pub(crate) use process::Process;
pub(crate) use reply::Reply;
pub(crate) use sse::{SseEvent, SseReader, numbered, text_of};

/// A small generator of numbers that look random, so that a failing run can be repeated by its seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// Seeded by `TEST_SEED` or the clock; says which seed it was.
    pub(crate) fn seeded() -> Self {
        let clock = || {
            let elapsed = std::time::UNIX_EPOCH.elapsed().unwrap();
            u64::try_from(elapsed.as_nanos() % u128::from(u32::MAX)).unwrap()
        };
        let seed = std::env::var("TEST_SEED").map_or_else(|_| clock(), |s| s.parse().unwrap());
        println!("seed {seed} (repeat with TEST_SEED={seed})");
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
