#![no_main]
//! Any bytes as a `.ndjson` file.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tool_compare_fuzz::reader("ndjson", bytes));
