//! Fields that few commands ask for, which take memory only where a record has one.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// Fields that take memory only once one of them is written to.
#[derive(Clone, Default)]
pub struct Seldom<T>(Option<Box<T>>);

/// Fields that may be absent all together.
pub trait SeldomFields: Default + PartialEq + 'static {
    /// The fields where none was written to.
    fn absent() -> &'static Self;
}

impl<T: SeldomFields> Deref for Seldom<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Some(fields) => fields,
            None => T::absent(),
        }
    }
}

impl<T: SeldomFields> DerefMut for Seldom<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: SeldomFields> From<T> for Seldom<T> {
    fn from(fields: T) -> Self {
        Self((fields != *T::absent()).then(|| Box::new(fields)))
    }
}

impl<T: SeldomFields> PartialEq for Seldom<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: SeldomFields> Eq for Seldom<T> {}

impl<T: SeldomFields + fmt::Debug> fmt::Debug for Seldom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
