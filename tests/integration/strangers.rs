//! Repositories and records of strangers: nothing is written outside a project, nothing of the user's is shown, and
//! nothing waits.

use super::support::compare;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A home folder with secrets, and beside it a cloned repository made by an attacker: `r`, with records in `tools` and
/// templates in `t`.
struct Hostile {
    top: TempDir,
}

const SECRET: &str = "SECRET-TOKEN";

impl Hostile {
    fn new() -> Self {
        let hostile = Self { top: tempfile::tempdir().expect("a folder") };
        for folder in ["home", "r/t", "r/tools/more", "r/.git/hooks", "r/bare/objects", "r/sub"] {
            fs::create_dir_all(hostile.at(folder)).expect("made");
        }
        let record = |slug: &str, score: u8| {
            format!(r#"{{"slug":"{slug}","name":"{slug}","reviews":[{{"reviewer":"R","score":{score}}}]}}"#)
        };
        for (name, text) in [
            ("home/credentials", "SECRET-TOKEN-1\nSECRET-TOKEN-2\n".to_owned()),
            ("home/docker.json", r#"{"auths":{"x":{"auth":"SECRET-TOKEN-3"}}}"#.to_owned()),
            ("home/good.json", format!("[{},{}]", record("a", 3), record("b", 4))),
            ("home/mine.md.j2", "SECRET-TOKEN-4\n".to_owned()),
            ("home/.profile", "keep me\n".to_owned()),
            ("r/.git/config", "[http]\n\textraheader = SECRET-TOKEN-5\n".to_owned()),
            ("r/.git/HEAD", "ref: refs/heads/main\n".to_owned()),
            ("r/bare/HEAD", "ref: refs/heads/main\n".to_owned()),
            ("r/bare/config", "[core]\n".to_owned()),
            ("r/tools/a.json", record("a", 80)),
            ("r/tools/b.json", record("b", 70)),
            ("r/t/rc.txt.j2", "echo PWNED\n".to_owned()),
            ("r/t/_part.md", "part\n".to_owned()),
        ] {
            fs::write(hostile.at(name), text).expect("written");
        }
        hostile
    }

    fn at(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    #[cfg(unix)]
    fn link(&self, target: &str, name: &str) {
        std::os::unix::fs::symlink(target, self.at(name)).expect("linked");
    }

    #[cfg(unix)]
    fn fifo(&self, name: &str) {
        assert!(Command::new("mkfifo").arg(self.at(name)).status().expect("mkfifo").success());
    }

    fn settings(&self, text: &str) {
        fs::write(self.at("r/compare.toml"), text).expect("written");
    }

    /// Settings whose only report goes to `output`.
    fn reports_to(&self, output: &str) {
        self.settings(&format!(
            "catalog = \"tools\"\ntemplates = [\"t\"]\n[[report]]\nname = \"d\"\nall = true\noutput = [{output}]\n"
        ));
    }

    /// The program in the folder `name`, ended after 20 seconds.
    fn run_in(&self, name: &str, args: &[&str]) -> Output {
        let program = compare();
        let mut command = Command::new("timeout");
        command.env_clear().arg("20").arg(program.get_program()).args(args);
        command.current_dir(self.at(name)).env("HOME", self.at("home")).env("PATH", "/usr/bin:/bin");
        command.stdin(std::process::Stdio::null()).output().expect("runs")
    }

    fn run(&self, args: &[&str]) -> Output {
        self.run_in("r", args)
    }

    /// Every file with its content, links by their target.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn collect(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let about = fs::symlink_metadata(&path).expect("there");
                if about.is_dir() {
                    collect(&path, into);
                } else if about.is_symlink() {
                    into.insert(
                        path.clone(),
                        fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes(),
                    );
                } else {
                    into.insert(
                        path.clone(),
                        if about.is_file() { fs::read(&path).expect("read") } else { Vec::new() },
                    );
                }
            }
        }
        let mut files = BTreeMap::new();
        collect(self.top.path(), &mut files);
        files
    }

