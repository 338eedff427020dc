//! The records embedded in the program: `fixtures/catalog/`, real ones only.

use super::input::{Content, Input};
use super::kind;

/// File name and text of each embedded record.
const FILES: [(&str, &str); 2] = [
    ("gemma-3n.json", include_str!("../../fixtures/catalog/gemma-3n.json")),
    ("smolvlm2-turbo.json", include_str!("../../fixtures/catalog/smolvlm2-turbo.json")),
];

/// The embedded records as inputs.
pub(super) fn inputs() -> impl Iterator<Item = Input> {
    FILES.into_iter().map(|(name, text)| Input {
        name: format!("(embedded) {name}"),
        kind: kind::by_name("json").expect("JSON is a kind of file"),
        content: Content::Embedded(text),
    })
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn all_files_of_the_folder_are_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/catalog");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort_unstable();
        assert_eq!(names, FILES.map(|(name, _)| name));
    }
}
