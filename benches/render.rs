//! The renderer at two lengths: whole texts, and the same texts arriving as tokens.
//!
//! An iteration renders the same contents at either length, as many short texts or as few long ones: a
//! cost that grows with the text alone takes the same time at both.

use benches::{CASES, Case, LENGTHS, PART, deltas, stream};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use render::markdown;

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render whole");
    for case in &CASES {
        for parts in LENGTHS {
            let texts = case.texts(parts);
            let bytes: usize = texts.iter().map(String::len).sum();
            group.throughput(Throughput::Bytes(bytes as u64));
            group.bench_with_input(id(case, parts), &texts, |bencher, texts| {
                bencher.iter(|| texts.iter().map(|text| markdown(text).len()).sum::<usize>());
            });
        }
    }
    group.finish();
}

fn incremental(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render incremental");
    group.sample_size(10);
    for case in &CASES {
        for parts in LENGTHS {
            let texts = case.texts(parts);
            let texts: Vec<_> = texts.iter().map(|text| deltas(text)).collect();
            let count: usize = texts.iter().map(Vec::len).sum();
            group.throughput(Throughput::Elements(count as u64));
            group.bench_with_input(id(case, parts), &texts, |bencher, texts| {
                bencher.iter(|| texts.iter().map(|deltas| stream(deltas)).sum::<usize>());
            });
        }
    }
    group.finish();
}

fn id(case: &Case, parts: u64) -> BenchmarkId {
    BenchmarkId::new(case.name, parts * PART as u64)
}

criterion_group!(benches, whole, incremental);
criterion_main!(benches);