    /// What is said by a run that is refused: with status 2, no document, no secret and no change to any file.
    fn refused(&self, args: &[&str]) -> String {
        let before = self.files();
        let output = self.run(args);
        let said = String::from_utf8(output.stderr.clone()).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(output.stdout.is_empty() && said.starts_with("compare: "), "{args:?}: {said}");
        assert!(!said.contains(SECRET), "{args:?}: {said}");
        assert!(self.files() == before, "{args:?} changed a file");
        said
    }
}

const OUTSIDE: &str = "it is outside the folder of the settings";
const IN_GIT: &str = "it is in a git repository's own folder";

/// Outputs that the settings of a repository may not name, and why.
#[cfg(unix)]
const OUTPUTS: &[(&str, &str)] = &[
    ("rc=../home/.bashrc", OUTSIDE),
    ("rc=~/.bashrc", OUTSIDE),
    ("rc=/etc/compare-was-here", OUTSIDE),
    ("rc=decision.md", OUTSIDE),
    ("rc=chain1.md", OUTSIDE),
    ("rc=dangling.md", OUTSIDE),
    ("rc=absolute.md", OUTSIDE),
    ("rc=away/new.md", OUTSIDE),
    ("rc=away/../new.md", OUTSIDE),
    ("rc=tools/../../new.md", OUTSIDE),
    ("x/../../y.md", OUTSIDE),
    ("rc=/dev/stdout", OUTSIDE),
    ("rc=/dev/fd/2", OUTSIDE),
    ("rc=/proc/self/fd/2", OUTSIDE),
    ("rc=/dev/tty", OUTSIDE),
    ("rc=out", OUTSIDE),
    ("gc=.git/config", IN_GIT),
    ("rc=.git/hooks/post-checkout", IN_GIT),
    ("rc=.GIT/hooks/post-checkout", IN_GIT),
    ("rc=.git./config", IN_GIT),
    ("rc=git~1/config", IN_GIT),
    ("rc=sub/.git/config", IN_GIT),
    ("rc=sub/.git", IN_GIT),
    ("rc=into-git/config", IN_GIT),
    ("rc=bare/config", IN_GIT),
    ("markdown=compare.toml", "it holds settings"),
    ("markdown=./sub/../compare.toml", "it holds settings"),
    ("markdown=COMPARE.TOML", "it holds settings"),
    ("markdown=sub/compare.toml", "it holds settings"),
    ("rc=t/rc.txt.j2", "it is a template"),
    ("rc=t/new.md.J2", "it is a template"),
    ("rc=new.txt.j2", "it is a template"),
    ("rc=t/_part.md", "it is a template"),
    ("tools/out.json", "it would be read as a record"),
    ("tools/a.json", "it would be read as a record"),
    ("rc=tools/more/new.CSV", "it would be read as a record"),
    ("rc=near/new.ndjson", "it would be read as a record"),
    ("rc=pipe", "it is not a regular file"),
    ("rc=pipe-link", "it is not a regular file"),
    ("rc=sub", "it is a folder"),
    ("rc=.", "it is a folder"),
    ("decision2.md/", "it is a folder"),
    ("rc=loop.md", "too many links"),
    ("", "names no file"),
    ("-", "names no file"),
];

#[cfg(unix)]
fn with_links() -> Hostile {
    let hostile = Hostile::new();
    for (target, link) in [
        ("../home/.profile", "r/decision.md"),
        ("chain2.md", "r/chain1.md"),
        ("sub/chain3.md", "r/chain2.md"),
        ("../../home/.profile", "r/sub/chain3.md"),
        ("../home/new.md", "r/dangling.md"),
        ("../home", "r/away"),
        (".git", "r/into-git"),
        ("tools", "r/near"),
        ("loop.md", "r/loop.md"),
        ("pipe", "r/pipe-link"),
        ("/dev/stdout", "r/out"),
    ] {
        hostile.link(target, link);
    }
    let home = hostile.at("home/.profile");
    std::os::unix::fs::symlink(home, hostile.at("r/absolute.md")).expect("linked");
    hostile.fifo("r/pipe");
    hostile
}

