//! The hot loops, each by itself: `cargo bench --bench loops [-- FILTER]`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::num::NonZero;
use tool_compare::internal::catalog::record::Score;
use tool_compare::internal::catalog::record::{Profile, ProfileFields, Record, RemarkFields, Review, Verdict};
use tool_compare::internal::catalog::{self, Catalog, InputSource, Projection, ReadOptions};
use tool_compare::internal::format::{Formats, Style};
use tool_compare::internal::report::Report;
use tool_compare::internal::verdict::{self, Filter, assess, leaderboard};

const PROSE: &str = "A real technical bet: steady, \u{201c}quick\u{201d} and small enough for a phone. ";

/// Invented tools, each with so many reviews.
fn tools(count: u32, reviews: u32, prose: bool) -> Vec<Record> {
    let review = |tool: u32, reviewer: u32| {
        let score = (tool * 7919 + reviewer * 31 + tool * reviewer) % 101;
        Review {
            reviewer: format!("r{reviewer}").into(),
            score: Score::from_millionths(score * 1_000_000),
            verdict: Some(if score >= 60 { Verdict::Ship } else { Verdict::Skip }),
            date: None,
            remarks: RemarkFields { label: None, text: prose.then(|| PROSE.repeat(6)) }.into(),
        }
    };
    let tool = |tool| Record {
        slug: format!("tool-{tool}").into(),
        name: format!("Tool {tool}").into(),
        category: Some("Developer Tools".into()),
        profile: Profile::from(ProfileFields {
            description: prose.then(|| PROSE.repeat(8).into()),
            ..ProfileFields::default()
        }),
        reviews: (0..reviews).map(|reviewer| review(tool, reviewer)).collect(),
        ..Record::default()
    };
    (0..count).map(tool).collect()
}

/// Reading of each kind, on one core, by what is wanted.
fn reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    for kind in catalog::written_kinds() {
        let mut bytes = Vec::new();
        catalog::write(&tools(2_000, 5, true), kind, None, &mut bytes).expect("memory takes all");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        for (name, need) in [("names", Projection::NAMES), ("votes", Projection::REVIEWS), ("all", Projection::ALL)] {
            let open = || {
                let places = vec![InputSource::Stream(Box::new(bytes.as_slice()))];
                let options =
                    ReadOptions { input_format: Some(kind), cores: NonZero::new(1), ..ReadOptions::default() };
                Catalog::open(places, need, need, &options).expect("good records")
            };
            group.bench_function(format!("{kind} {name}"), |bencher| bencher.iter_with_large_drop(open));
        }
    }
    group.finish();
}

/// Ranking, the tests of a pair, and the whole decision.
fn verdicts(c: &mut Criterion) {
    let options = verdict::Options::default();
    let many = tools(100_000, 5, false);
    c.bench_function("rank 100,000 tools", |bencher| {
        bencher.iter_with_large_drop(|| leaderboard(&many, &Filter::default(), &options, Some(10)).expect("an answer"));
    });
    for (tools, reviewers) in [(2, 8), (2, 64), (20, 12)] {
        let records = self::tools(tools, reviewers, false);
        c.bench_function(&format!("decide {tools} tools, {reviewers} reviewers"), |bencher| {
            bencher.iter(|| assess(black_box(&records), &options).expect("an answer"));
        });
    }
}

/// The document of two tools in every format.
fn formats(c: &mut Criterion) {
    let records = tools(2, 8, true);
    let report = || Report::comparison(&records, &verdict::Options::default(), false).expect("an answer");
    let (formats, style) = (Formats::default(), Style::default());
    let mut group = c.benchmark_group("format");
    for format in formats.iter() {
        let works = format.format(&report(), &style).is_ok();
        if works {
            group.bench_function(format.name(), |bencher| {
                bencher.iter_batched_ref(report, |report| format.format(report, &style), BatchSize::SmallInput);
            });
        }
    }
    group.finish();
}

criterion_group!(loops, reading, verdicts, formats);
criterion_main!(loops);
