//! Reading of records: what loads, what is refused, and with which words.

use snapbox::{assert_data_eq, file};
use std::fmt::Write as _;
use std::io::Read;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tool_compare::internal::catalog::{Catalog, InputSource, LINE_MAX, Projection, ReadOptions, Severity, check};
use tool_compare::internal::error::{Error, Result};

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(fixture(folder))
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
}

fn open(path: impl Into<PathBuf>) -> Result<Catalog> {
    valid(Catalog::open(
        vec![InputSource::Path(path.into())],
        Projection::ALL,
        Projection::ALL,
        &ReadOptions::default(),
    )?)
}

/// `catalog`, if all its records are valid.
fn valid(catalog: Catalog) -> Result<Catalog> {
    catalog.all()?;
    Ok(catalog)
}

fn open_text(text: &str) -> Result<Catalog> {
    let places = vec![InputSource::Stream(Box::new(text.as_bytes()))];
    valid(Catalog::open(places, Projection::ALL, Projection::ALL, &ReadOptions::default())?)
}

fn slugs(catalog: &Catalog) -> Vec<&str> {
    catalog.records().iter().map(|record| record.slug.as_str()).collect()
}

/// An error as a person would see it, without colours.
fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n");
    if let Some(excerpt) = error.location.as_ref().and_then(|location| location.excerpt.as_ref()) {
        let blank = |part: &str| " ".repeat(part.chars().count());
        let mark = "^".repeat(excerpt.line[excerpt.start..excerpt.end].chars().count().max(1));
        writeln!(text, "  | {}\n  | {}{mark}", excerpt.line, blank(&excerpt.line[..excerpt.start])).expect("a string");
    }
    error.hints.iter().for_each(|hint| writeln!(text, "  = {hint}").expect("a string"));
    error.also.iter().for_each(|also| text += &shown(also));
    text.replace(&*fixture("invalid/").display().to_string(), "")
}

#[test]
fn every_invalid_file_is_refused_with_line_and_column() {
    let mut all = String::new();
    for path in files("invalid") {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let error = open(path).map(|catalog| slugs(&catalog).join(" ")).expect_err(&name);
        writeln!(all, "## {name}\n{}", shown(&error)).expect("a string");
    }
    assert_data_eq!(all, file!["snapshots/invalid.txt"].raw());
}

#[test]
fn every_edge_file_loads_by_itself_with_at_least_two_tools() {
    for path in files("edge") {
        let catalog = open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(catalog.len() >= 2, "{}", path.display());
    }
}

#[test]
fn the_embedded_records_are_the_default_and_say_so() {
    let catalog = Catalog::open(vec![InputSource::Embedded], Projection::ALL, Projection::ALL, &ReadOptions::default())
        .expect("good");
    assert_eq!(slugs(&catalog), ["gemma-3n", "smolvlm2-turbo"]);
    assert!(catalog.is_embedded());
    assert_eq!(catalog.find("Gemma 3n"), Ok(0));
    let hints = catalog.find("gemma-4").expect_err("unknown").hints;
    assert_eq!(hints[0], "did you mean `gemma-3n`?");
    assert!(hints[1].contains("embedded") && hints[2].contains("--catalog") && hints[2].contains("COMPARE_CATALOG"));
    let own = open(fixture("catalog")).expect("good");
    assert_eq!(own.records(), catalog.records());
    assert!(!own.is_embedded() && own.find("gemma-4").expect_err("unknown").hints.len() == 1);
}

#[test]
fn one_record_a_list_and_a_wrapped_list_are_the_same() {
    let one = std::fs::read_to_string(fixture("catalog/gemma-3n.json")).expect("readable");
    let expected = open_text(&one).expect("good").records().to_vec();
    let line = one.lines().map(str::trim).collect::<Vec<_>>().concat();
    for text in [
        format!("[{one}]"),
        format!("{{\"version\": 1, \"tools\": [{one}], \"more\": {{}}}}"),
        format!("\u{feff}{one}"),
        line.clone(),
        format!("\r\n{line}\r\n\r\n"),
    ] {
        assert_eq!(open_text(&text).expect("good").records(), expected, "{text}");
    }
    let second = line.replace("\"gemma-3n\"", "\"gemma-4n\"");
    assert_eq!(slugs(&open_text(&format!("{line}\n{second}")).expect("good")), ["gemma-3n", "gemma-4n"]);
}

