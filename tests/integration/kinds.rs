//! All kinds of file give the same records and the same refusals.

use std::num::NonZero;
use std::path::Path;
use tool_compare::internal::catalog::record::Record;
use tool_compare::internal::catalog::{
    Catalog, InputSource, Projection, ReadOptions, Severity, check, write, written_kinds,
};
use tool_compare::internal::error::{Error, Result};

/// A catalog of one file for each (name, text), opened in this order.
fn open(files: &[(&str, &str)]) -> Result<Vec<Record>> {
    let dir = tempfile::tempdir().expect("a directory");
    let path = |name: &str| dir.path().join(name);
    for (name, text) in files {
        std::fs::write(path(name), text).expect("written");
    }
    let places = || files.iter().map(|(name, _)| InputSource::Path(path(name))).collect();
    let read = |first: Projection| {
        let catalog = Catalog::open(places(), first, Projection::ALL, &ReadOptions::default())?;
        let indices: Vec<usize> = (0..catalog.len()).collect();
        catalog.fetch(&indices, Projection::ALL)
    };
    let shorten = |error| shortened(error, dir.path());
    let all = read(Projection::ALL).map_err(shorten);
    for first in [Projection::NAMES, Projection::REVIEWS] {
        assert_eq!(read(first).map_err(shorten), all, "the same, whatever is read first");
    }
    all
}

fn shortened(mut error: Error, dir: &Path) -> Error {
    let dir = format!("{}/", dir.display());
    error.message = error.message.replace(&dir, "");
    error.location = error.location.map(|mut location| {
        location.file = location.file.replace(&dir, "");
        location
    });
    error
}

const JSON: &str = r#"[
  {"slug": "tin-drum", "name": "Tin Drum", "aliases": ["drum"], "category": "Toys", "reviews": [
    {"reviewer": "Ada", "score": 84, "verdict": "ship", "text": "Loud, and \"fine\"\nfor some", "date": "2026-05-20"},
    {"reviewer": "Bo", "score": 61.5, "verdict": "skip"}]},
  {"slug": "tin-whistle", "name": "Tin Whistle", "category": "Toys", "reviews": [
    {"reviewer": "Ada", "score": 70, "verdict": "ship"}, {"reviewer": "Bo", "verdict": "ship"}]}]"#;

const TOML: &str = r#"
[[tools]]
slug = "tin-drum"
name = "Tin Drum"
aliases = ["drum"]
category = "Toys"
reviews = [
  { reviewer = "Ada", score = 84, verdict = "Ship", text = "Loud, and \"fine\"\nfor some", date = 2026-05-20 },
  { reviewer = "Bo", score = 61.50, verdict = "skip" },
]
[[tools]]
slug = "tin-whistle"
name = "Tin Whistle"
category = "Toys"
[[tools.reviews]]
reviewer = "Ada"
score = 0x46
verdict = "ship"
[[tools.reviews]]
reviewer = "Bo"
verdict = "ship"
"#;

const LONG: &str = "verdict,tool,name,aliases,category,reviewer,score,text,date\n\
    ship,tin-drum,Tin Drum,drum,Toys,Ada,84/100,\"Loud, and \"\"fine\"\"\nfor some\",2026-05-20\n\
    ship,tin-whistle,Tin Whistle,,Toys,Ada,7/10,,\n\
    skip,tin-drum,,,,Bo,61.5,,\n\
    SHIP,tin-whistle,,,,Bo,,,\n";

const TOOLS: &str = "[[tools]]\nslug = \"tin-drum\"\nname = \"Tin Drum\"\naliases = [\"drum\"]\ncategory = \"Toys\"\n\
    [[tools]]\nslug = \"tin-whistle\"\nname = \"Tin Whistle\"\ncategory = \"Toys\"\n";
const ADA: &str = "tool;reviewer;score;verdict;text;date\n\
    drum;Ada;8,4/10;ship;\"Loud, and \"\"fine\"\"\nfor some\";2026-05-20\n\
    Tin Whistle;Ada;70,0;ship;;\n";
const BO: &str = "Product\tPanelist\tRating\tDecision\r\nTIN WHISTLE\tBo\t\tship\r\ntin-drum\tBo\t61.5\tskip\r\n";

