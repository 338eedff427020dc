//! `compare changes`: two states of the records, in git and without, and what decides.

use super::support::{compare, is_hostile, root, skip};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tool_compare::internal::report::SCHEMAS;

/// A repository of its own, with the embedded records in `tools/` as its only commit on `main`.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// `None` where there is no git.
    pub(crate) fn new() -> Option<Self> {
        let here = Self { folder: tempfile::tempdir().expect("a folder") };
        if !Command::new("git").arg("--version").output().is_ok_and(|output| output.status.success()) {
            skip("git is not installed");
            return None;
        }
        here.git("init -q -b main");
        fs::create_dir(here.path("tools")).expect("made");
        for slug in ["gemma-3n", "smolvlm2-turbo"] {
            let name = format!("{slug}.json");
            fs::copy(root().join("fixtures/catalog").join(&name), here.path("tools").join(&name)).expect("copied");
        }
        here.write("compare.toml", "catalog = [\"tools\"]\n");
        here.commit();
        Some(here)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// The folder of the work tree.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn git(&self, args: &str) -> String {
        git(self.folder.path(), args)
    }

    pub(crate) fn commit(&self) {
        self.git("add -A");
        self.git("commit -q --allow-empty -m x");
    }

    /// The record of a tool, changed by `change`.
    pub(crate) fn edit(&self, slug: &str, change: impl FnOnce(&mut Value)) {
        let path = self.path(&format!("tools/{slug}.json"));
        let mut record: Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
        change(&mut record);
        fs::write(path, serde_json::to_string_pretty(&record).expect("JSON")).expect("written");
    }

    /// The branch `pr`: Founder changes from 52 skip to 75 ship, Auditor adds 95, the price changes.
    pub(crate) fn branch(&self) {
        self.git("checkout -q -b pr");
        self.edit("gemma-3n", |record| {
            let reviews = record["reviews"].as_array_mut().expect("reviews");
            let founder = reviews.iter_mut().find(|review| review["reviewer"] == "Founder").expect("Founder");
            founder["score"] = json!(75);
            founder["verdict"] = json!("ship");
            reviews.push(json!({"reviewer": "Auditor", "score": 95, "verdict": "ship"}));
            record["pricing"]["entry"] = json!("Paid");
        });
        self.commit();
    }

    fn run(&self, args: &[&str]) -> Output {
        changes(self.folder.path(), args)
    }

    fn said(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.said(&[args, &["-f", "json"]].concat())).expect("JSON")
    }

    /// The message of a run that must end with status 2, and say nothing else.
    fn refused(&self, args: &[&str]) -> String {
        refused(self.folder.path(), args)
    }
}

fn git(folder: &Path, args: &str) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]);
    git.args(["-c", "protocol.file.allow=always"]).args(args.split_whitespace()).current_dir(folder);
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder);
    let output = git.output().expect("git runs");
    assert!(output.status.success(), "git {args}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn changes(folder: &Path, args: &[&str]) -> Output {
    compare().current_dir(folder).arg("changes").args(args).output().expect("runs")
}

fn refused(folder: &Path, args: &[&str]) -> String {
    let output = changes(folder, args);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{args:?}: {stderr}");
    assert!(!stderr.chars().any(is_hostile), "{stderr:?}");
    stderr
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// `text` contains each of `parts`.
fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

#[test]
fn what_changed_and_which_change_decides() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    let shown = here.said(&["main"]);
    let expected = "\
Gemma 3n takes the lead from SmolVLM2 Turbo. Too close to call before and after.
Founder's change decides: without it SmolVLM2 Turbo leads, 79.3 against 79.2.

Change   Tool      What     From → to              Words
changed  gemma-3n  Founder  52 ✗ skip → 75 ✓ ship  the text is the same
new      gemma-3n  Auditor  95 ✓ ship
changed  gemma-3n  price    Free → Paid

Tool            Would ship       Mean         Place
gemma-3n        3 of 4 → 5 of 5  75.3 → 83.8  2 → 1
smolvlm2-turbo  4 of 4           79.3         1 → 2

1 reviewer verdict changed, 0 panel verdicts changed, 1 lead changed, nothing removed.
";
    assert_eq!(shown, expected);
    for same in [&["main..."][..], &["main...pr"], &["main..pr"], &["main..HEAD"], &["main", "pr"], &["HEAD~1", "HEAD"]]
    {
        assert_eq!(here.said(same), expected, "{same:?}");
    }
    let document = here.json(&["main"]);
    let schema = SCHEMAS.iter().find(|schema| schema.name == "changes").expect("a schema").value();
    let schema = jsonschema::draft202012::new(&schema).expect("a good schema");
    assert!(schema.is_valid(&document));
    assert_eq!(document["decisions"][0]["because"], json!([{"tool": "gemma-3n", "reviewer": "Founder"}]));
    assert_eq!(document["from"]["commit"].as_str().map(str::len), Some(40));
    let explained = here.said(&["main", "--explain"]);
    contains(
        &explained,
        &[
            "Without Founder's change: SmolVLM2 Turbo leads, 79.3 against 79.2. It decides.",
            "Without Auditor's new review of Gemma 3n: Gemma 3n leads.",
        ],
    );
}

