//! The schemas are those of the types, every document and every record keeps them, and what they
//! refuse the reader refuses too.

use super::support::{catalogs, compare, stdout, stem};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tool_compare::internal::report::SCHEMAS;

fn validator(name: &str) -> Validator {
    let named = SCHEMAS.iter().find(|schema| schema.name == name).expect("a schema");
    jsonschema::draft202012::new(&named.value()).expect("a good schema")
}

/// Fails with what the schema says against `value`.
fn keeps(validator: &Validator, value: &Value, what: &str) {
    let problems: Vec<String> =
        validator.iter_errors(value).map(|problem| format!("{}: {problem}", problem.instance_path())).collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}");
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The first tool of a catalog.
fn first_slug(path: &std::path::Path) -> String {
    let output = compare().args(["list", "-f", "json", "-c"]).arg(path).output().expect("runs");
    let listed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    listed["tools"][0]["slug"].as_str().expect("a slug").to_owned()
}

fn fixtures() -> Vec<std::path::PathBuf> {
    let mut all = catalogs("fixtures/edge");
    all.extend(catalogs("fixtures/catalog"));
    all
}

#[test]
fn each_file_is_a_schema_that_is_printed() {
    let mut expected = BTreeSet::new();
    for schema in &SCHEMAS {
        let name = format!("{}.json", schema.name);
        assert_eq!(stdout(&format!("schema {}", schema.name)), schema.text);
        expected.insert(name);
    }
    let found: BTreeSet<String> = catalogs("schema")
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_schema_is_one_and_is_listed() {
    let listed = stdout("schema");
    for schema in &SCHEMAS {
        assert!(jsonschema::draft202012::meta::is_valid(&schema.value()), "{}", schema.name);
        assert!(listed.contains(schema.name) && listed.contains(schema.about), "{}", schema.name);
    }
    for refused in ["schema nosuch", "schema record -f csv", "-o record.json schema record"] {
        assert_eq!(super::support::run(refused).status.code(), Some(2), "{refused}");
    }
    assert_eq!(stdout("schema record -f json"), stdout("schema record"));
}

#[test]
fn documents_of_every_kind_keep_their_schemas() {
    let (comparison, tool, ranking) = (validator("comparison"), validator("tool"), validator("ranking"));
    let listing = validator("listing");
    for fixture in fixtures() {
        let slug = first_slug(&fixture);
        for (schema, args) in [
            (&comparison, &["--all"][..]),
            (&comparison, &["--all", "--reviews"]),
            (&tool, &["show", &slug]),
            (&ranking, &["list"]),
            (&ranking, &["rank", "--reviews", "--by", "mean"]),
        ] {
            let output = compare().args(args).args(["-f", "json", "-c"]).arg(&fixture).output().expect("runs");
            let said = String::from_utf8_lossy(&output.stderr);
            let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {said}"));
            keeps(schema, &document, &format!("{args:?} of {}", fixture.display()));
        }
    }
    for args in ["formats", "schema"] {
        keeps(&listing, &parsed(&stdout(&format!("{args} -f json"))), args);
    }
}

#[test]
fn a_field_that_is_missing_or_of_another_type_breaks_the_schema() {
    let comparison = validator("comparison");
    let document = parsed(&stdout("gemma-3n smolvlm2-turbo -f json"));
    keeps(&comparison, &document, "the built-in pair");
    for (pointer, field) in [
        ("", "schema_version"),
        ("", "gates"),
        ("/tools/0", "tagline"),
        ("/tools/0/panel", "ship_ratio_interval"),
        ("/tools/0/panel/score", "mean"),
        ("/tools/0/reviews/0", "difference"),
        ("/pairs/0", "p_value"),
        ("/decision", "rival"),
    ] {
        for replacement in [None, Some(json!({"of": "another type"}))] {
            let mut broken = document.clone();
            let object = broken.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object");
            match &replacement {
                None => object.remove(field).map(drop).expect("a field"),
                Some(other) => drop(object.insert(field.to_owned(), other.clone())),
            }
            assert!(!comparison.is_valid(&broken), "{pointer}/{field} as {replacement:?}");
        }
    }
    for (field, wrong) in [("schema_version", json!(2)), ("kind", json!("tool"))] {
        let mut broken = document.clone();
        broken[field] = wrong;
        assert!(!comparison.is_valid(&broken), "{field}");
    }
    let mut more = document;
    more["added_later"] = json!(1);
    keeps(&comparison, &more, "fields may be added within a version");
}

#[test]
fn every_fixture_record_keeps_the_schema() {
    let (record, records) = (validator("record"), validator("records"));
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).expect("a fixture");
        match path.extension().and_then(std::ffi::OsStr::to_str) {
            Some("json") => keeps(&records, &parsed(&text), &path.display().to_string()),
            Some("ndjson") => {
                for line in text.lines() {
                    keeps(&record, &parsed(line), &path.display().to_string());
                }
            }
            other => assert!(matches!(other, Some("csv" | "toml")), "{}", path.display()),
        }
    }
}