#[test]
fn one_panel_in_every_kind_gives_the_same_records() {
    let expected = open(&[("a.json", JSON)]).expect("good");
    let lines: Vec<_> =
        [0, 1].map(|i| serde_json::from_str::<serde_json::Value>(JSON).expect("JSON")[i].to_string()).into();
    let ndjson = lines.join("\n");
    for files in [
        &[("a.ndjson", ndjson.as_str())][..],
        &[("a.toml", TOML)],
        &[("a.csv", LONG)],
        &[("a.csv", &LONG.replace('\n', "\r\n").replace("fine\"\"\r\n", "fine\"\"\n"))],
        &[("a.csv", &format!("\u{feff}{LONG}"))],
        &[("tools.toml", TOOLS), ("ada.csv", ADA), ("bo.tsv", BO)],
    ] {
        assert_eq!(open(files).expect("good"), expected, "{files:?}");
    }
    // Sheets may come before the tools that they are about; the reviews then stand in that order.
    let mut before = open(&[("bo.tsv", BO), ("tools.toml", TOOLS), ("ada.csv", ADA)]).expect("good");
    for record in &mut before {
        record.reviews.sort_by(|a, b| a.reviewer.cmp(&b.reviewer));
    }
    assert_eq!(before, expected);
}

#[test]
fn a_wide_sheet_has_the_scores() {
    let mut expected = open(&[("a.json", JSON)]).expect("good");
    for record in &mut expected {
        record.aliases.clear();
        record.reviews.retain(|review| review.score.is_some());
        for review in &mut record.reviews {
            (review.verdict, review.remarks.text, review.date) = (None, None, None);
        }
    }
    for sheet in [
        "tool,category,Ada,Bo\nTin Drum,Toys,84,61.5\nTin Whistle,Toys,70,\n",
        "Category;Name;Ada;Bo\nToys;Tin Drum;8,4/10;61,5\n;;;\nToys;Tin Whistle;70;\n",
        "slug\ttool\tcategory\tAda\tBo\ntin-drum\tTin Drum\tToys\t84\t61.5\ntin-whistle\tTin Whistle\tToys\t70\t\n",
    ] {
        assert_eq!(open(&[("wide.csv", sheet)]).expect("good"), expected, "{sheet}");
    }
}

#[test]
fn a_name_without_a_slug_makes_one() {
    let records = open(&[
        ("a.csv", "tool,reviewer,score\nGemma 3n (beta)!,Ada,84\n"),
        ("b.csv", "tool,reviewer,score\ngemma-3n-beta,Bo,70\n"),
    ])
    .expect("good");
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].slug.as_str(), records[0].name.as_str()), ("gemma-3n-beta", "Gemma 3n (beta)!"));
    assert_eq!(records[0].reviews.len(), 2);
}

#[test]
fn files_that_disagree_are_refused_with_both_places() {
    let message = |files: &[(&str, &str)]| open(files).expect_err("they disagree").to_string();
    assert_eq!(
        message(&[("tools.toml", TOOLS), ("ada.csv", ADA), ("again.csv", "tool,reviewer,score\ndrum,Ada,84\n")]),
        "again.csv:2:6: `Ada` reviews tin-drum twice; a reviewer may review a tool only once (first at ada.csv:2:6)"
    );
    assert_eq!(
        message(&[("a.json", JSON), ("again.csv", "tool,reviewer,score\n\ntin-drum,Bo,84\n")]),
        "again.csv:3:10: `Bo` reviews tin-drum twice; a reviewer may review a tool only once (first at a.json:4:18)"
    );
    assert_eq!(
        message(&[("tools.toml", TOOLS), ("more.csv", "tool,category,reviewer,score\ndrum,Tools,Ada,84\n")]),
        "more.csv:2:1: `category` of tin-drum differs from another file (first at tools.toml:1:1)"
    );
    assert_eq!(
        message(&[("a.json", JSON), ("tools.toml", TOOLS)]),
        "tools.toml:1:1: the slug `tin-drum` appears twice (first at a.json:2:3)"
    );
    let twins = JSON.replace("Tin Whistle", "Tin Drum");
    assert_eq!(
        message(&[("a.json", &twins), ("more.csv", "tool,reviewer,score\nTin Drum,Cyd,84\n")]),
        "more.csv:2:1: \"Tin Drum\" names several tools, write the slug of one"
    );
}

