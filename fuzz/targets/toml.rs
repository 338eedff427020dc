#![no_main]
//! Any bytes as a `.toml` file.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tool_compare_fuzz::reader("toml", bytes));