#[test]
fn the_kind_comes_from_the_option_where_neither_extension_nor_content_tells() {
    let options = ReadOptions { input_format: Some("NDJSON"), ..ReadOptions::default() };
    let text = r#"{"slug": "a", "name": "A"}"#;
    let stream = || vec![InputSource::Stream(Box::new(text.as_bytes()))];
    assert!(Catalog::open(stream(), Projection::ALL, Projection::ALL, &options).is_ok());
    let unknown = ReadOptions { input_format: Some("yaml"), ..ReadOptions::default() };
    let error = Catalog::open(stream(), Projection::ALL, Projection::ALL, &unknown).expect_err("no such kind");
    assert!(error.message.contains("`yaml`") && error.hints[0].contains("ndjson"), "{error:?}");
    let error = open_text("slug: a\nname: A\n").expect_err("YAML");
    assert!(error.hints[0].contains("--input-format"), "{error:?}");
}

#[test]
fn paths_merge_and_directories_are_walked_in_order() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, slug: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("made");
        std::fs::write(&path, format!("{{\"slug\": \"{slug}\", \"name\": \"N\"}}")).expect("written");
    };
    write("b.json", "b");
    write("a/z.JSON", "az");
    write("a/.hidden.json", "hidden");
    write(".git/x.json", "hidden");
    write("c.ndjson", "c");
    write("notes.txt", "note");
    let catalog = open(dir.path()).expect("good");
    assert_eq!(slugs(&catalog), ["az", "b", "c"]);
    let places = ["c.ndjson", "notes.txt", "a"].map(|name| InputSource::Path(dir.path().join(name))).into();
    assert_eq!(
        slugs(&Catalog::open(places, Projection::NAMES, Projection::NAMES, &ReadOptions::default()).expect("good")),
        ["c", "note", "az"]
    );

    write("d.json", "b");
    let error = open(dir.path()).expect_err("twice");
    let [first, second] = ["b.json", "d.json"].map(|name| dir.path().join(name).display().to_string());
    assert_eq!(error.to_string(), format!("{second}:1:1: the slug `b` appears twice (first at {first}:1:1)"));
}

#[test]
fn fetch_reads_again_what_was_left_out() {
    let votes = Catalog::open(
        vec![InputSource::Path(fixture("catalog"))],
        Projection::REVIEWS,
        Projection::REVIEWS,
        &ReadOptions::default(),
    )
    .expect("good");
    let all = open(fixture("catalog")).expect("good");
    assert_ne!(votes.records(), all.records());
    let fetched = votes.fetch(&[1, 0], Projection::ALL).expect("good");
    assert_eq!([&fetched[1], &fetched[0]], [&all.records()[0], &all.records()[1]]);
    assert_eq!(votes.fetch(&[0], Projection::REVIEWS).expect("good"), votes.records()[..1]);
}

#[test]
fn a_file_that_changed_since_is_an_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a.json");
    std::fs::write(&path, r#"{"slug": "a", "name": "A"}"#).expect("written");
    let catalog = Catalog::open(
        vec![InputSource::Path(path.clone())],
        Projection::NAMES,
        Projection::NAMES,
        &ReadOptions::default(),
    )
    .expect("good");
    for text in [r#"{"slug": "b", "name": "B"}"#, "[]", "{", "{}"] {
        std::fs::write(&path, text).expect("written");
        let error = catalog.fetch(&[0], Projection::ALL).expect_err(text);
        assert!(error.message.contains("changed"), "{error}");
    }
    std::fs::remove_file(&path).expect("removed");
    assert!(catalog.fetch(&[0], Projection::ALL).is_err());
}

#[test]
fn bad_records_can_be_skipped_with_a_warning() {
    let options = ReadOptions { skip_invalid: true, ..ReadOptions::default() };
    let path = fixture("invalid/several.json");
    let catalog =
        Catalog::open(vec![InputSource::Path(path)], Projection::ALL, Projection::ALL, &options).expect("one is good");
    assert_eq!(slugs(&catalog), ["good-gadget"]);
    let warnings: Vec<_> = catalog.warnings().iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    assert_eq!(warnings[3], "2 more problems; `compare check` lists them");
    let path = fixture("invalid/score-101.json");
    let error = Catalog::open(vec![InputSource::Path(path)], Projection::ALL, Projection::ALL, &options)
        .expect_err("none is good");
    assert!(error.message.contains("no valid records") && error.also.len() == 1, "{error:?}");
}