#[test]
fn every_format_has_the_changes() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    for (format, parts) in [
        ("markdown", &["**Gemma 3n takes the lead", "| changed | gemma-3n | Founder |"][..]),
        ("html", &["Gemma 3n takes the lead", "<td"]),
        ("github", &["::notice::Gemma 3n takes the lead"]),
        ("pr-comment", &["<!-- compare: pr-comment changes -->", "52 ❌ skip → 75 ✅ ship", "| 2 → 1 |"]),
        ("digest", &["# Gemma 3n takes the lead", "Founder: 52 skip → 75 ship"]),
        ("summary", &["Founder's change decides"]),
        ("concise", &["Gemma 3n takes the lead", "\nchanged: gemma-3n, Founder, 52 ✗ skip → 75 ✓ ship"]),
        ("csv", &["changed,gemma-3n,Gemma 3n,2,1,ship,ship,4,5,3,5", ",Free,Paid,"]),
    ] {
        contains(&here.said(&["main", "-f", format]), parts);
    }
    contains(&here.said(&["main", "-f", "csv", "--rows", "reviews"]), &["changed,gemma-3n,Founder,52,75,skip,ship,"]);
    contains(&here.said(&["main", "-f", "csv", "--rows", "decisions"]), &[",smolvlm2-turbo,gemma-3n,0,0,"]);
    for refused in ["adr", "badge"] {
        contains(&here.refused(&["main", "-f", refused]), &["kind `changes`"]);
    }
    contains(&here.refused(&["main", "--rows", "pairs", "-f", "csv"]), &["no pairs"]);
    contains(&here.refused(&["main", "--since", "2026-01-01"]), &["--since"]);
}

/// One line where nothing changed, in the formats that are posted.
#[test]
fn what_only_moved_is_no_change() {
    let Some(here) = Repository::new() else { return };
    let same = |what: &str| {
        assert_eq!(here.said(&["main"]), "Nothing changed.\n", "{what}");
        let document = here.json(&["main"]);
        assert_eq!((&document["changes"], &document["tools"]), (&json!([]), &json!([])), "{what}");
    };
    same("untouched");
    assert_eq!(here.said(&["-f", "digest"]), "Nothing changed.\n");
    assert_eq!(here.said(&["-f", "pr-comment"]), "<!-- compare: pr-comment changes -->\nNothing changed.\n");
    here.edit("gemma-3n", |record| record["reviews"].as_array_mut().expect("reviews").reverse());
    same("reordered and reformatted");
    let path = here.path("tools/gemma-3n.json");
    fs::write(&path, fs::read_to_string(&path).expect("read").replace('\n', "\r\n")).expect("written");
    same("CRLF");
    fs::rename(path, here.path("tools/other.json")).expect("renamed");
    same("a renamed file");
    let convert = ["convert", "-c", "tools", "-o", "all.csv"];
    assert!(compare().current_dir(here.path("")).args(convert).status().expect("runs").success());
    here.git("rm -rq --cached tools");
    fs::remove_dir_all(here.path("tools")).expect("removed");
    here.write("records/all.csv", &fs::read_to_string(here.path("all.csv")).expect("a sheet").replace('\n', "\r\n"));
    here.write("compare.toml", "catalog = [\"records\"]\n");
    let output = here.run(&["main"]);
    contains(&text(&output.stdout), &["Nothing changed.", "compare.toml is not the same in both states"]);
}

