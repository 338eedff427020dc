//! Opening files that other people's settings and folders lead to: never waits, whatever stands at the path.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

/// Opens the regular file at `path` for reading, links followed.
///
/// A pipe, a device or a socket would wait for its other end, or do something when it is opened. So the file is looked
/// at first, opened without waiting, and looked at again in case it was replaced meanwhile. Files that exist only in
/// the kernel (`/proc/kmsg`) look regular; reading them without waiting is an error.
///
/// # Errors
/// It is not a regular file, or cannot be opened.
pub(crate) fn regular(path: &Path) -> io::Result<(File, Metadata)> {
    check(&fs::metadata(path)?)?;
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    let about = file.metadata()?;
    check(&about)?;
    Ok((file, about))
}

fn check(about: &Metadata) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if about.is_file() { Ok(()) } else { Err(io::Error::other("not a regular file")) }
}

/// Whether `path` names a descriptor that is open already, such as `/dev/stdin` or what `<(...)` stands for.
pub(crate) fn is_descriptor(path: &Path) -> bool {
    let names = |path: &Path| path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd");
    names(path) || fs::read_link(path).is_ok_and(|target| names(&target))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn only_regular_files_are_opened_and_nothing_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("plain"), "text").expect("written");
        std::os::unix::fs::symlink("plain", at("link")).expect("linked");
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo").success());
        for name in ["plain", "link"] {
            let mut text = String::new();
            regular(&at(name)).expect("regular").0.read_to_string(&mut text).expect("read");
            assert_eq!(text, "text");
        }
        let message = |path: &Path| regular(path).expect_err("refused").to_string();
        assert_eq!(message(&at("pipe")), "not a regular file");
        assert_eq!(message(Path::new("/dev/zero")), "not a regular file");
        assert_eq!(regular(folder.path()).expect_err("refused").kind(), io::ErrorKind::IsADirectory);
    }

    #[test]
    fn a_descriptor_is_known_by_its_name_and_through_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/fd/3", &link).expect("linked");
        assert!(is_descriptor(Path::new("/dev/fd/63")) && is_descriptor(&link));
        assert!(!is_descriptor(Path::new("/dev/zero")) && !is_descriptor(folder.path()));
    }
}
