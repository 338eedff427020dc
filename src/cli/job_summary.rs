//! The summary of a GitHub job: a file that the variable names, which GitHub shows up to a size.

use super::env::Env;
use super::output::{OutputDocument, Target, file_id};
use std::fs::{self, Metadata};
use std::path::Path;

/// The largest summary of a step that GitHub shows, in bytes.
const MOST: u64 = 1 << 20;

/// The bytes that the summary would have with `documents`, if that is more than GitHub shows.
pub(super) fn too_large(documents: &[OutputDocument], env: &Env) -> Option<u64> {
    let summary = env.current_dir().join(env.var("GITHUB_STEP_SUMMARY")?);
    let held = fs::metadata(&summary).ok();
    let bytes = documents.iter().filter_map(|document| {
        let length = document.content.len();
        match &document.target {
            Target::File(path) => is_same(&env.current_dir().join(path), &summary).then_some(length),
            Target::Part { .. } => None,
            // `>>` adds to what is there.
            Target::Stdout => {
                let held = held.as_ref().filter(|held| env.stdout_metadata().is_some_and(|out| is_file(held, out)))?;
                Some(held.len() + length)
            }
        }
    });
    bytes.max().filter(|bytes| *bytes > MOST)
}

/// `bytes` for people, rounded up, so that a little more than 1 MiB is not 1.
pub(super) fn in_mib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

fn is_file(one: &Metadata, other: &Metadata) -> bool {
    file_id(one).is_some_and(|id| file_id(other) == Some(id))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
