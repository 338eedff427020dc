//! Records: tools with their reviews, read from files of several kinds and found by name.

pub mod record;
pub mod score;
