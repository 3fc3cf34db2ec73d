//! Measures how the renderer's cost grows with the text (on Linux); fails if it outgrows the text.

use std::{
    fs,
    hint::black_box,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use benches::{CASES, LENGTHS, deltas, stream};
use render::markdown;

/// Four times the text may cost this many times as much.
const LIMIT: f64 = 4.4;
/// The quickest of this many measurements counts: the others met cold caches.
const RUNS: usize = 5;
/// Each measurement repeats its work for so long, because the kernel counts in ticks.
const MEASUREMENT: Duration = Duration::from_millis(200);

type Measure = fn(&[String]) -> io::Result<Duration>;

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<12}{:<10}{:>12}{:>12}{:>9}{:>14}",
        "how", "text", "10k ms", "40k ms", "ratio", "us/delta 40k"
    )?;
    let mut worst = 0.0_f64;
    let measures: [(&str, Measure); 2] = [("whole", whole), ("incremental", incremental)];
    for (how, measure) in measures {
        for case in &CASES {
            let texts = LENGTHS.map(|parts| case.texts(parts));
            let length: usize = texts[1].iter().map(String::len).sum();
            let times = quickest(&texts, measure)?;
            let per_delta = times[1].as_secs_f64() * 4e6 / length as f64;
            let [short, long] =
                [0, 1].map(|which| times[which].as_secs_f64() * 1e3 / texts[which].len() as f64);
            let ratio = long / short;
            worst = worst.max(ratio);
            writeln!(
                out,
                "{how:<12}{:<10}{short:>12.2}{long:>12.2}{ratio:>9.2}{per_delta:>14.2}",
                case.name
            )?;
        }
    }
    writeln!(out, "worst ratio {worst:.2}, limit {LIMIT}")?;
    Ok(if worst <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Quickest time for all texts of either length, taken in turns so that a busy moment hurts both alike.
fn quickest(texts: &[Vec<String>; 2], measure: Measure) -> io::Result<[Duration; 2]> {
    // The first run also compiles grammars and warms caches.
    let mut times = [measure(&texts[0])?, measure(&texts[1])?];
    for _ in 0..RUNS {
        for (time, text) in times.iter_mut().zip(texts) {
            *time = measure(text)?.min(*time);
        }
    }
    Ok(times)
}

/// Processor time this thread has used, so that other work on the machine does not count.
fn thread_time() -> io::Result<Duration> {
    let status = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = status.split_whitespace().next().and_then(|field| field.parse().ok());
    nanoseconds.map(Duration::from_nanos).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Processor time of one run of `work`.
fn time(mut work: impl FnMut()) -> io::Result<Duration> {
    let start = thread_time()?;
    let mut runs = 0;
    loop {
        work();
        runs += 1;
        let spent = thread_time()? - start;
        if spent >= MEASUREMENT {
            return Ok(spent / runs);
        }
    }
}

fn whole(texts: &[String]) -> io::Result<Duration> {
    time(|| texts.iter().for_each(|text| drop(black_box(markdown(text)))))
}

fn incremental(texts: &[String]) -> io::Result<Duration> {
    let texts: Vec<_> = texts.iter().map(|text| deltas(text)).collect();
    time(|| {
        for deltas in &texts {
            black_box(stream(deltas));
        }
    })
}