#[test]
fn a_review_that_moves_to_a_sheet_is_no_change() {
    let Some(here) = Repository::new() else { return };
    let mut review = Value::Null;
    here.edit("gemma-3n", |record| review = record["reviews"].as_array_mut().expect("reviews").remove(0));
    let quoted = |key: &str| format!("\"{}\"", review[key].as_str().unwrap_or_default().replace('"', "\"\""));
    let row = format!("gemma-3n,{},{},{},{}", quoted("reviewer"), review["score"], quoted("verdict"), quoted("text"));
    here.write("tools/builder.csv", &format!("slug,reviewer,score,verdict,text\n{row}\n"));
    assert_eq!(here.said(&[]), "Nothing changed.\n");
}

/// A catalog of seven tools, six of which go.
#[test]
fn what_is_removed_comes_first_with_its_words() {
    let Some(here) = Repository::new() else { return };
    let tool = |n: u32| {
        let review = |who: &str| {
            format!(
                "{{\"reviewer\":\"{who}\",\"score\":{},\"verdict\":\"ship\",\"text\":\"Said of {n} by {who}.\"}}",
                60 + n
            )
        };
        format!("{{\"slug\":\"t{n}\",\"name\":\"T{n}\",\"reviews\":[{},{}]}}\n", review("A"), review("B"))
    };
    fs::remove_dir_all(here.path("tools")).expect("removed");
    here.write("tools/all.ndjson", &(1..=7).map(tool).collect::<String>());
    here.commit();
    here.write("tools/all.ndjson", &tool(1));
    let shown = here.said(&[]);
    assert!(shown.starts_with("T1 comes first now that T7 is removed. Too few reviews"), "{shown}");
    contains(&shown, &["Said of 2 by A.", "Said of 7 by B.", "6 tools and 12 reviews"]);
    assert!(shown.find("removed  t2") < shown.find("removed  t7"), "{shown}");
    let gate = |gates: &[&str]| {
        let args: Vec<&str> = gates.iter().flat_map(|gate| ["--gate", gate]).collect();
        here.run(&args).status.code()
    };
    assert_eq!(gate(&["tools_removed==0"]), Some(1));
    assert_eq!(gate(&["tools_removed<=6"]), Some(0));
    assert_eq!(gate(&["reviews_removed==0"]), Some(1));
    let record = tool(1).replace("Said of 1 by A.", "Said otherwise.");
    here.write("tools/all.ndjson", &(record + &(2..=7).map(tool).collect::<String>()));
    contains(&here.said(&["--reviews"]), &["the text changed", "Said of 1 by A.", "Said otherwise."]);
}

#[test]
fn each_gate_trips_and_holds() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    let status = |args: &[&str]| here.run(args).status.code();
    for (gate, forth, back) in [
        ("reviews_removed==0", 0, 1),
        ("tools_removed==0", 0, 0),
        ("panel_verdicts_changed==0", 0, 0),
        ("reviewer_verdicts_changed==0", 1, 1),
        ("leads_changed==0", 1, 1),
        ("changes==0", 1, 1),
    ] {
        assert_eq!(status(&["main", "pr", "--gate", gate]), Some(forth), "{gate}");
        assert_eq!(status(&["pr", "main", "--gate", gate]), Some(back), "{gate} backwards");
        assert_eq!(status(&["pr", "pr", "--gate", gate]), Some(0), "{gate} of nothing");
    }
    here.git("rm -q tools/smolvlm2-turbo.json");
    assert_eq!(status(&["main", "--gate", "tools_removed==0"]), Some(1));
    here.edit("gemma-3n", |record| {
        for review in record["reviews"].as_array_mut().expect("reviews") {
            review["verdict"] = json!("skip");
        }
    });
    assert_eq!(status(&["main", "--gate", "panel_verdicts_changed==0"]), Some(1));
    let shown = here.run(&["main", "-f", "markdown", "--gate", "changes==0"]);
    contains(&text(&shown.stdout), &["| changes==0 |", "✗ failed"]);
    contains(&here.refused(&["main", "--gate", "leads_change==0"]), &["did you mean `leads_changed`?"]);
    contains(&here.refused(&["main", "--gate", "gemma-3n:changes==0"]), &["the changes as a whole"]);
}