/// What is wrong with these is beyond a schema: keys and slugs that stand twice, days that no calendar has, digits
/// after the sixth decimal.
const BEYOND: [&str; 9] = [
    "slug-missing",
    "date-30-february",
    "key-twice-pricing",
    "key-twice-record",
    "key-twice-review",
    "key-twice-votes",
    "reviewer-twice",
    "no-records",
    "tools-twice",
];

#[test]
fn invalid_fixtures_break_the_schema() {
    let records = validator("records");
    let mut checked = 0;
    for path in catalogs("fixtures/invalid") {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a fixture");
        let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let name = stem(&path);
        assert_eq!(records.is_valid(&value), BEYOND.contains(&name.as_str()), "{name}");
        checked += 1;
    }
    assert!(checked > 25, "{checked}");
}

/// What the reader and the schema both make of a record.
#[test]
fn the_schema_says_what_the_reader_does() {
    let record = validator("record");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.json");
    let review = |review: Value| json!({"slug": "a", "name": "A", "reviews": [review]});
    let with = |field: &str, value: Value| {
        let mut record = json!({"slug": "a", "name": "A"});
        record[field] = value;
        record
    };
    let mut variants = vec![
        json!({"slug": "a", "name": "A", "no_such_field": 1}),
        json!({"name": "A"}),
        json!({"slug": "a"}),
        json!({"slug": "a", "name": "A", "community": {"ship": 1}}),
        json!({"slug": "a", "name": "A", "community": {"ship": null, "skip": "2"}}),
        json!({"slug": "a", "name": "A", "community": {"ship": -1}}),
        json!({"slug": "a", "name": "A", "community": {"ship": "many"}}),
        json!({"slug": "a", "name": "A", "source": {"label": null}}),
        json!({"slug": "a", "name": "A", "pricing": {"entry": 5}}),
        with("aliases", json!(["b", 5])),
        with("aliases", json!([" "])),
        with("name", json!(" ")),
        with("name", json!(null)),
        with("slug", json!("-a")),
        with("slug", json!("x".repeat(129))),
        with("tagline", json!(5)),
        with("reviews", json!([null])),
        review(json!({"score": 5})),
        review(json!({"reviewer": " ", "score": 5})),
        review(json!({"reviewer": "Ada"})),
        review(json!({"reviewer": "Ada", "score": null, "verdict": ""})),
        review(json!({"reviewer": "Ada", "score": null, "verdict": " SHIP "})),
        review(json!({"reviewer": "Ada", "text": 5, "verdict": "ship"})),
        review(json!({"reviewer": "Ada", "verdict": "ships"})),
        review(json!({"reviewer": "Ada", "verdict": true})),
        review(json!({"reviewer": "Ada", "score": 5, "date": "2026-05-20"})),
        review(json!({"reviewer": "Ada", "score": 5, "date": "20 May"})),
        review(json!({"reviewer": "Ada", "score": 5, "date": ""})),
    ];
    for field in ["tagline", "description", "category", "url", "best_for", "pricing", "source", "community", "reviews"]
    {
        variants.extend([with(field, json!(null)), with(field, json!(true))]);
    }
    for score in
        [json!(-1), json!(0), json!(99.5), json!(101), json!("8.4/10"), json!("84"), json!("4 / 5"), json!("x")]
    {
        variants.push(review(json!({"reviewer": "Ada", "score": score})));
    }
    for variant in variants {
        std::fs::write(&path, variant.to_string()).expect("written");
        // `show` reads every field.
        let output = compare().args(["show", "a", "-c"]).arg(&path).output().expect("runs");
        let read = output.status.success();
        assert_eq!(record.is_valid(&variant), read, "{variant}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
