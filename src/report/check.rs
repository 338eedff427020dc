//! What is wrong with a catalog, as a document.

use super::block::{Answer, Block, Tone};
use super::document::{CheckProblem, CheckReport, SCHEMA_VERSION};
use super::number::count;
use super::sheet::{Datum, Sheet};
use crate::catalog::{Problem, Severity};

/// The document of `problems`, which were found in `files` files.
pub(super) fn check(problems: Vec<Problem>, strict: bool) -> CheckReport {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    CheckReport {
        schema_version: SCHEMA_VERSION,
        kind: "check",
        passed: errors == 0 && !(strict && warnings > 0),
        errors,
        warnings,
        problems: problems.into_iter().map(problem).collect(),
    }
}

fn problem(problem: Problem) -> CheckProblem {
    let location = problem.location;
    CheckProblem {
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        code: problem.code,
        message: problem.message,
        help: problem.help,
        file: location.file.clone(),
        line: (location.line > 0).then_some(location.line),
        column: (location.column > 0).then_some(location.column),
        location,
    }
}

/// The problems, one by one, and how many there are.
pub(super) fn blocks(document: &CheckReport) -> Vec<Block> {
    let headline = if !document.passed {
        "These records have problems."
    } else if document.warnings > 0 {
        "These records can be used."
    } else {
        "No problems."
    };
    let statement = match (document.errors, document.warnings) {
        (0, 0) => String::new(),
        (errors, warnings) => format!("{} and {}.", count(errors, "error"), count(warnings, "warning")),
    };
    let tone = match (document.passed, document.warnings) {
        (false, _) => Tone::Bad,
        (true, 0) => Tone::Good,
        (true, _) => Tone::Mixed,
    };
    let mut blocks = vec![
        Block::Title("Check of the records".to_owned()),
        Block::Answer(Answer { headline: headline.to_owned(), statement, tone, ..Answer::default() }),
    ];
    if !document.problems.is_empty() {
        blocks.push(Block::Problems(document.problems.clone()));
    }
    blocks
}

impl CheckProblem {
    /// How bad it is.
    pub(crate) fn tone(&self) -> Tone {
        if self.severity == "error" { Tone::Bad } else { Tone::Mixed }
    }
}

/// One row for each problem.
pub(super) fn sheet(document: &CheckReport) -> Sheet {
    let row = |problem: &CheckProblem| {
        let text = |text: &str| Datum::Text(text.to_owned());
        let number = |number: Option<usize>| number.map_or(Datum::Absent, |number| Datum::Number(number.into()));
        vec![
            Datum::Word(problem.severity.to_owned()),
            Datum::Word(problem.code.to_owned()),
            text(&problem.file),
            number(problem.line),
            number(problem.column),
            text(&problem.message),
            problem.help.as_deref().map_or(Datum::Absent, text),
        ]
    };
    Sheet {
        header: ["severity", "code", "file", "line", "column", "message", "help"].map(Into::into).into(),
        rows: document.problems.iter().map(row).collect(),
    }
}
