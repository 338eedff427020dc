//! From records to files, one module for each kind. All walk the tables of fields.

pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod toml;

use super::record::Record;
use crate::error::{Error, Result};
use std::io;

/// Records that are written. They are gone through more than once, and need not all be in memory.
pub trait RecordSource {
    /// Gives each record to `take`, in their order.
    ///
    /// # Errors
    /// What `take` says, and that of reading a record.
    fn each(&self, take: &mut dyn FnMut(&Record) -> Result<()>) -> Result<()>;
}

impl RecordSource for Vec<Record> {
    fn each(&self, take: &mut dyn FnMut(&Record) -> Result<()>) -> Result<()> {
        self.iter().try_for_each(take)
    }
}

/// The error of an output that does not take the records.
fn not_taken(error: impl Into<io::Error>) -> Error {
    Error::io("write", "the records", &error.into())
}
