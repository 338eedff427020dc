//! Reads a catalog and prints the time and the peak memory: `cargo bench --bench read -- FILE [names|votes|all] [CORES]`.
//! With a folder for a cache and a slug after these, it also finds that tool and fetches its record.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::path::PathBuf;
use std::time::Instant;
use tool_compare::catalog::{Catalog, Need, Options, Place};

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let file = args.next().expect("a catalog is named");
    let need = match args.next().as_deref() {
        Some("names") => Need::NAMES,
        Some("all") => Need::ALL,
        _ => Need::VOTES,
    };
    let cores = args.next().and_then(|cores| cores.parse().ok());
    let cache = args.next().map(PathBuf::from);
    let options = Options { cores, cache: cache.as_deref(), ..Options::default() };
    let start = Instant::now();
    let catalog =
        Catalog::open(vec![Place::Path(file.into())], need, &options).unwrap_or_else(|error| panic!("{error}"));
    let opened = start.elapsed();
    if let Some(slug) = args.next() {
        let found = catalog.find(&slug).and_then(|found| catalog.fetch(&[found], Need::ALL));
        println!("{:?}, {} found", start.elapsed(), found.map_or(0, |found| found.len()));
    }
    let reviews: usize = catalog.records().iter().map(|record| record.reviews.len()).sum();
    let score: u64 = catalog
        .records()
        .iter()
        .flat_map(|record| &record.reviews)
        .filter_map(|review| review.score)
        .map(|score| u64::from(score.millionths()))
        .sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim();
    println!("{opened:.1?}, {peak}, {} records, {reviews} reviews, {score} millionths", catalog.len());
}
