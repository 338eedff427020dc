//! Writing where nothing can be renamed into place: devices, pipes, mount points, files in closed folders.

use super::content::Content;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Whether an error of making a new file beside another one, or of renaming it over that, leaves writing in place: the
/// other one is a mount point, or its folder is read-only or not ours.
pub(super) fn is_needed(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

/// Writes `content` to a device, a pipe or an open descriptor.
///
/// # Errors
/// What the operating system says.
pub(super) fn append(path: &Path, content: &Content) -> io::Result<()> {
    // Appending: an open descriptor's file may hold something already.
    let mut file = OpenOptions::new().append(true).open(path)?;
    content.write_to(&mut file)?;
    file.flush()
}

/// Makes `content` the content of the regular file at `path`. Where that fails, the old content is put back as far as the
/// disk takes it: what it held before, it can hold again.
///
/// # Errors
/// What the operating system says.
pub(super) fn overwrite(path: &Path, content: &Content) -> io::Result<()> {
    let mut old = Vec::new();
    // A file that may be written and not read has no content that could be put back.
    let readable = OpenOptions::new().read(true).open(path).and_then(|mut file| file.read_to_end(&mut old)).is_ok();
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut put = |content: &Content| {
        file.rewind()?;
        content.write_to(&mut file)?;
        file.set_len(content.len())?;
        sync(&file)
    };
    put(content).inspect_err(|_| {
        if readable {
            let _ = put(&Content::Bytes(old));
        }
    })
}

/// Waits until the bytes are on the disk: else a crash after the rename could leave an empty file.
pub(super) fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        // A file system that cannot sync has nothing to wait for.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}
