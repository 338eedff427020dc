//! What holds for any bytes at all, said once for the targets.

use std::num::NonZero;
use tool_compare::internal::catalog::record::Record;
use tool_compare::internal::catalog::{self, Catalog, InputSource, Projection, ReadOptions, Severity};
use tool_compare::internal::error::{Error, Result};
use tool_compare::internal::report::Report;
use tool_compare::internal::verdict;

fn open(kind: &str, bytes: &[u8], need: Projection, cores: usize) -> Result<Vec<Record>> {
    opened(kind, bytes, need, ReadOptions { cores: NonZero::new(cores), ..ReadOptions::default() })
}

fn opened(kind: &str, bytes: &[u8], need: Projection, options: ReadOptions) -> Result<Vec<Record>> {
    let options = ReadOptions { input_format: Some(kind), ..options };
    Catalog::open(vec![InputSource::Stream(Box::new(bytes))], need, need, &options)?.all().map(<[Record]>::to_vec)
}

/// Reads `bytes` as a file of `kind`: it is refused with a reason, or its records are the same however they are read,
/// written and read again.
pub fn reader(kind: &str, bytes: &[u8]) {
    let options = ReadOptions { input_format: Some(kind), ..ReadOptions::default() };
    let read = open(kind, bytes, Projection::ALL, 1);
    let checked = catalog::check(vec![InputSource::Stream(Box::new(bytes))], &["list"], &options);
    let errors = |problems: &[catalog::Problem]| problems.iter().any(|problem| problem.severity == Severity::Error);
    let refused = checked.as_ref().map_or(true, |problems| errors(problems));
    assert_eq!(read.is_err(), refused, "`check` and the commands disagree: {read:?}\n{checked:?}");
    for (cores, block) in [(1, 16), (3, 7), (3, 100)] {
        let options = ReadOptions { cores: NonZero::new(cores), block: NonZero::new(block), ..ReadOptions::default() };
        let pieces = opened(kind, bytes, Projection::ALL, options);
        assert_eq!(pieces, read, "on {cores} cores in blocks of {block}");
    }
    let records = match read {
        Ok(records) => records,
        Err(error) => return said(&error),
    };
    assert!(!records.is_empty());
    let slugs = |records: &[Record]| records.iter().map(|record| record.slug.clone()).collect::<Vec<_>>();
    for need in [Projection::NAMES, Projection::REVIEWS] {
        assert_eq!(slugs(&open(kind, bytes, need, 1).expect("read before")), slugs(&records), "with {need:?}");
    }
    for written in catalog::written_kinds() {
        let mut out = Vec::new();
        let lost = catalog::write(&records, written, None, &mut out).expect("memory takes all");
        let again = open(written, &out, Projection::ALL, 1);
        if lost.is_empty() {
            assert_eq!(again.expect("own files are read"), records, "as {written}");
        }
    }
}

/// An error says something, in one line.
pub fn said(error: &Error) {
    assert!(!error.message.trim().is_empty(), "{error:?}");
    assert!(error.location.as_ref().is_none_or(|location| !location.file.is_empty()), "{error:?}");
}

/// The comparison of the embedded records.
pub fn comparison() -> Report {
    let catalog = Catalog::open(vec![InputSource::Embedded], Projection::ALL, Projection::ALL, &ReadOptions::default())
        .expect("they are good");
    Report::comparison(catalog.records(), &verdict::Options::default(), false).expect("nothing odd was asked")
}
