//! All integration tests, in one binary: a module per topic.

mod catalog;
mod properties;
mod reference;
