//! What a document holds: bytes at hand, or, where they are many, in a file without a name.

use crate::error::{Error, Result};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write};
use std::sync::Arc;
use tempfile::{SpooledData, SpooledTempFile};

/// More bytes than this are kept in a file.
const MEMORY_MAX: usize = 16 << 20;

/// The bytes of a document.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// At hand.
    Bytes(Vec<u8>),
    /// In a file without a name, which is gone when nobody needs it any more: so many.
    File(Arc<File>, u64),
}

impl Content {
    /// What `write` writes.
    ///
    /// # Errors
    /// That of `write`, or there is no room.
    pub(crate) fn written(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Self> {
        let failed = |error: io::Error| Error::temporary(&error);
        let mut spool = BufWriter::with_capacity(1 << 16, SpooledTempFile::new(MEMORY_MAX));
        write(&mut spool)?;
        let spool = spool.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(match spool.into_inner() {
            SpooledData::InMemory(bytes) => Self::Bytes(bytes.into_inner()),
            SpooledData::OnDisk(file) => {
                let length = file.metadata().map_err(failed)?.len();
                Self::File(Arc::new(file), length)
            }
        })
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, length) => *length,
        }
    }

    /// All of them.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::File(..) => {
                let mut bytes = Vec::new();
                self.write_to(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// All of them as text.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn text(&self) -> io::Result<Cow<'_, str>> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        Ok(match self.bytes()? {
            Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).map_err(invalid)?),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).map_err(|error| invalid(error.utf8_error()))?),
        })
    }

    /// Writes all of them to `out`.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn write_to(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::File(file, length) => {
                let mut file = &**file;
                file.rewind()?;
                io::copy(&mut file.take(*length), out).map(drop)
            }
        }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_same_in_memory_and_in_a_file() {
        for count in [0, 1, MEMORY_MAX, MEMORY_MAX + 1, 3 * MEMORY_MAX / 2] {
            let bytes: Vec<u8> = (0..count).map(|at| u8::try_from(at % 251).expect("small")).collect();
            let content = Content::written(|out| {
                bytes.chunks(70_001).try_for_each(|part| out.write_all(part)).expect("there is room");
                Ok(())
            });
            let content = content.expect("there is room");
            assert_eq!(matches!(content, Content::File(..)), count > MEMORY_MAX, "{count}");
            assert_eq!(content.len(), count as u64);
            for _ in 0..2 {
                assert!(*content.bytes().expect("readable") == *bytes, "{count}");
            }
        }
    }
}
