//! `compare` answers *which of these tools should we ship with?* from the reviews of a panel.
//!
//! Data flows one way, and imports follow it:
//!
//! 1. [`catalog`] reads records: tools with their reviews.
//! 2. [`verdict`] computes aggregates, ranks the tools and decides who leads and how sure that is.
//! 3. [`report`] puts these values and their wording into one document.
//! 4. [`mod@format`] turns the document into bytes, one file per format.
//!
//! [`cli`] drives these four; [`error`], [`ci_log`], [`text`], [`open`] and [`cores`] serve all of them.

pub mod catalog;
pub mod ci_log;
pub mod cli;
pub mod cores;
pub mod error;
pub mod format;
pub mod open;
pub mod report;
mod suggest;
pub mod text;
pub mod verdict;
