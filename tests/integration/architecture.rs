//! Imports run one way: catalog, verdict, report, format, driven from cli. Read from the sources, and so is the list of
//! files in ARCHITECTURE.md.

use super::support::root;
use std::path::{Path, PathBuf};

/// The layers from left to right. A layer may name itself and those before it.
const LAYERS: [&str; 13] = [
    "error", "ci_log", "text", "locate", "open", "cores", "sort", "suggest", "catalog", "verdict", "report", "format",
    "cli",
];

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
    let text = text.split("mod tests {").next().unwrap_or_default();
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

/// The first sentence of a source file's own documentation.
fn purpose(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a readable source");
    let lines = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph
        .match_indices(['.', ':'])
        .map(|(at, _)| at + 1)
        .find(|&at| paragraph[..at].ends_with('.') && paragraph[at..].starts_with(' ') || at == paragraph.len());
    let sentence = paragraph[..end.unwrap_or(paragraph.len())].trim_end_matches('.').replace('|', "\\|");
    assert!(!sentence.is_empty(), "{} does not say what it is", path.display());
    sentence
}

#[test]
fn architecture_lists_every_file() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    files.sort_by_cached_key(|file| (file.parent().map(Path::to_owned), file.clone()));
    let mut list = String::new();
    let mut folder = PathBuf::new();
    for file in &files {
        let below = file.strip_prefix(root().join("src")).expect("below src");
        let parent = below.parent().expect("a folder");
        if list.is_empty() || parent != folder {
            folder = parent.to_owned();
            list += &format!(
                "\n### `src/{}`\n\n| file | |\n| --- | --- |\n",
                format!("{}/", folder.display()).trim_start_matches('/')
            );
        }
        let name = below.file_name().expect("a name").to_string_lossy();
        list += &format!("| `{name}` | {} |\n", purpose(file));
    }
    let path = root().join("ARCHITECTURE.md");
    let text = std::fs::read_to_string(&path).expect("the text");
    let (before, rest) = text.split_once("<!-- files -->\n").expect("a mark");
    let (_, after) = rest.split_once("<!-- /files -->").expect("a mark");
    super::support::assert_text("ARCHITECTURE.md", &format!("{before}<!-- files -->\n{list}\n<!-- /files -->{after}"));
}

/// What the prose of ARCHITECTURE.md names is there.
#[test]
fn architecture_names_no_file_that_is_gone() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the text");
    let (prose, rest) = text.split_once("<!-- files -->").expect("a mark");
    let after = rest.split_once("<!-- /files -->").expect("a mark").1;
    let mut named = 0;
    for code in [prose, after].into_iter().flat_map(|text| text.split('`').skip(1).step_by(2)) {
        if code.contains(' ') || !(code.ends_with('/') || code.contains('/') && code.contains('.')) {
            continue;
        }
        let places = [root().join(code), root().join("src").join(code)];
        assert!(places.iter().any(|place| place.exists()), "{code} is not there");
        named += 1;
    }
    assert!(named > 30, "only {named} places were checked");
}