#[test]
fn many_reviewers_of_one_tool_are_told_apart_over_files() {
    // One tool with many reviewers, over two files.
    let rows = |from: usize| {
        (from..from + 20_000)
            .fold("tool,reviewer,score\n".to_owned(), |text, n| text + &format!("t,R{n},{}\n", n % 101))
    };
    let records = open(&[("a.csv", &rows(0)), ("b.csv", &rows(20_000))]).expect("good");
    assert_eq!((records.len(), records[0].reviews.len()), (1, 40_000));
}

#[test]
fn deep_toml_is_refused() {
    let deep = format!("slug = \"a\"\nname = \"A\"\nx = {}", "[".repeat(100_000));
    assert!(open(&[("deep.toml", &deep)]).is_err());
}

#[test]
fn there_and_back_loses_nothing_but_what_is_said() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> =
        std::fs::read_dir(root.join("edge")).expect("there").map(|entry| entry.expect("readable").path()).collect();
    paths.push(root.join("catalog"));
    for path in paths {
        let catalog = Catalog::open(
            vec![InputSource::Path(path.clone())],
            Projection::ALL,
            Projection::ALL,
            &ReadOptions::default(),
        )
        .expect("good");
        for kind in written_kinds() {
            let mut text = Vec::new();
            let lost = write(&catalog.records().to_vec(), kind, None, &mut text).expect("memory takes all");
            let text = String::from_utf8(text).expect("UTF-8");
            let back =
                open(&[(&format!("back.{kind}"), &text)]).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_name().expect("a file").to_string_lossy();
            if lost.iter().any(|lost| lost.contains("zero byte")) {
                assert_eq!((kind, &*name), ("csv", "hostile.json"), "{lost:?}");
                continue;
            }
            assert_eq!(back, catalog.records(), "{} as {kind}", path.display());
        }
    }
}

#[test]
fn a_sheet_that_would_run_is_said() {
    let records = open(&[("a.csv", "tool,reviewer,score,text\na,R,1,=SUM(A1)\nb,R,2,fine\n")]).expect("good");
    let lost = |kind| write(&records, kind, None, &mut Vec::new()).expect("memory takes all");
    assert_eq!(lost("csv"), ["a spreadsheet would execute a cell (first in `a`); the text is written as it is"]);
    assert_eq!(lost("toml"), [""; 0]);
    assert!(write(&records, "xlsx", None, &mut Vec::new()).is_err());
}

/// A sheet long enough for several cores, each tool's rows far apart, and `last` as its end.
fn long_sheet(texts: &[&str], last: &str) -> String {
    let mut sheet = "tool,category,reviewer,score,verdict,text\n".to_owned();
    for row in 0..24_000 {
        let (tool, reviewer, text) = (row % 3_000, row / 3_000, texts[row % texts.len()]);
        let padding = "x".repeat(row * 7 % 60);
        sheet += &format!("t-{tool},Toys,r{reviewer},{},ship,\"{padding}{text}\"\n", row % 101);
    }
    assert!(sheet.len() > 1 << 20, "{}", sheet.len());
    sheet + last
}

#[test]
fn a_long_sheet_gives_the_same_on_several_cores() {
    let plain = ["fine", "so, so", "in \"\"quotes\"\""];
    // What stands in the cells of these looks like rows, most of all where the cell ends with its line.
    let lines = ["two\nlines", "two\nt-1,Toys,ghost,50,ship,no row", "\n\nt-1,Toys,r1,51,ship,\"\"\"\"\nor this"];
    let cases = [
        (&plain[..], "", true),
        (&lines[..], "", true),
        (&lines[..], "t-3000,Toys,Ada,5,ship,a 5\" pipe\n", true),
        (&plain[..], "t-1,Toys,r9,101,ship,\n", false),
        (&plain[..], "t-1,Toys,r1,50,ship,\n", false),
        (&plain[..], "t-1,Tools,r9,50,ship,\n", false),
        (&lines[..], "t-1,Toys,\"r9,50,ship,\n", false),
    ];
    for (texts, last, good) in cases {
        let sheet = long_sheet(texts, last);
        let open = |cores| {
            let places = vec![InputSource::Stream(Box::new(sheet.as_bytes()))];
            let options =
                ReadOptions { cores: NonZero::new(cores), input_format: Some("csv"), ..ReadOptions::default() };
            Catalog::open(places, Projection::ALL, Projection::ALL, &options)?.all().map(<[Record]>::to_vec)
        };
        let one = open(1);
        assert_eq!(one.is_ok(), good, "{last:?}: {one:?}");
        for cores in [2, 3, 8] {
            assert_eq!(open(cores), one, "{cores} cores, {texts:?}, {last:?}");
        }
    }
}

