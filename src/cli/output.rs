//! Writing documents to files and to standard output.

use crate::error::{Error, Result};
use std::io::Write;
use std::path::PathBuf;

/// Where a document goes.
pub enum Target {
    /// A file.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// A document, ready to be written.
pub struct Document {
    /// Where it goes.
    pub target: Target,
    /// Its bytes.
    pub text: String,
}

/// Writes all `documents`.
///
/// # Errors
/// What the operating system says.
pub fn write(documents: &[Document], stdout: &mut dyn Write) -> Result<()> {
    for document in documents {
        let bytes = document.text.as_bytes();
        match &document.target {
            Target::File(path) => std::fs::write(path, bytes).map_err(|e| Error::io("write", path.display(), &e))?,
            Target::Stdout => stdout
                .write_all(bytes)
                .and_then(|()| stdout.flush())
                .map_err(|e| Error::io("write", "standard output", &e))?,
        }
    }
    Ok(())
}