#[test]
#[cfg(unix)]
fn a_repository_writes_nothing_outside_and_nothing_of_its_own_that_is_read() {
    let hostile = with_links();
    for (output, why) in OUTPUTS {
        hostile.reports_to(&format!("\"{output}\""));
        for args in [&["report"][..], &["report", "d"], &["report", "--verify"]] {
            let said = hostile.refused(args);
            assert!(said.contains("compare.toml:6:") && said.contains(why), "{output}: {said}");
        }
        // A good output beside it is not written either.
        hostile.reports_to(&format!("\"good.md\", \"{output}\""));
        hostile.refused(&["report"]);
    }
}

#[test]
fn outputs_that_differ_only_in_case_are_one_file_on_some_systems() {
    let hostile = Hostile::new();
    for (outputs, words) in [
        ("\"a.md\", \"A.md\"", "differ only in case"),
        ("\"sub/a.md\", \"SUB/a.md\"", "differ only in case"),
        ("\"a.md\", \"sub/../a.md\"", "two outputs go to"),
    ] {
        hostile.reports_to(outputs);
        let said = hostile.refused(&["report"]);
        assert!(said.contains(words) && said.contains("compare.toml:6:"), "{said}");
    }
}

#[test]
fn an_ordinary_project_writes_its_reports() {
    let hostile = Hostile::new();
    hostile.reports_to("\"a.md\", \"sub/b.json\", \"rc=tools/c.txt\", \"./.github/../d.html\", \"tools/.hidden.json\"");
    fs::create_dir(hostile.at("r/.github")).expect("made");
    let output = hostile.run(&["report"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in ["a.md", "sub/b.json", "tools/c.txt", "d.html", "tools/.hidden.json"] {
        assert!(hostile.at("r").join(name).is_file(), "{name}");
    }
    assert!(hostile.run(&["report", "--verify"]).status.success());
}

/// The folder of a project may itself be reached over a link.
#[test]
#[cfg(unix)]
fn a_project_behind_a_link_is_a_project() {
    let hostile = Hostile::new();
    hostile.link("r", "link");
    hostile.reports_to("\"a.md\"");
    let output = hostile.run_in("link", &["report"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let settings = hostile.at("link/compare.toml");
    let output = hostile.run_in("home", &["report", "--config", settings.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Settings that a person names reach no further: what they say is the repository's all the same.
    hostile.reports_to("\"rc=../home/.bashrc\"");
    let output = hostile.run_in("home", &["report", "--config", "../r/compare.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!hostile.at("home/.bashrc").exists());
}

const READING: &[&[&str]] = &[
    &["list"],
    &["check"],
    &["a", "b"],
    &["rank", "-f", "json"],
    &["show", "a"],
    &["convert", "-o", "json=-"],
    &["report"],
    &["report", "--verify"],
];

#[test]
#[cfg(unix)]
fn a_repository_shows_nothing_of_the_user_s_and_does_not_wait() {
    let hostile = with_links();
    hostile.link("../home/good.json", "r/good.json");
    hostile.link("/proc/self/environ", "r/environ.json");
    for (catalog, words) in [
        ("../home/docker.json", "outside the project"),
        ("../home", "outside the project"),
        ("~/docker.json", "outside the project"),
        ("away/docker.json", "outside the project"),
        ("away/../r/../home/docker.json", "outside the project"),
        ("good.json", "outside the project"),
        ("environ.json", "outside the project"),
        ("/proc/kmsg", "outside the project"),
        ("/dev/zero", "outside the project"),
        ("/dev/stdin", "outside the project"),
        ("/proc/self/fd/0", "outside the project"),
        ("..", "outside the project"),
        ("/", "outside the project"),
        (".git/config", "in a git repository's own folder"),
        ("into-git/config", "in a git repository's own folder"),
        (".git", "in a git repository's own folder"),
        ("pipe", "not a regular file"),
        ("nosuch", "No such file"),
        ("loop.md", "symbolic links"),
    ] {
        hostile.settings(&format!(
            "catalog = [\"tools\", \"{catalog}\"]\n[[report]]\nname = \"d\"\nall = true\noutput = [\"x.md\"]\n"
        ));
        for args in READING {
            let said = hostile.refused(args);
            assert!(said.contains(words) && said.contains("compare.toml:1"), "{catalog}: {said}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_record_that_is_a_link_out_of_its_catalog_is_refused() {
    for (target, words) in [
        ("../../home/credentials", "a link that leaves its catalog folder"),
        ("../../home/good.json", "a link that leaves its catalog folder"),
        ("../outside.ndjson", "a link that leaves its catalog folder"),
        ("../chain.ndjson", "a link that leaves its catalog folder"),
        ("/proc/self/environ", "a link that leaves its catalog folder"),
        ("../.git/config", "a link that leaves its catalog folder"),
        ("nowhere", "No such file"),
        ("c.ndjson", "symbolic links"),
    ] {
        let hostile = Hostile::new();
        fs::copy(hostile.at("home/good.json"), hostile.at("r/outside.ndjson")).expect("copied");
        hostile.link("../home/credentials", "r/chain.ndjson");
        hostile.link(target, "r/tools/c.ndjson");
        hostile.reports_to("\"x.md\"");
        for args in READING {
            let said = hostile.refused(args);
            assert!(said.contains("tools/c.ndjson") && said.contains(words), "{target}: {said}");
        }
    }
    // A link within the folder, and one to a folder, which is not followed, do no harm.
    let hostile = Hostile::new();
    hostile.link("../../home", "r/tools/away");
    fs::write(hostile.at("r/tools/more/.c"), r#"{"slug":"c","name":"C"}"#).expect("written");
    hostile.link("more/.c", "r/tools/c.json");
    hostile.reports_to("\"x.md\"");
    let output = hostile.run(&["list", "-f", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 4);
}

#[test]
#[cfg(unix)]
fn templates_of_a_repository_come_from_the_repository() {
    let hostile = with_links();
    let settings = |templates: &str| {
        hostile.settings(&format!(
            "catalog = \"tools\"\ntemplates = [\"{templates}\"]\n[[report]]\nname = \"d\"\nall = true\noutput = [\"x.mine.md\"]\n"
        ));
    };
    let all: &[&[&str]] =
        &[&["formats"], &["template", "list"], &["template", "show", "mine"], &["a", "b", "-f", "mine"], &["report"]];
    for (templates, words) in [
        ("../home", "outside the project"),
        ("away", "outside the project"),
        (".git", "in a git repository's own folder"),
        ("pipe", ""),
    ] {
        settings(templates);
        for args in all {
            let said = hostile.refused(args);
            assert!(said.contains(words) && said.contains("compare.toml:2"), "{templates}: {said}");
        }
    }
    hostile.link("../../home/mine.md.j2", "r/t/mine.md.j2");
    settings("t");
    for args in all {
        let said = hostile.refused(args);
        assert!(said.contains("a link that leaves the template's own folder"), "{said}");
    }
    fs::remove_file(hostile.at("r/t/mine.md.j2")).expect("removed");
    hostile.fifo("r/t/mine.md.j2");
    for args in &all[2..] {
        assert!(hostile.refused(args).contains("not a regular file"));
    }
    fs::remove_file(hostile.at("r/t/mine.md.j2")).expect("removed");
    hostile.link("../../home/credentials", "r/t/part.txt");
    for include in ["part.txt", "../../home/credentials", "~/credentials", "/etc/passwd", "../.git/config"] {
        fs::write(hostile.at("r/t/mine.md.j2"), format!("{{% include \"{include}\" %}}")).expect("written");
        hostile.refused(&["a", "b", "-f", "mine"]);
        hostile.refused(&["report"]);
    }
}

#[test]
fn what_a_person_names_may_be_anywhere() {
    let hostile = Hostile::new();
    hostile.settings("catalog = [\"../home/docker.json\"]\n");
    let good = |args: &[&str]| {
        let output = hostile.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    // The catalog of the settings is not used, so it does not matter.
    good(&["check", "-c", "../home/good.json"]);
    fs::remove_file(hostile.at("r/compare.toml")).expect("removed");
    good(&["list", "--catalog=~/good.json"]);
    good(&["a", "b", "-c", "../home/good.json", "--template", "../home/mine.md.j2", "-o", "../home/out.md"]);
    let mut command = compare();
    command.current_dir(hostile.at("r")).args(["list"]).env("COMPARE_CATALOG", "../home/good.json");
    assert!(command.output().expect("runs").status.success());
    fs::create_dir_all(hostile.at("home/.config/compare")).expect("made");
    fs::write(
        hostile.at("home/.config/compare/config.toml"),
        "catalog = \"../../good.json\"\ntemplates = [\"../../../home\"]\n",
    )
    .expect("written");
    good(&["list", "-f", "mine"]);
    #[cfg(unix)]
    {
        // Also over links, as programs that keep settings in order make them.
        fs::create_dir(hostile.at("home/mine")).expect("made");
        hostile.link("../good.json", "home/mine/linked.json");
        fs::write(hostile.at("home/.config/compare/config.toml"), "catalog = \"~/mine\"\n").expect("written");
        good(&["list"]);
        // Of a file that a link leads to no line is shown, whoever named the folder.
        hostile.link("../credentials", "home/mine/c.ndjson");
        hostile.link("../../home/credentials", "r/tools/c.ndjson");
        for args in [
            &["list"][..],
            &["check", "-c", "tools"],
            &["list", "-c", "tools"],
            &["list", "-c", "tools", "--skip-invalid"],
            &["check", "-c", "tools", "-f", "json"],
            &["check", "-c", "tools", "-f", "github"],
        ] {
            let output = hostile.run(args);
            let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
            assert!(
                said.contains("c.ndjson") && said.contains("not quoted") && !said.contains(SECRET),
                "{args:?}: {said}"
            );
        }
        fs::remove_file(hostile.at("home/mine/c.ndjson")).expect("removed");
        fs::remove_file(hostile.at("r/tools/c.ndjson")).expect("removed");
        // But nothing that may wait.
        hostile.fifo("home/pipe.json");
        fs::write(hostile.at("home/.config/compare/config.toml"), "catalog = \"~/pipe.json\"\n").expect("written");
        assert!(hostile.refused(&["list"]).contains("not a regular file"));
    }
}

#[test]
#[cfg(unix)]
fn a_new_project_does_not_follow_links() {
    for (target, link) in [
        ("../home", "r/tools"),
        ("../home/new", "r/tools"),
        ("../home/x.toml", "r/compare.toml"),
        ("nowhere", "r/compare.toml"),
    ] {
        let hostile = Hostile::new();
        fs::remove_dir_all(hostile.at("r/tools")).expect("removed");
        hostile.link(target, link);
        hostile.refused(&["init"]);
    }
}

#[test]
fn a_project_reads_in_the_whole_work_tree_and_writes_in_its_folder() {
    let hostile = Hostile::new();
    let settings = "catalog = \"../tools\"\n[[report]]\nname = \"d\"\nall = true\noutput = [\"x.md\"]\n";
    fs::write(hostile.at("r/sub/compare.toml"), settings).expect("written");
    let output = hostile.run_in("r/sub", &["report"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(hostile.at("r/sub/compare.toml"), settings.replace("x.md", "../x.md")).expect("written");
    assert_eq!(hostile.run_in("r/sub", &["report"]).status.code(), Some(2));
    // Without a repository around it there is only the folder.
    fs::rename(hostile.at("r/.git"), hostile.at("r/git")).expect("renamed");
    let output = hostile.run_in("r/sub", &["list"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("outside the project"), "{said}");
}

#[test]
fn a_typed_output_replaces_no_settings_and_warns_in_a_catalog() {
    let hostile = Hostile::new();
    hostile.settings("catalog = \"tools\"\n");
    for args in [
        &["list", "-o", "json=compare.toml"][..],
        &["list", "-o", "json=../r/compare.toml", "-c", "tools"],
        &["convert", "-o", "toml=compare.toml"],
        &["a", "b", "-o", "json=tools/a.json"],
        &["list", "-o", "json=tools/a.json"],
        &["convert", "-o", "tools/a.json"],
    ] {
        let said = hostile.refused(args);
        assert!(said.contains("would overwrite an input"), "{said}");
    }
    fs::rename(hostile.at("r/compare.toml"), hostile.at("r/other.toml")).expect("renamed");
    hostile.refused(&["list", "--config", "other.toml", "-o", "csv=other.toml"]);
    for output in ["tools/new.json", "csv=tools/more/new.csv"] {
        let output = hostile.run(&["list", "-c", "tools", "-o", output]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("warning") && said.contains("lies in the catalog"), "{said}");
        for name in ["tools/new.json", "tools/more/new.csv"] {
            let _ = fs::remove_file(hostile.at("r").join(name));
        }
    }
    let output = hostile.run(&["list", "-c", "tools", "-o", "tools/new.md", "-o", "tools/.new.json"]);
    assert!(output.status.success() && !String::from_utf8_lossy(&output.stderr).contains("lies in"));
}

#[test]
#[cfg(unix)]
fn what_is_open_already_may_be_read() {
    let hostile = Hostile::new();
    let shell = |line: &str| {
        let mut command = Command::new("timeout");
        command.args(["20", "bash", "-c", line]).current_dir(hostile.at("r")).env("COMPARE_NO_CONFIG", "");
        let output = command.env("COMPARE", compare().get_program()).output().expect("bash");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(shell("$COMPARE list -f csv -c <(cat tools/a.json)").contains(",a,"));
    assert!(shell("cat tools/b.json | $COMPARE list -f csv -c /dev/stdin").contains(",b,"));
    let template = "-c tools a b --template <(echo '{{ tools[1].slug }}')";
    assert_eq!(shell(&format!("$COMPARE {template}")), "b\n");
    assert_eq!(shell(&format!("$COMPARE {template} -o x.json -o x.md")), "b\n");
    assert!(shell("$COMPARE list -f csv --config <(echo 'catalog = \"tools/a.json\"')").contains(",a,"));
    let includes = "! $COMPARE -c tools a b --template <(echo '{% include \"0\" %}') </dev/null";
    assert_eq!(shell(includes), "");
}

#[test]
#[cfg(unix)]
fn a_cache_that_is_no_file_is_ignored() {
    let hostile = Hostile::new();
    let many: String = (0..20_000)
        .map(|i| format!("{{\"slug\":\"tool-{i}\",\"name\":\"Tool number {i}\",\"reviews\":[]}}\n"))
        .collect();
    assert!(many.len() > 1 << 20);
    fs::write(hostile.at("r/many.ndjson"), many).expect("written");
    let look_up = || hostile.run(&["-c", "many.ndjson", "tool-1", "tool-2", "-f", "csv"]);
    let expected = look_up().stdout;
    let cache =
        fs::read_dir(hostile.at("home/.cache/compare")).expect("a cache").next().expect("a file").expect("it").path();
    let make: [&dyn Fn(); 3] = [
        &|| assert!(Command::new("mkfifo").arg(&cache).status().expect("mkfifo").success()),
        &|| fs::create_dir(&cache).expect("made"),
        &|| std::os::unix::fs::symlink("/dev/zero", &cache).expect("linked"),
    ];
    for make in make {
        fs::remove_file(&cache).or_else(|_| fs::remove_dir(&cache)).expect("removed");
        make();
        let before = fs::symlink_metadata(&cache).expect("there").file_type();
        assert_eq!(look_up().stdout, expected);
        assert_eq!(fs::symlink_metadata(&cache).expect("there").file_type(), before, "it is left alone");
    }
}

#[test]
#[cfg(unix)]
fn tab_does_not_wait_for_what_settings_name() {
    let hostile = Hostile::new();
    hostile.fifo("r/pipe.json");
    let tab = |words: &[&str]| {
        let mut command = Command::new("timeout");
        command.arg("20").arg(compare().get_program()).arg("--").args(words).current_dir(hostile.at("r"));
        command.env_clear().env("COMPARE_COMPLETE", "zsh").env("PATH", "/usr/bin:/bin");
        command.env("COMPARE_COMPLETE_INDEX", (words.len() - 1).to_string());
        let output = command.output().expect("runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    hostile.settings("catalog = \"tools\"\n");
    assert!(tab(&["compare", "vs", ""]).contains("\na\t"));
    for settings in [
        "catalog = \"pipe.json\"",
        "catalog = \"/proc/kmsg\"",
        "catalog = \"/dev/zero\"",
        "catalog = \"../home/good.json\"",
    ] {
        hostile.settings(settings);
        assert!(!tab(&["compare", "vs", ""]).contains("\na\t"), "{settings}");
        assert!(tab(&["compare", ""]).contains("list"), "the commands are there all the same");
    }
    hostile.settings("templates = [\"pipe.json\"]");
    assert!(tab(&["compare", "-f", "j"]).contains("json"));
    fs::remove_file(hostile.at("r/compare.toml")).expect("removed");
    hostile.fifo("r/compare.toml");
    assert!(tab(&["compare", ""]).contains("list"));
    assert!(!tab(&["compare", "-c", "pipe.json", "vs", ""]).contains("\na\t"));
}

#[test]
#[cfg(unix)]
fn settings_that_are_replaced_while_they_are_read_are_one_or_the_other() {
    let hostile = Hostile::new();
    let (good, bad) = ("catalog = \"tools\"\n", "catalog = \"../home/docker.json\"\n");
    hostile.settings(good);
    std::thread::scope(|scope| {
        let swap = scope.spawn(|| {
            for round in 0..200 {
                let next = hostile.at("r/next");
                match round % 4 {
                    0 => fs::write(&next, bad).expect("written"),
                    1 => hostile.fifo("r/next"),
                    2 => hostile.link("../home/credentials", "r/next"),
                    _ => fs::write(&next, good).expect("written"),
                }
                fs::rename(&next, hostile.at("r/compare.toml")).expect("renamed");
            }
        });
        while !swap.is_finished() {
            let output = hostile.run(&["check"]);
            let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{said}");
            assert!(!said.contains("TOKEN-3"), "{said}");
        }
    });
}

/// The user who runs the tests is root, or nothing can be given away.
#[test]
#[cfg(unix)]
fn settings_above_that_belong_to_others_are_not_read() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let hostile = Hostile::new();
    fs::remove_dir_all(hostile.at("r/.git")).expect("removed");
    hostile.settings("catalog = \"tools\"\n");
    let status = |args: &[&str]| hostile.run_in("r/sub", args).status.code();
    assert_eq!(status(&["show", "a"]), Some(0));
    if fs::metadata(hostile.at("r")).expect("there").uid() != 0 {
        return;
    }
    chown(hostile.at("r/compare.toml"), Some(12345), None).expect("root may");
    let output = hostile.run_in("r/sub", &["show", "a"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    for words in ["../compare.toml belongs to another user", "--config ../compare.toml", "COMPARE_NO_CONFIG=1"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(status(&["show", "a", "--config", "../compare.toml"]), Some(0));
    assert_eq!(status(&["show", "a", "--no-config"]), Some(2), "there is no `a` among the built-in records");
    assert_eq!(status(&["init", "new"]), Some(0), "`init` reads no settings");
    // A folder of the host in a container: settings and working folder have one owner.
    chown(hostile.at("r/sub"), Some(12345), None).expect("root may");
    assert_eq!(status(&["show", "a"]), Some(0));
    // A link of a stranger's to a file of the user's.
    chown(hostile.at("r/sub"), Some(0), None).expect("root may");
    fs::rename(hostile.at("r/compare.toml"), hostile.at("r/real.toml")).expect("renamed");
    chown(hostile.at("r/real.toml"), Some(0), None).expect("root may");
    hostile.link("real.toml", "r/compare.toml");
    assert_eq!(status(&["show", "a"]), Some(0));
    std::os::unix::fs::lchown(hostile.at("r/compare.toml"), Some(12345), None).expect("root may");
    assert_eq!(status(&["show", "a"]), Some(2));
    // In the working folder they are read, unless everyone may write there.
    assert_eq!(hostile.run(&["show", "a"]).status.code(), Some(0));
    let open = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o1777);
    fs::set_permissions(hostile.at("r"), open).expect("root may");
    assert_eq!(hostile.run(&["show", "a"]).status.code(), Some(2));
}
