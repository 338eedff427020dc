//! `compare` answers *which of these tools should we ship with?* from the reviews of a panel.
//!
//! This library is internal: it is the program in one piece, for its two binaries. Only [`process`] is meant for others,
//! and nothing but the command line and the documents that it prints is kept stable.
//!
//! Data flows one way, and imports follow it:
//!
//! 1. `catalog` reads records: tools with their reviews.
//! 2. `verdict` computes aggregates, ranks the tools and decides who leads and how certain that is.
//! 3. `report` puts these values and their wording into one document.
//! 4. `format` turns the document into bytes, one file per format.
//!
//! `cli` drives these four; the other modules serve all of them.

#[allow(unreachable_pub, reason = "its internals are being rewritten")]
mod catalog;
mod ci_log;
mod cli;
mod cores;
mod error;
mod format;
mod locate;
mod open;
mod report;
mod sort;
mod suggest;
mod text;
mod verdict;

pub use cli::process;

/// What the tests, the benchmarks and the fuzz targets of this package use. It changes without notice.
#[doc(hidden)]
pub mod internal {
    /// Reading and writing records.
    pub mod catalog {
        pub use crate::catalog::{
            Catalog, InputSource, LINE_MAX, Problem, Projection, ReadOptions, Severity, check, headings, write,
            written_kinds,
        };

        /// The record.
        pub mod record {
            pub use crate::catalog::record::{
                Profile, ProfileFields, Record, RemarkFields, Remarks, Review, Score, Verdict,
            };
        }
    }

    /// The program, with its environment and its streams as arguments.
    pub mod cli {
        pub use crate::cli::{Streams, command, run};

        /// The environment.
        pub mod env {
            pub use crate::cli::env::Env;
        }
    }

    /// Errors and outcomes.
    pub mod error {
        pub use crate::error::{Error, ErrorClass, Outcome, Result};
    }

    /// Formats and templates.
    pub mod format {
        pub use crate::format::{FORMATS, Formats, Formatter, Style};

        /// Templates.
        pub mod template {
            pub use crate::format::template::{EMBEDDED, Template};
        }
    }

    /// Documents.
    pub mod report {
        pub use crate::report::{Gates, RankingParts, Report, SCHEMAS, Subject};
    }

    /// Texts for terminals.
    pub mod text {
        pub use crate::text::{clean_block, clean_line, width};
    }

    /// Figures and decisions.
    pub mod verdict {
        pub use crate::verdict::{
            Assessment, Basis, Certainty, Evidence, Exact, Figures, Filter, Interval, Options, Order, PanelVerdict,
            Reason, Test, Weight, Weights, assess, leaderboard,
        };
    }
}