#[test]
fn a_record_is_validated_whatever_is_asked_for() {
    let open = |text: &str, first| {
        let places = vec![InputSource::Stream(Box::new(std::io::Cursor::new(text.to_owned())))];
        valid(Catalog::open(places, first, first, &ReadOptions::default())?)
    };
    let text = r#"{"slug": "a", "name": "A", "reviews": [{"reviewer": "R", "score": 840}], "pricing": 5}"#;
    for first in [Projection::NAMES, Projection::REVIEWS, Projection::ALL] {
        assert!(open(text, first).is_err());
        assert!(open(&text.replace("840", "84"), first).is_err());
        assert!(open(&text.replace("5}", "{}}"), first).is_err());
        assert!(open(&text.replace("840", "84.x"), first).is_err());
        assert!(open(&text.replace("840", "84").replace("5}", "{}}"), first).is_ok());
    }
}

#[test]
fn deep_nesting_ends_at_a_stated_depth() {
    for text in [
        "[".repeat(100_000),
        "[{\"a\":".repeat(100_000),
        format!("{{\"slug\": \"a\", \"name\": \"A\", \"x\": {}", "[".repeat(100_000)),
        format!("{{\"slug\": \"a\", \"name\": \"A\", \"reviews\": {}", "[".repeat(100_000)),
        format!("{{\"slug\": {}", "{\"a\":".repeat(100_000)),
    ] {
        let options = ReadOptions { input_format: Some("json"), ..ReadOptions::default() };
        let error = Catalog::open(
            vec![InputSource::Stream(Box::new(text.as_bytes()))],
            Projection::ALL,
            Projection::ALL,
            &options,
        );
        let error = error.map(|catalog| catalog.len()).expect_err("too deep");
        assert!(error.message.contains("127 deep"), "{error}");
    }
}

#[test]
fn paths_that_hold_nothing_are_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let error = open(dir.path()).expect_err("an empty directory");
    assert!(error.message.contains("no records in") && error.message.contains(".ndjson"), "{error}");
    let error = open(dir.path().join("missing.json")).expect_err("missing");
    assert!(error.message.ends_with("missing.json: No such file or directory"), "{error}");
    let error = open_text("").expect_err("an empty stream");
    assert_eq!(error.to_string(), "-: the file is empty, expected records");
}

#[cfg(unix)]
mod unix {
    use super::{fixture, open, slugs};
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn endless_devices_are_refused_by_their_start() {
        for device in ["/dev/zero", "/dev/urandom"] {
            let error = open(device).expect_err(device);
            assert!(error.to_string().starts_with(device), "{error}");
        }
        assert!(open("/dev/null").expect_err("empty").message.contains("empty"));
    }

    #[test]
    fn a_pipe_is_read_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let pipe = dir.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
        let record = std::fs::read(fixture("catalog/gemma-3n.json")).expect("readable");
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, record)
        });
        let catalog = open(&pipe).expect("good");
        writer.join().expect("no panic").expect("written");
        assert_eq!(slugs(&catalog), ["gemma-3n"]);
        // A pipe among the files of a directory is left out: it would wait for a writer.
        std::fs::rename(&pipe, dir.path().join("pipe.json")).expect("renamed");
        assert!(open(dir.path()).expect_err("nothing else there").message.contains("no records"));
    }

    #[test]
    fn links_to_files_are_followed_and_loops_end() {
        let dir = tempfile::tempdir().expect("a directory");
        symlink(fixture("catalog/gemma-3n.json"), dir.path().join("a.json")).expect("linked");
        symlink(dir.path(), dir.path().join("again")).expect("linked");
        assert_eq!(slugs(&open(dir.path()).expect("good")), ["gemma-3n"]);
        let (one, two) = (dir.path().join("one.json"), dir.path().join("two.json"));
        symlink(&one, &two).expect("linked");
        symlink(&two, &one).expect("linked");
        for path in [one.as_path(), dir.path()] {
            let error = open(path).expect_err("a loop");
            assert!(error.message.contains("one.json: Too many levels of symbolic links"), "{error}");
        }
    }
}

/// A stream that never ends.
struct Endless(&'static [u8]);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.iter_mut().zip(self.0.iter().cycle()).for_each(|(to, from)| *to = *from);
        Ok(buffer.len())
    }
}

#[test]
fn an_endless_stream_of_no_text_is_refused_by_its_start() {
    for bytes in [&b"\0"[..], b"\xff\xfe{\0", b"\x80"] {
        let places = vec![InputSource::Stream(Box::new(Endless(bytes)))];
        let options = ReadOptions { input_format: Some("json"), ..ReadOptions::default() };
        assert!(Catalog::open(places, Projection::ALL, Projection::ALL, &options).is_err());
    }
}

