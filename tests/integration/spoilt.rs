//! One field of a random panel is spoilt, in every kind of file and arrangement of files: all commands that use the
//! tool refuse it alike, all others answer.

use super::support::session;
use proptest::prelude::*;
use std::path::Path;

/// A review as its cells: reviewer, score, verdict, date.
type Review = [String; 4];

/// The tools `tool-0`, `tool-1` ... by their reviews.
type Panel = Vec<Vec<Review>>;

/// How a panel is kept in files.
#[derive(Clone, Copy, Debug)]
enum Arrangement {
    Ndjson,
    JsonList,
    JsonFiles,
    Toml,
    LongSheet,
    SheetPerReviewer,
    JsonAndSheet,
}

const ARRANGEMENTS: [Arrangement; 7] = [
    Arrangement::Ndjson,
    Arrangement::JsonList,
    Arrangement::JsonFiles,
    Arrangement::Toml,
    Arrangement::LongSheet,
    Arrangement::SheetPerReviewer,
    Arrangement::JsonAndSheet,
];

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json(tool: usize, reviews: &[Review]) -> String {
    let reviews: Vec<String> = reviews
        .iter()
        .map(|[reviewer, score, verdict, date]| {
            let score = if score.parse::<f64>().is_ok() { score.clone() } else { quoted(score) };
            format!(
                "{{\"reviewer\": {}, \"score\": {score}, \"verdict\": {}, \"date\": {}}}",
                quoted(reviewer),
                quoted(verdict),
                quoted(date)
            )
        })
        .collect();
    format!("{{\"slug\": \"tool-{tool}\", \"name\": \"Tool {tool}\", \"reviews\": [{}]}}", reviews.join(", "))
}

fn toml(tool: usize, reviews: &[Review]) -> String {
    let reviews = reviews.iter().map(|[reviewer, score, verdict, date]| {
        let (reviewer, score, verdict, date) = (quoted(reviewer), quoted(score), quoted(verdict), quoted(date));
        format!("[[tools.reviews]]\nreviewer = {reviewer}\nscore = {score}\nverdict = {verdict}\ndate = {date}\n")
    });
    format!("[[tools]]\nslug = \"tool-{tool}\"\nname = \"Tool {tool}\"\n{}", reviews.collect::<String>())
}

fn sheet<'r>(rows: impl Iterator<Item = (usize, &'r Review)>) -> String {
    let rows = rows.map(|(tool, review)| format!("tool-{tool},{}\n", review.join(",")));
    "tool,reviewer,score,verdict,date\n".to_owned() + &rows.collect::<String>()
}

/// Writes `panel` into `folder`.
fn write(panel: &Panel, arrangement: Arrangement, folder: &Path) {
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).expect("written");
    let rows = || panel.iter().enumerate().flat_map(|(tool, reviews)| reviews.iter().map(move |review| (tool, review)));
    let records = || panel.iter().enumerate().map(|(tool, reviews)| json(tool, reviews)).collect::<Vec<_>>();
    match arrangement {
        Arrangement::Ndjson => write("t.ndjson", records().join("\n")),
        Arrangement::JsonList => write("t.json", format!("[\n{}\n]", records().join(",\n"))),
        Arrangement::JsonFiles => {
            records().into_iter().enumerate().for_each(|(tool, record)| write(&format!("{tool}.json"), record));
        }
        Arrangement::Toml => {
            write("t.toml", panel.iter().enumerate().map(|(tool, reviews)| toml(tool, reviews)).collect());
        }
        Arrangement::LongSheet => write("t.csv", sheet(rows())),
        Arrangement::SheetPerReviewer => {
            for place in 0..4 {
                let of = panel.iter().enumerate().filter_map(|(tool, reviews)| Some((tool, reviews.get(place)?)));
                write(&format!("{place}.csv"), sheet(of));
            }
        }
        Arrangement::JsonAndSheet => {
            let first: Vec<_> = panel.iter().enumerate().map(|(tool, reviews)| json(tool, &reviews[..1])).collect();
            write("t.json", format!("[{}]", first.join(",\n")));
            let others =
                panel.iter().enumerate().flat_map(|(tool, reviews)| reviews[1..].iter().map(move |r| (tool, r)));
            write("t.csv", sheet(others));
        }
    }
}

