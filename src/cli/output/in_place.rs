//! Writing where nothing can be renamed into place: devices, pipes, mount points, files in closed folders.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Whether an error of making a new file beside another one, or of renaming it over that, leaves writing in place: the
/// other one is a mount point, or its folder is read-only or not ours.
pub(super) fn is_needed(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

/// Writes `bytes` to a device, a pipe or an open descriptor.
///
/// # Errors
/// What the operating system says.
pub(super) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Appending: an open descriptor's file may hold something already.
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(bytes)?;
    file.flush()
}

/// Makes `bytes` the content of the regular file at `path`. Where that fails, the old content is put back as far as the
/// disk takes it: what it held before, it can hold again.
///
/// # Errors
/// What the operating system says.
pub(super) fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut old = Vec::new();
    // A file that may be written and not read has no content that could be put back.
    let readable = OpenOptions::new().read(true).open(path).and_then(|mut file| file.read_to_end(&mut old)).is_ok();
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut put = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        super::draft::sync(&file)
    };
    put(bytes).inspect_err(|_| {
        if readable {
            let _ = put(&old);
        }
    })
}