/// A file of `lines` with records of very different lengths, and how it ends.
fn lines_file(dir: &Path, lines: usize, end: &str) -> (PathBuf, String) {
    let text = (0..lines).fold(String::new(), |text, n| {
        let prose = "é\\\"x ".repeat((n * n * 7919) % 40_000 / (1 + n % 7));
        text + &format!("{{\"slug\": \"t{n}\", \"name\": \"T {n}\", \"x\": \"{prose}\", \"reviews\": [{{\"reviewer\": \"R\", \"score\": {}, \"text\": \"w{n}\"}}]}}\n", n % 101)
    });
    let text = text.trim_end().to_owned() + end;
    let path = dir.join("lines.ndjson");
    std::fs::write(&path, &text).expect("written");
    (path, text)
}

#[test]
fn lines_are_cut_into_blocks_over_the_cores_without_loss() {
    let dir = tempfile::tempdir().expect("a directory");
    for end in ["", "\n", "\r\n\n"] {
        let (path, text) = lines_file(dir.path(), 60, end);
        assert!(text.len() > 1 << 20, "several blocks: {}", text.len());
        let list = format!("[{}]", text.trim_end().replace('\n', ","));
        let whole = open_text(&list).expect("good");
        assert_eq!(whole.len(), 60);
        for cores in [1, 2, 5] {
            let options = ReadOptions { cores: NonZero::new(cores), ..ReadOptions::default() };
            let cut = Catalog::open(vec![InputSource::Path(path.clone())], Projection::ALL, Projection::ALL, &options)
                .expect("good");
            assert_eq!(cut.records(), whole.records());
            let votes = Catalog::open(
                vec![InputSource::Path(path.clone())],
                Projection::REVIEWS,
                Projection::REVIEWS,
                &options,
            )
            .expect("good");
            let order = [59, 0, 31];
            let fetched = votes.fetch(&order, Projection::ALL).expect("good");
            assert_eq!(fetched, order.map(|index| whole.records()[index].clone()));
        }
    }
}

/// Whatever the bytes are, where they are cut changes no answer and no message.
#[test]
fn blocks_of_a_few_bytes_give_what_the_whole_gives() {
    let sheets = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path())
    };
    let mut texts: Vec<(String, String, Vec<u8>)> = files("invalid")
        .into_iter()
        .chain(files("edge"))
        .chain(files("doubtful"))
        .chain(sheets("tests/sheets"))
        .filter_map(|path| {
            let kind = path.extension()?.to_str()?.to_owned();
            Some((path.display().to_string(), kind, std::fs::read(&path).ok()?))
        })
        .filter(|(_, kind, bytes)| matches!(&**kind, "csv" | "ndjson") && bytes.len() < 1 << 11)
        .collect();
    for (name, text) in [
        ("words", "tool,reviewer,verdict\nKafka,Ana,revise\nNATS,Ben,perhaps\nNATS,Cai,later\n"),
        ("half", "tool,reviewer,verdict\nKafka,Ana,pass\nNATS,Ben,pass\nNATS,Cai,later\n"),
        ("quote", "tool,reviewer,score,text\nKafka,Ana,84,\"said \"yes\" twice\"\nNATS,Ben,70,\"a\"\n"),
    ] {
        texts.push((name.to_owned(), "csv".to_owned(), text.as_bytes().to_vec()));
    }
    texts.push((
        "mac".to_owned(),
        "ndjson".to_owned(),
        b"tool,\xacreviewer,score,verdict\rKafka,Ana,8,ship\r".to_vec(),
    ));
    for (name, kind, bytes) in texts {
        let read = |cores: usize, block: usize| {
            let options = ReadOptions {
                input_format: Some(&kind),
                cores: NonZero::new(cores),
                block: NonZero::new(block),
                ..ReadOptions::default()
            };
            let places = vec![InputSource::Stream(Box::new(&*bytes))];
            let catalog = Catalog::open(places, Projection::ALL, Projection::ALL, &options)?;
            catalog.all().map(<[_]>::to_vec)
        };
        let whole = read(1, 1 << 20);
        for (cores, block) in [(1, 16), (3, 7), (3, 100)] {
            assert_eq!(read(cores, block), whole, "{name} on {cores} cores in blocks of {block}");
        }
    }
}

