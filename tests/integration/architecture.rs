//! Imports run one way: catalog, verdict, report, format, driven from cli. Read from the sources.

use super::support::root;
use std::path::{Path, PathBuf};

/// The layers from left to right. A layer may name itself and those before it.
const LAYERS: [&str; 11] =
    ["error", "ci_log", "text", "open", "cores", "suggest", "catalog", "verdict", "report", "format", "cli"];

/// What only the edge may name.
const EDGE_ONLY: [&str; 5] = ["clap::", "clap_complete::", "indicatif::", "std::env", "crate::cli"];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The layer of a source file: the first part of its path below `src`.
fn layer(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).expect("below src");
    let first = below.components().next().expect("a part").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file, without its comments and without its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a readable source");
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_run_from_right_to_left_only() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut checked = 0;
    for file in files {
        let layer = layer(&file);
        let Some(place) = LAYERS.iter().position(|name| *name == layer) else {
            assert!(matches!(layer.as_str(), "lib" | "main" | "bin"), "{} belongs to no layer", file.display());
            continue;
        };
        let code = code(&file);
        for right in &LAYERS[place + 1..] {
            assert!(
                !code.contains(&format!("crate::{right}")),
                "{} names {right}, which is to its right",
                file.display()
            );
        }
        if layer != "cli" {
            for edge in EDGE_ONLY {
                assert!(!code.contains(edge), "{} names {edge}", file.display());
            }
        }
        checked += 1;
    }
    assert!(checked > 20, "only {checked} files were checked");
}
