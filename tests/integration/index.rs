//! The index that is kept of a large catalog: never needed, never trusted.

use proptest::collection;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tool_compare::internal::catalog::record::Record;
use tool_compare::internal::catalog::{Catalog, InputSource, Projection, ReadOptions};
use tool_compare::internal::error::Result;

/// A catalog of more than 1 MiB in a folder that also has room for a cache.
fn large(dir: &Path) -> PathBuf {
    let prose = "prose ".repeat(200);
    let text = (0..1100).fold(String::new(), |text, n| {
        let verdict = if n % 3 == 0 { "skip" } else { "ship" };
        text + &format!(
            "{{\"slug\": \"tool-{n}\", \"name\": \"Tool {n}\", \"aliases\": [\"t{n}\"], \"category\": \"C\", \"tagline\": \"{prose}\", \
             \"reviews\": [{{\"reviewer\": \"R{}\", \"score\": 50, \"verdict\": \"{verdict}\"}}]}}\n",
            n % 5
        )
    });
    assert!(text.len() > 1 << 20);
    let path = dir.join("large.ndjson");
    std::fs::write(&path, text).expect("written");
    path
}

fn open(path: &Path, need: Projection, cache: Option<&Path>) -> Catalog {
    let options = ReadOptions { cache, ..ReadOptions::default() };
    Catalog::open(vec![InputSource::Path(path.to_owned())], need, need, &options).expect("good")
}

/// The one file of a cache folder.
fn cached(dir: &Path) -> PathBuf {
    let files: Vec<_> = std::fs::read_dir(dir).expect("there").map(|entry| entry.expect("readable").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

/// All that the index of a catalog says.
fn everything(catalog: &Catalog) -> String {
    let (tools, mut all) = (catalog.tool_index(), String::new());
    for rank in 0..tools.len() {
        let tool = tools.tool(rank);
        let (slug, name) = (tool.record.slug.to_string(), tool.record.name.to_string());
        let meant = [slug, name].iter().chain(&tool.record.aliases).map(|word| tools.meant(word)).collect::<Vec<_>>();
        all += &format!("{tool:?} {meant:?}\n");
    }
    format!("{all}{:?}", tools.lists())
}

/// The catalog at `path`, opened with the cache, must say what it says when it is opened without, as `without` was.
fn same_with(cache: &Path, path: &Path, without: &Catalog) {
    let with = open(path, Projection::NAMES, Some(cache));
    assert!(everything(&with) == everything(without));
    assert_eq!(with.len(), without.len());
    let found = |catalog: &Catalog, query: &str| -> Result<Record> {
        Ok(catalog.fetch(&[catalog.find(query)?], Projection::ALL)?.remove(0))
    };
    for query in ["tool-7", "t8", "Tool 9", "TOOL10", "nothing", "tool-1099"] {
        assert_eq!(found(&with, query), found(without, query), "{query}");
    }
}

fn same_as_without(path: &Path, cache: &Path) {
    same_with(cache, path, &open(path, Projection::REVIEWS, None));
}

#[test]
fn a_cache_is_made_in_passing_and_says_the_same() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache/compare"));
    let plain = open(&path, Projection::REVIEWS, None);
    same_with(&cache, &path, &plain);
    let made = std::fs::metadata(cached(&cache)).expect("made").modified().expect("a time");
    same_with(&cache, &path, &plain);
    open(&path, Projection::REVIEWS, Some(&cache));
    assert_eq!(
        std::fs::metadata(cached(&cache)).expect("there").modified().expect("a time"),
        made,
        "not written again"
    );
}

#[test]
fn a_broken_cache_is_ignored_and_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    let plain = open(&path, Projection::REVIEWS, None);
    open(&path, Projection::REVIEWS, Some(&cache));
    let file = cached(&cache);
    let good = std::fs::read(&file).expect("readable");
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let mut version = good.clone();
    version[6] = b'0';
    for bad in [
        &good[..good.len() / 2],
        b"",
        b"cmpidx1\n",
        &flipped,
        &version,
        &[good.as_slice(), b"x"].concat(),
        &vec![0xFF; 4096],
    ] {
        std::fs::write(&file, bad).expect("written");
        same_with(&cache, &path, &plain);
        assert_eq!(std::fs::read(&file).expect("readable"), good, "replaced by a good one");
    }
}

#[test]
fn whatever_is_broken_of_a_cache_the_answers_are_the_same() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    let plain = open(&path, Projection::REVIEWS, None);
    open(&path, Projection::REVIEWS, Some(&cache));
    let file = cached(&cache);
    let good = std::fs::read(&file).expect("readable");
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        std::fs::write(&file, &bad).expect("written");
        same_with(&cache, &path, &plain);
    }
}

/// What is asked of a catalog while TAB is pressed.
fn asked(catalog: &Catalog, words: &[String]) -> String {
    let mut all = String::new();
    for word in words {
        let tools = catalog.tool_index();
        let found = catalog.find(word).map(|at| catalog.records()[at].slug.clone());
        all += &format!(
            "{word} {:?} {:?} {:?} {:?}\n",
            tools.with_prefix(word),
            tools.meant(word),
            tools.rank(word),
            found.map_err(|error| error.message),
        );
    }
    all
}

