//! From records to files, one module for each kind. All walk the tables of fields.

pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod toml;