#[test]
fn each_report_is_a_decision_of_its_own() {
    let Some(here) = Repository::new() else { return };
    let settings = "catalog = [\"tools\"]\n\
        [[report]]\nname = \"both\"\nall = true\noutput = [\"both.md\"]\ngates = [\"gemma-3n:score.mean>=80\"]\n\
        [[report]]\nname = \"gemma\"\ntools = [\"gemma-3n\"]\noutput = [\"gemma.md\"]\n\
        [[report]]\nname = \"paid\"\nrank = true\nprice = \"Paid\"\noutput = [\"paid.md\"]\n";
    here.write("compare.toml", settings);
    here.commit();
    here.branch();
    let document = here.json(&["main"]);
    let of = |report: &str| {
        let decisions = document["decisions"].as_array().expect("decisions");
        decisions.iter().find(|decision| decision["report"] == report).expect("a report").clone()
    };
    let both = of("both");
    assert_eq!((&both["from"]["leader"], &both["to"]["leader"]), (&json!("smolvlm2-turbo"), &json!("gemma-3n")));
    assert_eq!((&both["from"]["gates"][0]["passed"], &both["to"]["gates"][0]["passed"]), (&json!(false), &json!(true)));
    assert_eq!(of("gemma")["lead_changed"], json!(false));
    let paid = of("paid");
    assert_eq!((&paid["from"]["leader"], &paid["to"]["leader"]), (&Value::Null, &json!("gemma-3n")));
    assert_eq!(paid["because"], json!([{"tool": "gemma-3n", "reviewer": null, "field": "pricing_entry"}]));
    contains(
        document["headline"].as_str().expect("a headline"),
        &["both: Gemma 3n takes the lead", "paid: Gemma 3n", "The other report keeps"],
    );
    contains(&here.said(&["main"]), &["gemma-3n:score.mean>=80  both    ✗ failed  ✓ passed"]);
}

#[test]
fn only_the_tools_that_are_named_are_listed() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    here.edit("smolvlm2-turbo", |record| record["tagline"] = json!("Another line"));
    assert_eq!(here.json(&["main", "--tool", "Gemma 3n"])["summary"]["changes"], json!(3));
    let shown = here.said(&["main", "--tool", "smolvlm2-turbo"]);
    contains(&shown, &["tagline", "3 changes of other tools are not listed", "Founder's change decides"]);
    here.git("rm -q tools/gemma-3n.json -f");
    contains(&here.said(&["main", "--tool", "gemma-3n"]), &["removed  gemma-3n"]);
    let output = here.run(&["main", "--tool", "gem"]);
    contains(&text(&output.stdout), &["removed  gemma-3n"]);
    contains(&text(&output.stderr), &["`gem` is taken for Gemma 3n"]);
    contains(&here.refused(&["main", "--tool", "gema-3n"]), &["gema-3n"]);
}

/// What counts differently is said, as in every command.
#[test]
fn weights_and_limits_in_force_are_named() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    let shown = here.said(&["main", "--weight", "Founder=0", "--weight", "Skeptic=2", "--ship-at", "60"]);
    contains(&shown, &["Weights: Skeptic x2.", "Founder is left out (weight 0)."]);
    contains(&shown, &["counts as ship if its score is 60 or more"]);
    contains(&here.refused(&["main", "--weight", "Foundr=2"]), &["did you mean `Founder`?"]);
}

#[test]
fn folders_and_files_need_no_git() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = |score: u32| {
        format!("{{\"slug\":\"a\",\"name\":\"A\",\"reviews\":[{{\"reviewer\":\"R\",\"score\":{score}}}]}}")
    };
    for (name, score) in [("old", 50), ("new", 60)] {
        fs::create_dir(folder.path().join(name)).expect("made");
        fs::write(folder.path().join(name).join("a.json"), record(score)).expect("written");
    }
    let run = |args: &[&str]| {
        let mut command = compare();
        command.current_dir(folder.path()).env("PATH", "/nowhere").arg("changes").args(args);
        let output = command.output().expect("runs");
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    for args in [["old/", "new/"], ["old", "new"], ["./old/a.json", "new/a.json"]] {
        let (status, said) = run(&args);
        assert_eq!(status, Some(0), "{said}");
        contains(&said, &["changed  a     R     50 → 60"]);
    }
    let (status, said) = run(&["old", "-c", "new"]);
    assert_eq!(status, Some(0), "{said}");
    contains(&said, &["50 → 60"]);
    for (args, parts) in [
        (&["old", "new", "-c", "old"][..], &["--catalog"][..]),
        (&["main"], &["no", "two folders"]),
        (&[], &["two folders"]),
        (&["nowhere/", "new"], &["cannot read nowhere/"]),
    ] {
        let (status, said) = run(args);
        assert_eq!(status, Some(2), "{args:?} {said}");
        contains(&said, parts);
    }
    // With git at hand, but no repository.
    contains(&refused(folder.path(), &["main"]), &["no git repository"]);
    contains(&refused(folder.path(), &["old"]), &["built into the program"]);
}