/// Slugs, each with a name and an alias.
fn tools(count: std::ops::Range<usize>) -> impl Strategy<Value = BTreeMap<String, (String, String)>> {
    collection::btree_map("[ab1][ab1.-]{0,4}", ("[AaBbΣςσİi\u{307}!📝 ]{1,4}", "[abσΣ! ]{1,3}"), count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cache_answers_as_the_records_do(
        // Often about as many as are asked for below.
        tools in prop_oneof![tools(17..23), tools(1..1300)],
        words in collection::vec("[abAB1.ΣσİI! -]{0,4}", 40),
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, cache) = (dir.path().join("large.ndjson"), dir.path().join("cache"));
        // Of both large enough, and in another order than that of the slugs.
        let padding = "x".repeat((1 << 20) / tools.len() + 1);
        let text = tools.iter().rev().fold(String::new(), |text, (slug, (name, alias))| {
            let name = if name.trim().is_empty() { "a" } else { name };
            let alias = if alias.trim().is_empty() { "a" } else { alias };
            text + &format!(
                "{{\"slug\":\"{slug}\",\"name\":\"{name}\",\"aliases\":[\"{alias}\"],\"tagline\":\"{padding}\"}}\n"
            )
        });
        std::fs::write(&path, text).expect("written");
        let plain = open(&path, Projection::REVIEWS, None);
        open(&path, Projection::NAMES, Some(&cache));
        cached(&cache);
        let quick = open(&path, Projection::NAMES, Some(&cache));
        let slugs: Vec<String> = tools.keys().step_by(29).cloned().collect();
        let names: Vec<String> = tools.values().step_by(31).flat_map(|(name, alias)| [name.clone(), alias.clone()]).collect();
        let words = [words, slugs, names].concat();
        let (quickly, plainly) = (asked(&quick, &words), asked(&plain, &words));
        let differing = quickly.lines().zip(plainly.lines()).find(|(quick, plain)| quick != plain);
        prop_assert!(quickly == plainly, "{:?}", differing);
        prop_assert!(everything(&quick) == everything(&plain));
    }
}

#[test]
fn a_cache_of_another_state_is_not_used() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    open(&path, Projection::NAMES, Some(&cache));
    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, text.replace("\"tool-7\"", "\"tool-x\"")).expect("written");
    assert!(open(&path, Projection::NAMES, Some(&cache)).find("tool-x").is_ok());
    same_as_without(&path, &cache);
}

#[test]
fn a_record_that_moved_under_an_index_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    open(&path, Projection::NAMES, Some(&cache));
    let catalog = open(&path, Projection::NAMES, Some(&cache));
    let text = std::fs::read_to_string(&path).expect("readable");
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    std::fs::write(&path, lines.join("\n")).expect("written");
    let found = catalog.find("tool-7").expect("it is known");
    let error = catalog.fetch(&[found], Projection::ALL).expect_err("it is elsewhere");
    assert!(error.message.contains("the file changed while it was read"), "{error}");
}

#[test]
fn what_is_too_large_to_be_read_now_is_taken_from_a_cache() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    let little = |names_only| {
        let options = ReadOptions { cache: Some(&cache), most: Some(1 << 20), names_only, ..ReadOptions::default() };
        Catalog::open(vec![InputSource::Path(path.clone())], Projection::REVIEWS, Projection::REVIEWS, &options)
    };
    assert!(little(true).expect_err("too large").message.contains("too large"));
    assert!(!cache.exists());
    open(&path, Projection::REVIEWS, Some(&cache));
    assert_eq!(little(true).expect("cached").len(), 1100);
    assert!(little(false).is_err());
}

#[test]
fn a_broken_cache_of_a_catalog_that_is_too_large_to_be_read_now_is_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    open(&path, Projection::REVIEWS, Some(&cache));
    let file = cached(&cache);
    let mut bad = std::fs::read(&file).expect("readable");
    bad[0] ^= 1;
    std::fs::write(&file, bad).expect("written");
    let options = ReadOptions { cache: Some(&cache), most: Some(1 << 20), names_only: true, ..ReadOptions::default() };
    let place = InputSource::Path(path.clone());
    let catalog = Catalog::open(vec![place], Projection::NAMES, Projection::NAMES, &options).expect("cached");
    assert_eq!(catalog.tool_index().rank("tool-7"), None, "its slug is in the first page, which is damaged");
    assert!(!file.exists());
    same_as_without(&path, &cache);
}

#[test]
fn what_an_ended_process_left_behind_is_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    std::fs::create_dir(&cache).expect("made");
    let left = |name: &str, hours: u64| {
        let path = cache.join(name);
        let file = std::fs::File::create(&path).expect("made");
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(hours * 3600)).expect("set");
        path
    };
    let (old, new, other) = (left(".unfinished-a", 2), left(".unfinished-b", 0), left("names-mine", 2));
    open(&path, Projection::NAMES, Some(&cache));
    assert!(!old.exists() && new.exists() && other.exists());
}

#[test]
fn no_place_for_a_cache_is_no_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = large(dir.path());
    let file = dir.path().join("a-file");
    std::fs::write(&file, "x").expect("written");
    same_as_without(&path, &file);
    same_as_without(&path, &file.join("below"));
    same_as_without(&path, Path::new("/dev/null"));
}

#[test]
fn processes_at_once_do_not_disturb_each_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, cache) = (large(dir.path()), dir.path().join("cache"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| same_as_without(&path, &cache));
        }
    });
    cached(&cache);
}

#[test]
fn small_catalogs_and_sheets_have_none_and_bad_verdicts_change_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = dir.path().join("cache");
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/catalog");
    open(&small, Projection::NAMES, Some(&cache));
    assert!(!cache.exists());
    let path = large(dir.path());
    let text = std::fs::read_to_string(&path).expect("readable").replacen("\"ship\"", "\"maybe\"", 1);
    std::fs::write(&path, text).expect("written");
    assert_eq!(open(&path, Projection::NAMES, Some(&cache)).len(), 1100);
    assert!(!cache.exists());
}
