//! CPU per streamed delta: the API stream and the browser stream with persistence on, beside a bare
//! axum and reqwest pass-through, each in a process of its own (Linux only).
//!
//! `cargo bench -p benches --bench stream`. All subjects relay the same answers of the same fake
//! provider at the same pace; what is counted is the CPU time of the subject's process alone.

#[path = "stream/client.rs"]
mod client;
#[path = "stream/roles.rs"]
mod roles;
#[path = "stream/subject.rs"]
mod subject;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use client::Client;
use subject::Subject;

/// Deltas of one measured answer.
const DELTAS: u32 = 4_000;
/// Answers measured for each subject; the median counts.
const ROUNDS: usize = 5;
/// Milliseconds between two deltas: fast for a model, and slow enough that none are merged.
const PACES: [u32; 2] = [1, 4];

#[tokio::main]
async fn main() -> ExitCode {
    // A provider that is installed already is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["role", "fake", ..] => roles::fake(&models()).await,
        ["role", "pass-through", upstream] => roles::pass_through(upstream).await,
        ["role", "studio", upstream] => roles::studio(upstream).await,
        // Cargo says `--bench`; anything else is not for us.
        _ => measure().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With nowhere to write there is nobody to tell.
            let _ = writeln!(io::stderr(), "stream: {error}");
            ExitCode::FAILURE
        }
    }
}

fn model(pace: u32) -> String {
    format!("slow:delay={pace},words={DELTAS}")
}

fn models() -> Vec<String> {
    PACES.iter().map(|pace| model(*pace)).collect()
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let fake = Subject::start(&["fake"])?;
    let bare = Subject::start(&["pass-through", fake.address()])?;
    let studio = Subject::start(&["studio", fake.address()])?;
    let client = Client::new()?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<14}{:>12}{:>14}{:>16}{:>14}",
        "pace", "subject", "us / delta", "x pass-through", "ms in total"
    )?;
    for pace in PACES {
        let model = model(pace);
        let mut base = 0.0;
        for how in ["pass-through", "API", "browser"] {
            let subject = if how == "pass-through" { &bare } else { &studio };
            let mut costs = Vec::with_capacity(ROUNDS);
            for _ in 0..ROUNDS {
                let before = subject.cpu()?;
                match how {
                    "pass-through" => client.completion(subject.address(), &model).await?,
                    "API" => client.api(subject.address(), &model).await?,
                    _ => client.browser(subject.address(), &model).await?,
                }
                costs.push(subject.cpu()?.saturating_sub(before));
            }
            costs.sort_unstable();
            let cost = costs[ROUNDS / 2];
            let each = cost.as_secs_f64() * 1e6 / f64::from(DELTAS);
            if how == "pass-through" {
                base = each;
            }
            writeln!(
                out,
                "{:<14}{how:>12}{each:>14.1}{:>16.2}{:>14.0}",
                format!("{pace} ms"),
                each / base,
                cost.as_secs_f64() * 1e3
            )?;
        }
    }
    Ok(())
}