/// The ways to spoil a review; what is put there must be an error whatever else the panel holds.
fn spoil(reviews: &mut [Review], which: usize, how: usize) {
    let other = reviews[(which + 1) % reviews.len()][0].clone();
    let review = &mut reviews[which];
    match how {
        0 => "101".clone_into(&mut review[1]),
        1 => "8O".clone_into(&mut review[1]),
        2 => "-1e-30".clone_into(&mut review[1]),
        3 => "maybe".clone_into(&mut review[2]),
        4 => "2026-02-30".clone_into(&mut review[3]),
        5 => " ".clone_into(&mut review[0]),
        6 => review[0] = other, // one reviewer twice
        _ => (review[1], review[2]) = (String::new(), String::new()),
    }
}

fn panel() -> impl Strategy<Value = Panel> {
    let review = (0..=100_u32, prop::bool::ANY, 1..=28_u32);
    let reviews = prop::collection::vec(review, 2..5);
    prop::collection::vec(reviews, 2..5).prop_map(|tools| {
        let review = |(place, (score, ship, day)): (usize, (u32, bool, u32))| {
            let verdict = if ship { "ship" } else { "skip" };
            [format!("r{place}"), score.to_string(), verdict.to_owned(), format!("2026-05-{day:02}")]
        };
        tools.into_iter().map(|reviews| reviews.into_iter().enumerate().map(review).collect()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_spoilt_field_is_refused_alike_by_every_command_that_uses_it(
        panel in panel(), tool in 0..100_usize, review in 0..100_usize, how in 0..8_usize,
    ) {
        let (mut spoilt, tool) = (panel.clone(), tool % panel.len());
        let which = review % panel[tool].len();
        spoil(&mut spoilt[tool], which, how);
        let [bad, good] = [tool, (tool + 1) % panel.len()].map(|tool| format!("tool-{tool}"));
        for arrangement in ARRANGEMENTS {
            let folder = tempfile::tempdir().expect("a folder");
            let catalog = folder.path().to_str().expect("UTF-8");
            let run = |words: &[&str]| session(&[words, &["-q", "-c", catalog]].concat());
            let using: [&[&str]; 9] = [
                &["list"], &["rank"], &["--all"], &["convert", "-o", "json=-"], &["show", &bad], &[&bad, &good],
                &["vs", &good, &bad], &["convert", &bad, "-o", "csv=-"], &[&bad, &good, "--gate", "any:score.n<99"],
            ];
            let others: [&[&str]; 2] = [&["show", &good], &["convert", &good, "-o", "toml=-"]];
            write(&panel, arrangement, folder.path());
            for words in using.iter().chain(&others) {
                let run = run(words);
                prop_assert!(run.status == 0, "{arrangement:?} {words:?}: {}", run.stderr);
            }
            write(&spoilt, arrangement, folder.path());
            let mut refusals = std::collections::BTreeSet::new();
            for words in using {
                let run = run(words);
                prop_assert!(run.status == 2 && run.stdout.is_empty(), "{arrangement:?} {words:?} answered");
                refusals.insert(run.stderr.lines().next().unwrap_or_default().to_owned());
            }
            prop_assert!(refusals.len() == 1, "{arrangement:?}: {refusals:?}");
            let check = session(&["check", "-f", "github", catalog]);
            let refusal = refusals.pop_first().expect("one");
            let message = refusal.rsplit_once(": ").map_or("", |(_, message)| message).to_owned();
            let (line, _) = refusal.split_once(": ").and_then(|(_, rest)| rest.split_once(": ")).expect("a place");
            let line = line.rsplit(':').nth(1).expect("a line");
            prop_assert!(check.status == 1 && check.stdout.contains(&format!("line={line},")), "{refusal} {message}: {}", check.stdout);
            for words in others {
                let run = run(words);
                prop_assert!(run.status == 0, "{arrangement:?} {words:?}: {}", run.stderr);
            }
        }
    }
}