#[test]
fn a_state_that_there_is_not() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    here.git("tag v1");
    for (args, parts) in [
        (&["mian"][..], &["unknown revision `mian`", "did you mean `main`?"][..]),
        (&["main", "v2"], &["unknown revision `v2`", "did you mean `v1`?"]),
        (&["main..nowhere"], &["unknown revision `nowhere`"]),
        (&["main..pr", "v1"], &["names two states"]),
        (&["--", "-x"], &["`-x` is not a revision"]),
        (&["main", "-c", "-"], &["standard input"]),
        (&["main", "-c", "/"], &["outside the git repository"]),
        (&["main", "--no-config"], &["built into the program"]),
        (&["./gone"], &["cannot read ./gone"]),
    ] {
        contains(&here.refused(args), parts);
    }
    fs::create_dir(here.path("v1")).expect("made");
    contains(&here.refused(&["v1"]), &["a revision and a file or folder as well", "`./v1`"]);
    let empty = tempfile::tempdir().expect("a folder");
    git(empty.path(), "init -q");
    fs::write(empty.path().join("a.json"), "{\"name\":\"A\"}").expect("written");
    contains(&refused(empty.path(), &["-c", "a.json"]), &["no commit yet"]);
}

#[test]
fn records_of_a_revision_that_cannot_be_read() {
    let Some(here) = Repository::new() else { return };
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    for (name, content, parts) in [
        ("tools/x.json", "{\"slug\": \"x\",\n\"name\": \"X\",\n  nonsense}", &["main:tools/x.json:3:3"][..]),
        ("tools/x.json", pointer, &["main:tools/x.json", "Git LFS pointer"]),
        ("tools/x.ndjson", pointer, &["main:tools/x.ndjson", "Git LFS pointer"]),
        ("tools/a\nb.json", "{\"name\":\"X\"}", &["line break"]),
    ] {
        here.write(name, content);
        here.commit();
        fs::remove_file(here.path(name)).expect("removed");
        contains(&here.refused(&["main"]), parts);
        // The new state is read as everywhere.
        here.commit();
        here.write(name, content);
        if !name.contains('\n') {
            contains(&here.refused(&["main"]), &[name]);
        }
        fs::remove_file(here.path(name)).expect("removed");
    }
    here.git("update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,tools/sub");
    here.git("commit -q -m sub");
    contains(&here.refused(&["main"]), &["main:tools/sub is a submodule"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_as_in_folders() {
    use std::os::unix::fs::symlink;
    let Some(here) = Repository::new() else { return };
    fs::rename(here.path("tools"), here.path("v2")).expect("renamed");
    symlink("v2", here.path("tools")).expect("linked");
    here.write("kept/more.json", "{\"slug\":\"more\",\"name\":\"More\"}");
    symlink("../kept/more.json", here.path("v2/more.json")).expect("linked");
    here.commit();
    assert_eq!(here.said(&["HEAD", "-c", "tools"]), "Nothing changed.\n");
    assert_eq!(here.json(&["-c", "tools"])["from"]["tools"], json!(3));
    assert_eq!(here.json(&["HEAD~1", "-c", "tools"])["summary"]["tools_new"], json!(1));
    symlink("/etc/hosts", here.path("v2/out.json")).expect("linked");
    here.commit();
    fs::remove_file(here.path("v2/out.json")).expect("removed");
    contains(&here.refused(&["-c", "tools"]), &["HEAD:v2/out.json is a link"]);
}

#[test]
fn a_shallow_clone_is_told() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    let clone = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", here.path("").display());
    git(clone.path(), &format!("clone -q --depth 1 -b pr {url} it"));
    let it = clone.path().join("it");
    for args in [&["main"][..], &["origin/main..."], &["HEAD~1"], &["HEAD..."]] {
        contains(&refused(&it, args), &["shallow clone", "fetch-depth: 0"]);
    }
    assert_eq!(text(&changes(&it, &[]).stdout), "Nothing changed.\n", "its one commit is whole");
}

#[test]
fn a_merge_in_progress_is_no_state() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    here.git("checkout -q main");
    here.git("merge -q --no-ff --no-commit pr");
    contains(&here.refused(&["main"]), &["a merge is in progress"]);
    assert!(here.said(&["main", "pr"]).starts_with("Gemma 3n takes the lead"));
}

/// The program writes nothing into a repository, and nothing that the repository configures is executed.
#[cfg(unix)]
#[test]
fn a_repository_is_read_and_nothing_else() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    here.write(".gitattributes", "*.json filter=evil diff=evil\n");
    here.commit();
    here.edit("gemma-3n", |record| record["tagline"] = json!("uncommitted"));
    let touch = format!("touch {}", here.path("executed").display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.editor",
        "diff.external",
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "diff.evil.command",
        "alias.rev-parse",
        "pager.ls-tree",
        "credential.helper",
    ] {
        fs::write(here.path(".git/key"), format!("{touch}; true")).expect("written");
        let mut git = Command::new("git");
        git.current_dir(here.path("")).args(["config", key, &format!("{touch}; true")]);
        assert!(git.status().expect("runs").success(), "{key}");
    }
    fs::create_dir_all(here.path(".git/hooks")).expect("made");
    for hook in ["post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"] {
        use std::os::unix::fs::PermissionsExt as _;
        let path = here.path(&format!(".git/hooks/{hook}"));
        fs::write(&path, format!("#!/bin/sh\n{touch}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("may run");
    }
    let before = snapshot(&here.path(""));
    for args in [&["main"][..], &["main..."], &["main", "pr"], &[], &["nowhere"]] {
        here.run(args);
        assert!(!here.path("executed").exists(), "{args:?}");
    }
    assert_eq!(snapshot(&here.path("")), before);
}

/// Every file below `folder` with its time and its content.
fn snapshot(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let about = entry.metadata().expect("its metadata");
        if about.is_dir() {
            files.push((entry.path(), about.modified().expect("a time"), Vec::new()));
            files.extend(snapshot(&entry.path()));
        } else {
            let content = fs::read(entry.path()).unwrap_or_default();
            files.push((entry.path(), about.modified().expect("a time"), content));
        }
    }
    files.sort();
    files
}

/// Swapping the sides swaps what each change says, and turns new into removed.
#[test]
fn the_other_way_round_is_the_opposite() {
    let Some(here) = Repository::new() else { return };
    here.branch();
    here.git("rm -q tools/smolvlm2-turbo.json");
    here.write(
        "tools/third.json",
        "{\"slug\":\"third\",\"name\":\"Third\",\"reviews\":[{\"reviewer\":\"A\",\"score\":9}]}",
    );
    here.commit();
    let key =
        |change: &Value| (change["tool"].to_string(), change["reviewer"].to_string(), change["field"].to_string());
    let sorted = |document: &Value| {
        let mut changes = document["changes"].as_array().expect("changes").clone();
        changes.sort_by_key(key);
        changes
    };
    let (forth, back) = (here.json(&["main", "pr"]), here.json(&["pr", "main"]));
    let swapped: Vec<Value> = sorted(&back)
        .into_iter()
        .map(|mut change| {
            let from = change["from"].take();
            change["from"] = change["to"].take();
            change["to"] = from;
            let word = match change["change"].as_str() {
                Some("removed") => "new",
                Some("new") => "removed",
                _ => "changed",
            };
            change["change"] = json!(word);
            change
        })
        .collect();
    assert_eq!(sorted(&forth), swapped);
    let decision = |document: &Value, side: &str| document["decisions"][0][side]["leader"].clone();
    assert_eq!(decision(&forth, "from"), decision(&back, "to"));
    assert_eq!((&forth["from"]["tools"], &forth["summary"]["tools_removed"]), (&json!(2), &json!(1)));
}

/// Only the leader's certainty is another one, and one review decides that.
#[test]
fn a_change_that_decides_how_certain_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let tool = |slug: &str, scores: &[u32]| {
        let reviews: Vec<Value> = scores
            .iter()
            .enumerate()
            .map(|(n, score)| json!({"reviewer": format!("R{n}"), "score": score, "verdict": "ship"}))
            .collect();
        json!({"slug": slug, "name": slug.to_uppercase(), "reviews": reviews})
    };
    let write = |name: &str, a: &[u32]| {
        let records = json!([tool("a", a), tool("b", &[60, 61, 62, 63, 64, 65])]);
        fs::write(folder.path().join(name), records.to_string()).expect("written");
    };
    write("clear.json", &[90, 91, 92, 93, 94, 95]);
    write("not.json", &[90, 91, 92, 93, 94, 20]);
    let output = changes(folder.path(), &["clear.json", "not.json"]);
    contains(
        &text(&output.stdout),
        &[
            "A leads before and after. A clear lead before, ",
            "R5's change decides: without it the lead is clear, as before.",
        ],
    );
    let output = changes(folder.path(), &["clear.json", "not.json", "-f", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["decisions"][0]["because"], json!([{"tool": "a", "reviewer": "R5"}]));
}

/// Two changes of which each alone leaves the leader where it is.
#[test]
fn where_only_several_together_decide_it_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, scores: [u32; 2]| {
        let of = |slug: &str, scores: [u32; 2]| {
            json!({"slug": slug, "name": slug, "reviews": [
                {"reviewer": "R", "score": scores[0], "verdict": "ship"},
                {"reviewer": "S", "score": scores[1], "verdict": "ship"},
            ]})
        };
        let records = json!([of("a", scores), of("b", [50, 50])]);
        fs::write(folder.path().join(name), records.to_string()).expect("written");
    };
    write("old.json", [40, 40]);
    write("new.json", [90, 90]);
    let output = changes(folder.path(), &["old.json", "new.json", "-f", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let decision = &document["decisions"][0];
    assert_eq!((&decision["because"], &decision["only_together"]), (&json!([]), &json!(true)));
    contains(decision["statement"].as_str().expect("a statement"), &["only several together do"]);
}

/// A tool less at the top moves all others: people see who is first, programs see all.
#[test]
fn tools_that_only_moved_take_no_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, first: u32| {
        let tool = |n: u32| json!({"slug": format!("t{n}"), "name": format!("T{n}"), "reviews": [{"reviewer": "R", "score": 90 - n}]});
        let records: Vec<Value> = (first..10).map(tool).collect();
        fs::write(folder.path().join(name), json!(records).to_string()).expect("written");
    };
    write("old.json", 0);
    write("new.json", 1);
    let shown = text(&changes(folder.path(), &["old.json", "new.json"]).stdout);
    contains(
        &shown,
        &["The removal of T0 decides: without that, T0 leads", "t1      –           89.0      2 → 1", "8 more"],
    );
    let all = text(&changes(folder.path(), &["old.json", "new.json", "-f", "csv"]).stdout);
    assert_eq!(all.lines().filter(|line| line.starts_with("moved,")).count(), 9, "{all}");
}

/// Hundreds of tools tie, and every one of them changes.
#[test]
fn ties_of_many_tools_cost_no_more_than_the_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, score: u32, best: u32| {
        let tool = |n: u32| {
            let score = if n == 0 { best } else { score };
            json!({"slug": format!("t{n}"), "name": format!("T{n}"), "reviews": [{"reviewer": "R", "score": score}]})
        };
        let records: Vec<Value> = (0..900).map(tool).collect();
        fs::write(folder.path().join(name), json!(records).to_string()).expect("written");
    };
    write("old.json", 50, 50);
    write("new.json", 60, 70);
    let output = changes(folder.path(), &["old.json", "new.json", "-f", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let decision = &document["decisions"][0];
    assert_eq!(decision["from"]["tied"].as_array().map(Vec::len), Some(900));
    assert_eq!((&decision["to"]["leader"], &decision["because"]), (&json!("t0"), &json!([])));
    contains(document["headline"].as_str().expect("a headline"), &["T0 leads; before, T0, T1, T10", "895 more tied"]);
}

#[test]
fn names_stay_as_they_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, score: u32| {
        let of = |slug: &str, name: &str, score: u32| json!({"slug": slug, "name": name, "reviews": [{"reviewer": "élan", "score": score, "verdict": "ship"}]});
        let records = json!([of("a", "åa", score), of("b", "éb", 50)]);
        fs::write(folder.path().join(name), records.to_string()).expect("written");
    };
    write("old.json", 40);
    write("new.json", 90);
    let shown = text(&changes(folder.path(), &["old.json", "new.json"]).stdout);
    contains(
        &shown,
        &["åa comes first now, no longer éb.", "élan's change decides: without it éb leads, 50.0 against 40.0."],
    );
}