#[test]
fn a_long_sheet_knows_where_its_reviews_stand_when_another_file_disagrees() {
    let sheet = long_sheet(&["fine"], "");
    let records = open(&[("long.csv", &sheet), ("more.csv", "tool,reviewer,score\nt-7,Ada,50\n")]).expect("good");
    assert_eq!((records.len(), records[7].reviews.len()), (3000, 9));
    let again = "tool,reviewer,score\nt-8,Ada,50\nt-7,r5,50\n";
    let error = open(&[("long.csv", &sheet), ("more.csv", again)]).expect_err("they disagree");
    // The heading, five rows of each tool, then the seventh after the first.
    let first = 1 + 5 * 3000 + 8;
    let expected =
        format!("`r5` reviews t-7 twice; a reviewer may review a tool only once (first at long.csv:{first}:10)");
    assert_eq!(error.to_string(), format!("more.csv:3:5: {expected}"));
}

#[test]
fn what_later_rows_and_columns_say_of_a_tool_counts_as_well() {
    let records = open(&[("a.csv", "tool,reviewer,score,pricing_entry\na,Ada,5,\na,Bob,6,Free\n")]).expect("good");
    assert_eq!(records[0].profile.pricing_entry.as_deref(), Some("Free"));
    let error = open(&[("a.csv", "tool,reviewer,score,category\na,Ada,5,\na,Bob,6,Games\na,Cy,7,Toys\n")]);
    let expected = "a.csv:4:8: `category` differs from another row of \"a\" (first at a.csv:2:1)";
    assert_eq!(error.expect_err("it differs").to_string(), expected);
}

#[test]
fn a_broken_row_spoils_none_after_it() {
    let sheet = "tool,reviewer,score\na,Ada,5\n\"b,Bob,6\na,Cy,7\na,Di,8\n";
    let places = || vec![InputSource::Stream(Box::new(sheet.as_bytes()))];
    let options = ReadOptions { input_format: Some("csv"), skip_invalid: true, ..ReadOptions::default() };
    let catalog = Catalog::open(places(), Projection::ALL, Projection::ALL, &options).expect("three are good");
    assert_eq!((catalog.warnings().len(), catalog.records()[0].reviews.len()), (1, 3));
}

#[test]
fn a_reviewer_many_times_over_is_refused_soon() {
    let mut sheet = "tool,reviewer,score\n".to_owned() + &"a,Ada,5\n".repeat(100_000) + "a,Bob,6\n";
    sheet += &"a,Ada,5\n".repeat(100_000);
    let error = open(&[("a.csv", &sheet)]).expect_err("a reviewer reviews a tool once");
    assert!(error.to_string().starts_with("a.csv:3:3: `Ada` reviews a twice"), "{error}");
}

#[test]
fn a_quote_in_a_heading_opens_nothing() {
    let sheet = "tool,reviewer,score,size 5\"\na,Ada,5,\n\"a;b;c;d;e;f;g\",Ada,6,\n";
    assert_eq!(open(&[("a.csv", sheet)]).expect("good").len(), 2);
}

#[test]
fn a_workbook_in_a_folder_is_not_left_out_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    std::fs::write(path.join("alice.XLSX"), "PK").expect("written");
    std::fs::write(path.join("~$alice.xlsx"), "open").expect("written");
    std::fs::write(path.join("notes.txt"), "none of ours").expect("written");
    let open = || {
        Catalog::open(
            vec![InputSource::Path(path.to_owned())],
            Projection::ALL,
            Projection::ALL,
            &ReadOptions::default(),
        )
    };
    let refused = open().expect_err("there are no records").hints;
    assert!(matches!(&refused[..], [hint] if hint.contains("alice.XLSX is a workbook")), "{refused:?}");

    std::fs::write(path.join("tools.json"), JSON).expect("written");
    let warnings: Vec<_> = open().expect("good").warnings().iter().map(ToString::to_string).collect();
    assert!(matches!(&warnings[..], [one] if one.contains("alice.XLSX is a workbook; save")), "{warnings:?}");
    let checked = check(vec![InputSource::Path(path.to_owned())], &[], &ReadOptions::default()).expect("a folder");
    let found: Vec<_> = checked.iter().filter(|problem| problem.code == "workbook").collect();
    assert!(matches!(found[..], [one] if one.severity == Severity::Warning), "{checked:?}");
}
