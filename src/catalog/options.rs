//! How records are read.

use super::read::ReadTask;
use super::read::chunks::{BLOCK, LINE_MAX};
use super::record::projection::Projection;
use super::sheet::SheetOptions;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// How records are read.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct ReadOptions<'a> {
    /// The kind of a stream, and of files without a known extension, by name (see [`super::kinds`]). Otherwise their content
    /// tells.
    pub input_format: Option<&'a str>,
    /// Leave out records and rows that are invalid; [`super::Catalog::warnings`] then names them.
    pub skip_invalid: bool,
    /// How many threads read; as many as there are cores by default.
    pub cores: Option<NonZero<usize>>,
    /// How many bytes each of them reads at once, at most [`LINE_MAX`]; 256 KiB by default.
    pub block: Option<NonZero<usize>>,
    /// The folder for indices of large catalogs of JSON and NDJSON files (1 MiB or more in all). None is used or made by
    /// default, nor when invalid records are left out.
    pub cache: Option<&'a Path>,
    /// Only names, slugs and reviewers are going to be asked for, so that a cache is enough.
    pub names_only: bool,
    /// Whether [`super::Catalog::fetch`] is going to be asked for all tools.
    pub all: bool,
    /// How many bytes of records are read at most where there is no cache; without limit by default.
    pub most: Option<u64>,
    /// Whether it is not kept where the reviews of sheets are, because whoever asks for it reads them again.
    pub without_places: bool,
    /// How sheets are read; by default, as their headings say.
    pub sheets: Option<&'a SheetOptions>,
    /// Is given the bytes read so far and those in all, from any thread, about once for every block.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

/// Fewer bytes than this are read on one core.
const FEW: u64 = 1 << 18;

/// Catalogs of fewer bytes than this are read with all that a command may ask for, and with the place of each review.
pub(super) const SMALL: u64 = 8 << 20;

impl ReadOptions<'_> {
    /// The task of reading inputs of `bytes` bytes in all.
    pub(super) fn task(&self, projection: Projection, bytes: u64) -> ReadTask {
        // To ask how many cores there are takes longer than to read a few records.
        let available = || if bytes < FEW { None } else { thread::available_parallelism().ok() };
        ReadTask {
            projection,
            lint: false,
            keep_places: bytes < SMALL,
            cores: self.cores.or_else(available).map_or(1, NonZero::get),
            block: self.block.map_or(BLOCK, NonZero::get).min(LINE_MAX),
            sheet: Arc::default(),
        }
    }
}
