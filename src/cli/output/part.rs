//! Documents that go between markers: the whole files that they belong to, with everything else kept.

use super::markers::MarkedText;
use super::place::real_path;
use super::{Content, OutputDocument, Target};
use crate::cli::env::Env;
use crate::error::{Error, ErrorClass, Result};
use crate::open;
use crate::sort;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// Largest file with markers, in bytes: people write it by hand.
const FILE_MAX: u64 = 64 << 20;

/// A target and all that it is to hold.
#[derive(Debug)]
pub(super) struct Whole<'a> {
    pub(super) target: Cow<'a, Target>,
    pub(super) content: Cow<'a, Content>,
}

/// The files that `documents` are to become: those that go between markers are put into what their file holds.
///
/// # Errors
/// A file that cannot be read or lacks the markers; two documents for one pair; a document that would hide a marker.
pub(super) fn whole_files<'a>(documents: &'a [OutputDocument], env: &Env) -> Result<Vec<Whole<'a>>> {
    let mut files: Vec<Whole<'a>> = Vec::with_capacity(documents.len());
    // The parts of each file with markers, with its place among `files`.
    let mut marked: BTreeMap<PathBuf, (usize, &Path, Vec<PartText<'a>>)> = BTreeMap::new();
    for document in documents {
        let Target::Part { path, marker } = &document.target else {
            let content = Cow::Borrowed(&document.content);
            files.push(Whole { target: Cow::Borrowed(&document.target), content });
            continue;
        };
        let real = real_path(&env.current_dir().join(path));
        let real = real.map_err(|error| Error::io("write", path.display(), &error))?;
        let (_, _, parts) = marked.entry(real).or_insert_with(|| {
            files.push(Whole { target: Cow::Owned(Target::File(path.clone())), content: Cow::Owned("".into()) });
            (files.len() - 1, path, Vec::new())
        });
        if parts.iter().any(|earlier| earlier.marker == marker) {
            let error = Error::new(ErrorClass::Usage, format!("two outputs go to {}", document.target));
            return Err(error.hint("give each output markers of its own"));
        }
        let text = document.content.text().map_err(|error| Error::io("read", path.display(), &error))?;
        parts.push(PartText { marker, text });
    }
    for (at, path, parts) in marked.into_values() {
        files[at].content = Cow::Owned(Content::Bytes(replaced(path, &read(path, env)?, &parts)?));
    }
    Ok(files)
}

/// What goes between two markers.
struct PartText<'a> {
    marker: &'a str,
    text: Cow<'a, str>,
}

/// `text`, the content of the file at `path`, with `parts` between their markers.
fn replaced(path: &Path, text: &[u8], parts: &[PartText<'_>]) -> Result<Vec<u8>> {
    let marked = MarkedText::new(path, text);
    let found = parts.iter().map(|part| Ok((marked.part(part.marker)?, &*part.text)));
    let mut found = found.collect::<Result<Vec<_>>>()?;
    sort::by_key(&mut found, |(part, _)| part.bytes.start);
    let (mut new, mut kept) = (Vec::with_capacity(text.len()), 0);
    for (part, content) in found {
        new.extend_from_slice(&text[kept..part.bytes.start]);
        new.extend_from_slice(part.lines(content).as_bytes());
        kept = part.bytes.end;
    }
    new.extend_from_slice(&text[kept..]);
    // The next run has to find the same parts.
    let marked = MarkedText::new(path, &new);
    for PartText { marker, text } in parts {
        let part = marked.part(marker);
        if !part.is_ok_and(|part| new[part.bytes.clone()] == *part.lines(text).as_bytes()) {
            let name = path.display();
            let error =
                Error::data(format!("what goes to {name}#{marker} would hide its markers or those of another part"));
            return Err(
                error.hint("it has a marker of its own, or a code block that does not end; choose another format")
            );
        }
    }
    Ok(new)
}

/// The content of the file at `path`, which is to have markers.
///
/// # Errors
/// It is missing, not a regular file, or too large.
pub(in crate::cli) fn read(path: &Path, env: &Env) -> Result<Vec<u8>> {
    let name = path.display();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::new(ErrorClass::Io, format!("{name} does not exist, so it has no markers"))
            .hint("write the file first, with the two markers in it"),
        _ => Error::io("read", &name, &error),
    };
    let (file, _) = open::regular(&env.current_dir().join(path)).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(Error::data(format!("{name} is larger than {} MiB", FILE_MAX >> 20)));
    }
    Ok(bytes)
}