/// A sheet of more than 8 MiB about 3,000 tools, each reviewed by seven.
fn large_sheet(by_tool: bool) -> String {
    let words = "steady and \"\"quick\"\", ".repeat(20);
    let row = |tool: usize, reviewer: usize| {
        let verdict = if (tool + reviewer).is_multiple_of(3) { "skip" } else { "ship" };
        let score = tool * 7 % 50 + reviewer;
        format!("tool-{tool},Tool {tool},R{reviewer},{score},{verdict},\"{reviewer} {words}\",{}\n", tool % 9)
    };
    let rows: Vec<String> = if by_tool {
        (0..3_000).flat_map(|tool| (0..7).map(move |reviewer| row(tool, reviewer))).collect()
    } else {
        (0..7).flat_map(|reviewer| (0..3_000).map(move |tool| row(tool, reviewer))).collect()
    };
    "tool,name,reviewer,score,verdict,text,tagline\n".to_owned() + &rows.concat()
}

#[test]
fn tools_of_large_sheets_are_read_again_in_full() {
    let dir = tempfile::tempdir().expect("a directory");
    let (sheet, more) = (dir.path().join("large.csv"), dir.path().join("more.json"));
    let defined =
        r#"{"slug": "tool-7", "name": "Tool 7", "description": "Seven", "reviews": [{"reviewer": "Z", "score": 1}]}"#;
    std::fs::write(&more, defined).expect("written");
    for by_tool in [true, false] {
        let text = large_sheet(by_tool);
        assert!(text.len() > 8 << 20);
        std::fs::write(&sheet, &text).expect("written");
        for paths in [vec![&sheet], vec![&sheet, &more], vec![&more, &sheet]] {
            let open = |first| {
                let places = paths.iter().map(|path| InputSource::Path((*path).clone())).collect();
                Catalog::open(places, first, Projection::ALL, &ReadOptions::default()).expect("good")
            };
            let (whole, short) = (open(Projection::ALL), open(Projection::REVIEWS));
            assert!(short.records()[5].reviews.iter().all(|review| review.remarks.text.is_none()));
            for few in [vec![2_999, 0, 7, 1_500], (0..3_000).collect()] {
                let fetched = short.fetch(&few, Projection::ALL).expect("good");
                let expected = whole.fetch(&few, Projection::ALL).expect("good");
                assert!(fetched == expected, "{by_tool} {paths:?} {}", few.len());
            }
        }
    }
    // What is wrong is found whatever is asked for, and the file may be another meanwhile.
    let places = || vec![InputSource::Path(sheet.clone())];
    let text = large_sheet(true);
    std::fs::write(&sheet, text.replacen(",7\n", ",8\n", 1)).expect("written");
    let contradicted = Catalog::open(places(), Projection::NAMES, Projection::ALL, &ReadOptions::default());
    let error = contradicted.and_then(valid).map(|catalog| catalog.len()).expect_err("two taglines");
    assert!(error.message.contains("`tagline` differs from another row"), "{error}");
    std::fs::write(&sheet, &text).expect("written");
    let catalog = Catalog::open(places(), Projection::REVIEWS, Projection::ALL, &ReadOptions::default()).expect("good");
    std::fs::write(&sheet, text.replace("R3,", "R4,").replace("R4,1", "R5,1")).expect("written");
    assert!(catalog.fetch(&[4], Projection::ALL).expect_err("changed").message.contains("changed"));
}

#[test]
fn places_in_large_sheets_are_those_of_the_cells() {
    let dir = tempfile::tempdir().expect("a directory");
    let sheet = dir.path().join("large.csv");
    let text = large_sheet(true);
    let opened = |text: &str| {
        std::fs::write(&sheet, text).expect("written");
        let places = vec![InputSource::Path(sheet.clone())];
        Catalog::open(places, Projection::REVIEWS, Projection::ALL, &ReadOptions::default()).expect("good")
    };
    // The last row but one of tool 2,000, which a row of headings and 14,000 others come before.
    let (row, line) = ("tool-2000,Tool 2000,R5,", 14_007);
    let catalog = opened(&text.replace(row, "tool-2000,Tool 2000,r5,"));
    let all = catalog.all_indices().expect("good");
    let doubts = catalog.doubts(&all, catalog.all().expect("good")).expect("good");
    let places: Vec<_> = doubts.into_iter().map(|doubt| doubt.into_error().to_string()).collect();
    assert!(places.len() == 1 && places[0].contains(&format!("large.csv:{line}:21: ")), "{places:?}");
    let twice = valid(opened(&text.replace(row, "tool-2000,Tool 2000,R1,"))).map(|catalog| catalog.len());
    let error = twice.expect_err("R1 reviews tool 2,000 twice").to_string();
    assert!(error.contains(&format!("large.csv:{line}:21: `R1` reviews tool-2000 twice")), "{error}");
}

