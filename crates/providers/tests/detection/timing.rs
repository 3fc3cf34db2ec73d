//! A scan takes as long as its slowest live server, however many dead ports are among them.

use std::time::{Duration, Instant};

use tokio::net::TcpListener;

use crate::support::{at_root, detector};

const ROUNDS: usize = 5;
const DEAD: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_ports_cost_nothing() {
    let detector = detector();
    let mut live = Vec::new();
    for server in ["vllm~600", "llama-cpp~500", "ollama~400"] {
        live.push(at_root(server, "127.0.0.1:0").await);
    }
    let mut ports: Vec<u16> = live.iter().map(|fake| fake.address().port()).collect();
    let mut closed = Vec::new();
    for _ in 0..DEAD {
        closed.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
    }
    let dead: Vec<u16> = closed.iter().map(|socket| socket.local_addr().unwrap().port()).collect();
    drop(closed);
    ports.splice(1..1, dead);

    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let mut slowest = Duration::ZERO;
        for fake in &live {
            let started = Instant::now();
            let found = detector.detect(&format!("http://{}", fake.address()), None).await;
            assert!(found.failure.is_none(), "{found:?}");
            slowest = slowest.max(started.elapsed());
        }
        let started = Instant::now();
        let scan = detector.scan(&ports).await;
        let taken = started.elapsed();
        assert_eq!((scan.found.len(), scan.dead), (live.len(), DEAD));
        let ratio = taken.as_secs_f64() / slowest.as_secs_f64();
        println!("round {round}: scan {taken:?}, slowest alone {slowest:?}, ratio {ratio:.3}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ROUNDS / 2];
    println!("median ratio of {ROUNDS} rounds: {median:.3} (at most 1.2)");
    assert!(median <= 1.2, "{ratios:?}");
}
