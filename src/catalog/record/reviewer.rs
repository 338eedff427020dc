//! The name of a reviewer, shared by that reviewer's reviews.

use smol_str::SmolStr;
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A reviewer's name, which all reviews of that reviewer in one input share. Never empty.
///
/// Millions of reviews have one, so that it is a single pointer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewerName(Arc<SmolStr>);

impl ReviewerName {
    /// Tells names of one [`super::names::NamePool`] apart.
    pub(crate) fn address(&self) -> *const SmolStr {
        Arc::as_ptr(&self.0)
    }
}

impl<T: AsRef<str>> From<T> for ReviewerName {
    fn from(name: T) -> Self {
        Self(Arc::new(SmolStr::new(name)))
    }
}

impl Deref for ReviewerName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ReviewerName {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for ReviewerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for ReviewerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
