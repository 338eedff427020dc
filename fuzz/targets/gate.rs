#![no_main]
//! Any text as a gate, on the comparison of the embedded records.

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use tool_compare::internal::error::{ErrorClass, Outcome};
use tool_compare::internal::report::{Gates, Report, Subject};

thread_local!(static REPORT: RefCell<Report> = RefCell::new(tool_compare_fuzz::comparison()));

fuzz_target!(|text: &str| {
    for subject in [Subject::Comparison, Subject::Tool, Subject::Ranking] {
        let gates = match Gates::parse("--gate", &[text], subject) {
            Ok(gates) => gates,
            Err(error) => {
                assert_eq!(error.kind, ErrorClass::Usage);
                tool_compare_fuzz::said(&error);
                continue;
            }
        };
        if subject != Subject::Comparison {
            continue;
        }
        REPORT.with_borrow_mut(|report| match report.evaluate(&gates) {
            Ok(Outcome::Answered | Outcome::No) => assert_eq!(report.gate_sentences().count(), 1),
            Err(error) => tool_compare_fuzz::said(&error),
        });
    }
});
