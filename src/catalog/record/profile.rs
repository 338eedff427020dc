//! The fields of a record that few commands ask for, which take memory only where a record has one.

use super::fields::ProfileFields;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

/// The fields that few commands ask for. They take memory only once one of them is written to.
#[derive(Clone, Default)]
pub struct Profile(Option<Box<ProfileFields>>);

impl Deref for Profile {
    type Target = ProfileFields;

    fn deref(&self) -> &ProfileFields {
        static ABSENT: LazyLock<ProfileFields> = LazyLock::new(ProfileFields::default);
        self.0.as_deref().unwrap_or(&ABSENT)
    }
}

impl DerefMut for Profile {
    fn deref_mut(&mut self) -> &mut ProfileFields {
        self.0.get_or_insert_default()
    }
}

impl From<ProfileFields> for Profile {
    fn from(fields: ProfileFields) -> Self {
        Self(Some(Box::new(fields)))
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Profile {}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
