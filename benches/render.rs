//! The renderer at two lengths: whole texts, and the same texts arriving as tokens.

use benches::{CASES, deltas};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use render::{Incremental, markdown};

const LENGTHS: [usize; 2] = [10_000, 40_000];

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render whole");
    for case in &CASES {
        for length in LENGTHS {
            let text = case.text(length);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::new(case.name, length), &text, |bencher, text| {
                bencher.iter(|| markdown(text));
            });
        }
    }
    group.finish();
}

fn incremental(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render incremental");
    group.sample_size(10);
    for case in &CASES {
        for length in LENGTHS {
            let text = case.text(length);
            let deltas = deltas(&text);
            group.throughput(Throughput::Elements(deltas.len() as u64));
            group.bench_with_input(
                BenchmarkId::new(case.name, length),
                &deltas,
                |bencher, deltas| {
                    bencher.iter(|| {
                        let mut renderer = Incremental::new();
                        let patches: usize =
                            deltas.iter().map(|delta| renderer.push(delta).len()).sum();
                        patches + renderer.finish().len()
                    });
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, whole, incremental);
criterion_main!(benches);
