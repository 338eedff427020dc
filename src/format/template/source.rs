//! Where templates come from: bounded regular files, and includes from the template's own folder only.

use crate::error::{Error, Location, Result};
use crate::open;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest template, in bytes.
pub(super) const TEMPLATE_MAX: u64 = 1 << 20;
/// The most that the includes of one document may read, in bytes.
const INCLUDES_MAX: u64 = 8 << 20;

/// The text of the template at `path`.
///
/// # Errors
/// What is no regular file, is larger than 1 MiB or is no UTF-8.
pub(super) fn read(path: &Path) -> Result<String> {
    let name = path.display();
    let refused = |error: std::io::Error| Error::io("read", format!("the template {name}"), &error);
    // What `<(...)` stands for is open already. Opening another pipe would wait for its writer.
    let file = if open::is_descriptor(path) { File::open(path) } else { open::regular(path).map(|(file, _)| file) };
    let mut bytes = Vec::new();
    let file = file.map_err(refused)?;
    file.take(TEMPLATE_MAX + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > TEMPLATE_MAX {
        return Err(Error::data(format!("the template {name} is larger than {} MiB", TEMPLATE_MAX >> 20)));
    }
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    match std::str::from_utf8(&bytes[start..]) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = memchr::memchr_iter(b'\n', &bytes[..start + error.valid_up_to()]).count() + 1;
            let location = Location { file: name.to_string(), line, ..Location::default() };
            Err(Error::data("the template is not UTF-8").at(location))
        }
    }
}

/// The path of the template at `path` without links.
///
/// # Errors
/// It is not in `folder`, or cannot be found.
pub(super) fn check_inside(folder: &Path, path: &Path) -> Result<PathBuf> {
    let name = path.display();
    let refused = |error: std::io::Error| Error::io("read", format!("the template {name}"), &error);
    let (real, folder) = (path.canonicalize().map_err(refused)?, folder.canonicalize().map_err(refused)?);
    if real.starts_with(folder) {
        return Ok(real);
    }
    Err(Error::data(format!("{name} is a link that leaves the template's own folder")))
}

/// The folder that a template may include from.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    read: AtomicU64,
    /// The files that were included.
    included: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Folder {
    /// The folder at `path`; each file that is included from it is added to `included`.
    pub(super) fn new(path: PathBuf, included: Arc<Mutex<BTreeSet<PathBuf>>>) -> Self {
        Self { path, read: AtomicU64::new(0), included }
    }

    /// The text of the template that another one calls `name`; `None` where there is none.
    ///
    /// # Errors
    /// A name that leads out of the folder or to a hidden file, be it through a link, and what [`read`] refuses.
    pub(super) fn include(&self, name: &str) -> Result<Option<String>> {
        let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']);
        if !name.split('/').all(plain) {
            return Err(Error::data(format!("`{name}` is not below the template's own folder"))
                .hint("includes are named from there, as in `parts/row.md.j2`"));
        }
        let path = self.path.join(name);
        if !path.exists() {
            return Ok(None);
        }
        let real = check_inside(&self.path, &path)?;
        let text = read(&real)?;
        let before = self.read.fetch_add(text.len() as u64, Ordering::Relaxed);
        if before + text.len() as u64 > INCLUDES_MAX {
            return Err(Error::data(format!("the includes together are larger than {} MiB", INCLUDES_MAX >> 20)));
        }
        self.included.lock().unwrap_or_else(PoisonError::into_inner).insert(real);
        Ok(Some(text))
    }

    /// How messages name the template that includes call `name`.
    pub(super) fn display(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}