#[test]
fn progress_ends_at_the_whole() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, text) = lines_file(dir.path(), 60, "\n");
    let seen = Mutex::new((0, 0));
    let progress = |done: u64, all: u64| {
        let mut seen = seen.lock().expect("no panic");
        *seen = (seen.0.max(done), all);
    };
    let options = ReadOptions { progress: Some(&progress), ..ReadOptions::default() };
    Catalog::open(
        vec![InputSource::Path(path), InputSource::Path(fixture("catalog"))],
        Projection::NAMES,
        Projection::NAMES,
        &options,
    )
    .expect("good");
    let all =
        text.len() as u64 + files("catalog").iter().map(|file| file.metadata().expect("there").len()).sum::<u64>();
    assert_eq!(seen.into_inner().expect("no panic"), (all, all));
}

#[test]
fn a_bad_line_deep_in_a_file_has_its_own_line_and_spoils_no_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, text) = lines_file(dir.path(), 60, "\n");
    let mut bytes = text.into_bytes();
    let line_40 = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(38).expect("long enough").0 + 1;
    for (at, byte, said) in
        [(line_40 + 11, 0xC0, "not UTF-8"), (line_40, b'x', "where a value"), (line_40 + 10, b'T', "a slug has")]
    {
        let good = std::mem::replace(&mut bytes[at], byte);
        std::fs::write(&path, &bytes).expect("written");
        bytes[at] = good;
        let error = open(&path).map(|catalog| catalog.len()).expect_err("a bad line");
        assert!(error.message.contains(said), "{error}");
        assert_eq!(error.location.as_ref().map(|location| location.line), Some(40), "{error}");
        let options = ReadOptions { skip_invalid: true, ..ReadOptions::default() };
        let catalog =
            Catalog::open(vec![InputSource::Path(path.clone())], Projection::REVIEWS, Projection::REVIEWS, &options)
                .expect("the others are good");
        assert_eq!((catalog.len(), catalog.warnings().len()), (59, 1));
    }
}

#[test]
fn a_line_beyond_the_limit_is_refused_without_being_held() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("long.ndjson");
    let long = format!("{{\"slug\": \"a\", \"name\": \"{}\"}}\n", "x".repeat(LINE_MAX + 1));
    std::fs::write(
        &path,
        [b"{\"slug\": \"b\", \"name\": \"B\"}\n", long.as_bytes(), b"{\"slug\": \"c\", \"name\": \"C\"}"].concat(),
    )
    .expect("written");
    let error = open(&path).map(|catalog| catalog.len()).expect_err("too long");
    assert!(error.to_string().contains("long.ndjson:2:1: this line is longer than 64 MiB"), "{error}");
    let options = ReadOptions { skip_invalid: true, ..ReadOptions::default() };
    assert_eq!(
        slugs(
            &Catalog::open(vec![InputSource::Path(path)], Projection::ALL, Projection::ALL, &options)
                .expect("two are good")
        ),
        ["b", "c"]
    );
}

/// All problems as a person would see them.
fn problems(path: &Path) -> String {
    let commands = ["rank", "list"];
    let places = vec![InputSource::Path(path.to_owned())];
    let found = check(places, &commands, &ReadOptions::default()).expect("the place is there");
    found.into_iter().fold(String::new(), |text, problem| {
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        let message = format!("{severity}[{}]: {}", problem.code, problem.message);
        let error = Error::data(message).at(problem.location);
        text + &shown(&match problem.help {
            Some(help) => error.hint(help),
            None => error,
        })
    })
}

#[test]
fn check_names_every_problem_of_every_file() {
    let found = problems(&fixture("doubtful")).replace(&*fixture("doubtful/").display().to_string(), "");
    assert_data_eq!(found, file!["snapshots/doubtful.txt"].raw());
}

#[test]
fn check_finds_an_error_in_every_invalid_file_and_nothing_in_the_embedded_records() {
    for path in files("invalid") {
        assert!(problems(&path).contains("error["), "{}", path.display());
    }
    assert_eq!(problems(&fixture("catalog")), "");
}
