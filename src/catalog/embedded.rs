//! The records embedded in the program: `fixtures/catalog/`, real ones only.

/// File name and text of each embedded record, in JSON.
pub(super) const FILES: [(&str, &str); 2] = [
    ("gemma-3n.json", include_str!("../../fixtures/catalog/gemma-3n.json")),
    ("smolvlm2-turbo.json", include_str!("../../fixtures/catalog/smolvlm2-turbo.json")),
];

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
