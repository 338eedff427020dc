//! TAB in real shells, in a terminal: what is inserted, what is listed, and that nothing else happens.

use super::completion::HOSTILE;
use super::support::{root, skip};
use super::terminal::Terminal;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A shell with its files in a folder of its own. In it, `compare` and `tool-compare` are functions that print their
/// arguments as `<a><b>`, so what stands on a line can be read from what it runs.
struct Shell {
    name: &'static str,
    terminal: Terminal,
    folder: TempDir,
}

const PROMPT: &str = "READY>";

const SETS: &str = "[sets]\nshortlist = [\"gemma-3n\", \"smolvlm2-turbo\"]\nsmall = [\"gemma-3n\"]\n";

/// Why the tests of `program` cannot run here, if they cannot.
fn missing(program: &str) -> bool {
    let found = |program: &str| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
    };
    for program in [program, "script", "clear"] {
        if !found(program) {
            skip(&format!("there is no `{program}` to complete in"));
            return true;
        }
    }
    false
}

fn completions(file: &str) -> PathBuf {
    root().join("completions").join(file)
}

impl Shell {
    /// Starts `line` with `files` (path below the folder, text) written first. `{folder}` in both is the folder.
    fn start(name: &'static str, line: &str, files: &[(&str, String)]) -> Self {
        Self::start_after("", name, line, files, &[])
    }

    /// The same after the shell has run `set_up`, which must succeed in silence; then `more` is added to the files.
    fn start_after(
        set_up: &str,
        name: &'static str,
        line: &str,
        files: &[(&str, String)],
        more: &[(&str, String)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path().to_str().expect("UTF-8").to_owned();
        fs::write(folder.path().join("h.json"), HOSTILE).expect("a file");
        fs::write(folder.path().join("my cat.json"), HOSTILE).expect("a file");
        fs::write(folder.path().join("compare.toml"), SETS).expect("a file");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text.replace("{folder}", &here)).expect("a file");
        }
        let mut surroundings = Command::new(name);
        let programs = Path::new(env!("CARGO_BIN_EXE_compare")).parent().expect("a folder").display();
        surroundings.env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin")).env("LANG", "C.UTF-8");
        surroundings.env("HOME", &here).env("ZDOTDIR", &here).current_dir(folder.path());
        if !set_up.is_empty() {
            let output = surroundings.args(["-c", set_up]).output().expect("the shell runs");
            assert!(output.status.success() && output.stderr.is_empty(), "{name}: {output:?}");
            assert!(output.stdout.is_empty(), "{name}: {output:?}");
            for (path, text) in more {
                let mut file = fs::OpenOptions::new().append(true).open(folder.path().join(path)).expect("a file");
                file.write_all(text.as_bytes()).expect("written");
            }
        }
        let terminal = Terminal::run(&line.replace("{folder}", &here), &surroundings);
        let mut shell = Self { name, terminal, folder };
        shell.terminal.shows("the first prompt", |screen| screen.trim_end().ends_with(PROMPT));
        shell
    }

    /// Empties the line and the screen.
    fn clear(&mut self) {
        self.terminal.keys("\u{15}clear\r");
        self.terminal.shows("an empty screen", |screen| screen.trim() == PROMPT);
    }

    /// Types `keys`, waits for `shown` on the screen, runs the line and expects it to be these `arguments`.
    fn runs(&mut self, keys: &str, shown: &str, arguments: &[&str]) {
        self.terminal.keys(keys);
        self.terminal.shows(&format!("{}: `{shown}` after {keys:?}", self.name), |screen| screen.contains(shown));
        let expected: String = arguments.iter().map(|argument| format!("<{argument}>")).collect();
        // Where a list is open, the first Enter takes from it and the second runs the line.
        for _ in 0..30 {
            self.terminal.keys("\r");
            let found = |screen: &str| screen.lines().any(|line| line == expected);
            if self.terminal.shows_within(Duration::from_secs(3), found) {
                self.clear();
                return;
            }
        }
        panic!("{}: {keys:?} does not run {expected}; the screen is\n{}", self.name, self.terminal.screen());
    }

    /// Types `keys` and expects each of `listed` on the screen, below a line that is still as typed, and none of `absent`.
    fn lists(&mut self, keys: &str, listed: &[&str], absent: &[&str]) {
        self.terminal.keys(keys);
        let typed = keys.trim_end_matches('\t').trim_end().to_owned();
        self.terminal.shows(&format!("{}: {listed:?} after {keys:?}", self.name), |screen| {
            screen.contains(&typed) && listed.iter().all(|word| screen.lines().skip(1).any(|line| line.contains(word)))
        });
        let screen = self.terminal.screen();
        assert!(!absent.iter().any(|word| screen.contains(word)), "{}: {keys:?} gives\n{screen}", self.name);
        if self.name == "elvish" {
            self.terminal.keys("\r");
        }
        self.clear();
    }

    /// What must hold in the shells that complete behind `~/`.
    fn at_home_folder(&mut self) {
        let home = self.folder.path().to_str().expect("UTF-8").to_owned();
        self.runs("compare -c ~/my\t", "my", &["-c", &format!("{home}/my cat.json")]);
        self.runs("compare -c $HOME/my\t", "my", &["-c", &format!("{home}/my cat.json")]);
        // Only bash expands the `~` of a word that looks like an assignment; for the others the program does.
        let below = if self.name == "bash" { home } else { "~".to_owned() };
        self.runs("compare -o json=~/my\t", "my", &["-o", &format!("json={below}/my cat.json")]);
        self.nothing_ran();
    }

    /// What must hold in every shell. `list` is what shows a list, `dev` begins a word `Dev `.
    fn at_home(&mut self, list: &str, dev: &str) {
        self.runs("compare gem\t", "gemma-3n", &["gemma-3n"]);
        self.runs("compare gemma-3n \t", "smolvlm2-turbo", &["gemma-3n", "smolvlm2-turbo"]);
        self.runs("compare --format=j\t", "json", &["--format=json"]);
        self.runs("compare @sho\t", "@shortlist", &["@shortlist"]);
        self.runs("compare list gemma-3n @sm\t", "@small", &["list", "gemma-3n", "@small"]);
        self.runs("compare -c h.json pl\t", "plain", &["-c", "h.json", "plain"]);
        self.runs("compare vs smol\t", "smolvlm2-turbo", &["vs", "smolvlm2-turbo"]);
        self.runs("tool-compare gem\t", "gemma-3n", &["gemma-3n"]);
        self.runs("compare -c my\t", "my", &["-c", "my cat.json"]);
        self.runs("compare -o json=my\t", "my", &["-o", "json=my cat.json"]);
        // A word that only looks like a command is none.
        self.runs("compare --catalog list --quie\t", "--quiet", &["--catalog", "list", "--quiet"]);
        self.runs("compare gemma-3n list smol\t", "turbo", &["gemma-3n", "list", "smolvlm2-turbo"]);
        self.lists(&format!("compare vs {list}"), &["gemma-3n", "smolvlm2-turbo"], &["formats"]);
        self.lists(&format!("compare -- {list}"), &["gemma-3n", "smolvlm2-turbo"], &["formats"]);
        // The tool `list` is left out where it would be the command.
        self.lists(&format!("compare -c h.json {list}"), &["evil", "plain", "rank"], &["gemma-3n", "List ·"]);
        let category = "Dev $(touch RAN1) `touch RAN2` \"q\" 'r' !x";
        self.runs(
            &format!("compare list -c h.json --category {dev}\t"),
            "RAN2",
            &["list", "-c", "h.json", "--category", category],
        );
        self.runs("compare -c h.json --weight O\t", "RAN3", &["-c", "h.json", "--weight", "O'Neil $(touch RAN3)="]);
        self.runs("compare list --category=Deve\t", "Tools", &["list", "--category=Developer Tools"]);
        self.runs("compare -c \"my cat.json\" pl\t", "plain", &["-c", "my cat.json", "plain"]);
        self.nothing_ran();
    }

    /// No name of a record was run.
    fn nothing_ran(&self) {
        for entry in fs::read_dir(self.folder.path()).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            assert!(!name.to_string_lossy().starts_with("RAN"), "{}: {} was run", self.name, name.display());
        }
    }
}

const BASH_COMPLETION: &str = "/usr/share/bash-completion/bash_completion";

const SH_FUNCTIONS: &str = r#"
compare() { printf '<%s>' "$@"; echo; }
tool-compare() { compare "$@"; }
"#;

fn bash(before: &str, after: &str) -> Shell {
    let script = completions("compare.bash");
    let rc = format!("PS1='{PROMPT} '\n{before}\nsource '{}'\n{after}\n{SH_FUNCTIONS}", script.display());
    Shell::start("bash", "bash --rcfile {folder}/rc -i", &[("rc", rc)])
}

#[test]
fn bash_completes() {
    if missing("bash") {
        return;
    }
    let mut shell = bash("", "");
    shell.at_home("\t\t", "Dev\\ ");
    shell.at_home_folder();
    shell.runs(
        "compare list -c h.json --category 'Dev\t",
        "Tools",
        &["list", "-c", "h.json", "--category", "Developer Tools"],
    );
    shell.runs(
        "compare list -c h.json --category \"Deve\t",
        "Tools",
        &["list", "-c", "h.json", "--category", "Developer Tools"],
    );
    shell.runs("true; A=1 compare vs gem\t", "gemma-3n", &["vs", "gemma-3n"]);
    shell.runs("compare --catalog=my\t", "cat", &["--catalog=my cat.json"]);
    let with_space = "compare list -c h.json --category \"Developer T\t";
    shell.runs(with_space, "Tools", &["list", "-c", "h.json", "--category", "Developer Tools"]);
    shell.runs("compare --gate 'certainty>=l\t", "leaning", &["--gate", "certainty>=leaning"]);
    shell.runs("compare --gate=all:panel.ship_r\t1\u{8}", "ratio", &["--gate=all:panel.ship_ratio"]);
    shell.runs("compare --gate 'x>=1' gem\t", "gemma-3n", &["--gate", "x>=1", "gemma-3n"]);
    // What stands behind the cursor counts.
    let behind = " --catalog=h.json -q";
    let keys = format!("compare vs pl{behind}{}\t", "\u{2}".repeat(behind.len()));
    shell.runs(&keys, "plain", &["vs", "plain", "--catalog=h.json", "-q"]);
    shell.lists("compare x > \t\t", &["h.json", "my cat.json"], &["gemma-3n"]);
    shell.nothing_ran();
}

#[test]
fn bash_completes_beside_bash_completion() {
    if missing("bash") {
        return;
    }
    if !Path::new(BASH_COMPLETION).exists() {
        return skip("there is no bash-completion");
    }
    let source = format!("source {BASH_COMPLETION}");
    let mut shell = bash(&source, "");
    // Its file for `convert` registers ImageMagick's `compare`.
    shell.runs("convert my\t\u{15}identify my\t\u{15}compare gem\t", "gemma-3n", &["gemma-3n"]);
    shell.at_home("\t\t", "Dev\\ ");
    // Sourced too early, the script catches up at the first TAB.
    let mut shell = bash("", &source);
    shell.runs("compare gem\t", "gemma-3n", &["gemma-3n"]);
    shell.runs("convert my\t\u{15}compare gem\t", "gemma-3n", &["gemma-3n"]);
    // Installed as a file that is loaded when it is needed.
    let lazy = fs::read_to_string(completions("compare.bash")).expect("a script");
    let rc = format!("PS1='{PROMPT} '\n{source}\n{SH_FUNCTIONS}");
    let file = ".local/share/bash-completion/completions/compare";
    let mut shell = Shell::start("bash", "bash --rcfile {folder}/rc -i", &[("rc", rc), (file, lazy)]);
    shell.runs("compare gem\t", "gemma-3n", &["gemma-3n"]);
    shell.runs("convert my\t\u{15}compare gem\t", "gemma-3n", &["gemma-3n"]);
}

fn zsh(setup: &str) -> Shell {
    let script = fs::read_to_string(completions("_compare")).expect("a script");
    let rc = format!("PS1='{PROMPT} '\n{setup}\n{SH_FUNCTIONS}");
    Shell::start("zsh", "zsh -i", &[(".zshrc", rc), ("functions/_compare", script)])
}

const ZSH_FPATH: &str = "fpath=({folder}/functions $fpath); autoload -Uz compinit; compinit -u -d {folder}/dump";

#[test]
fn zsh_completes_from_fpath_at_the_first_tab() {
    if missing("zsh") {
        return;
    }
    let mut shell = zsh(ZSH_FPATH);
    shell.at_home("\t", "Dev\\ ");
    shell.at_home_folder();
    shell.runs("compare turb\t", "smolvlm2-turbo", &["smolvlm2-turbo"]);
    shell.runs("compare GEM\t", "gemma-3n", &["gemma-3n"]);
    shell.lists("compare -c h.json vs i\t", &["evil", "list", "plain"], &[]);
    shell.runs("compare list --category=deve\t", "Tools", &["list", "--category=Developer Tools"]);
    shell.runs(
        "compare list -c h.json --category \"Dev \t",
        "RAN2",
        &["list", "-c", "h.json", "--category", "Dev $(touch RAN1) `touch RAN2` \"q\" 'r' !x"],
    );
    shell.runs("compare gem\u{1b}[D\t", "gemma-3n", &["gemma-3n"]);
    shell.nothing_ran();
}

#[test]
fn zsh_completes_where_the_script_is_sourced() {
    if missing("zsh") {
        return;
    }
    let source = format!("source '{}'", completions("_compare").display());
    let mut shell = zsh(&format!("autoload -Uz compinit; compinit -u -d {{folder}}/dump; {source}"));
    shell.runs("compare gem\t", "gemma-3n", &["gemma-3n"]);
    shell.runs("tool-compare gemma-3n \t", "smolvlm2-turbo", &["gemma-3n", "smolvlm2-turbo"]);
    // Too early it does nothing, and says nothing.
    let mut shell = zsh(&source);
    shell.runs("compare x", "compare x", &["x"]);
}

#[test]
fn fish_completes_beside_its_own_file() {
    if missing("fish") {
        return;
    }
    let script = fs::read_to_string(completions("compare.fish")).expect("a script");
    let config = format!(
        "function fish_prompt; echo '{PROMPT} '; end\nfunction fish_greeting; end\nfunction fish_right_prompt; end\n\
         function compare; printf '<%s>' $argv; echo; end\nfunction tool-compare; compare $argv; end\n\
         set -g fish_autosuggestion_enabled 0\n"
    );
    let mut shell = Shell::start(
        "fish",
        "fish -i",
        &[
            (".config/fish/config.fish", config),
            (".config/fish/completions/compare.fish", script.clone()),
            (".config/fish/completions/tool-compare.fish", script),
        ],
    );
    shell.at_home("\t", "Dev\\ ");
    shell.at_home_folder();
    shell.runs("compare turb\t", "smolvlm2-turbo", &["smolvlm2-turbo"]);
    shell.lists("compare -\t", &["--all", "--format"], &["-channel", "-compose"]);
    shell.runs(
        "compare list -c h.json --category \"Dev \t",
        "RAN2",
        &["list", "-c", "h.json", "--category", "Dev $(touch RAN1) `touch RAN2` \"q\" 'r' !x"],
    );
    shell.nothing_ran();
}

#[test]
fn elvish_completes_under_each_name() {
    if missing("elvish") {
        return;
    }
    let script = completions("compare.elv");
    let rc = format!(
        "set edit:prompt = {{ put '{PROMPT} ' }}\nset edit:rprompt = {{ }}\n\
         fn compare {{|@a| for x $a {{ print '<'$x'>' }}; echo }}\n\
         fn tool-compare {{|@a| for x $a {{ print '<'$x'>' }}; echo }}\n\
         eval (cat '{}' | slurp)\n",
        script.display()
    );
    let mut shell = Shell::start("elvish", "elvish -rc {folder}/rc.elv", &[("rc.elv", rc)]);
    shell.at_home("\t", "'Dev ");
    shell.lists("e:compare vs \t", &["gemma-3n", "Gemma 3n · ship"], &["formats"]);
    shell.lists("e:tool-compare vs \t", &["gemma-3n", "Gemma 3n · ship"], &["formats"]);
}

/// Another program called `compare` may come first and complain.
#[test]
fn a_program_that_complains_leaves_the_line_alone() {
    let set_up = |name: &str| {
        let fake = "#!/bin/sh\necho COMPLAINT >&2\nexit 1\n".to_owned();
        let before = format!("chmod +x bin/compare\nexport PATH={{folder}}/bin:$PATH\nPS1='{PROMPT} '\n");
        let rc = match name {
            "bash" => format!("{before}source '{}'\n", completions("compare.bash").display()),
            _ => format!(
                "{before}autoload -Uz compinit; compinit -u -d {{folder}}/dump; source '{}'\n",
                completions("_compare").display()
            ),
        };
        [("bin/compare", fake), (if name == "bash" { "rc" } else { ".zshrc" }, rc + SH_FUNCTIONS)]
    };
    for (name, line) in [("bash", "bash --rcfile {folder}/rc -i"), ("zsh", "zsh -i")] {
        if missing(name) {
            continue;
        }
        let mut shell = Shell::start(name, line, &set_up(name));
        shell.runs("compare gem\tx", "gemx", &["gemx"]);
        assert!(!shell.terminal.screen().contains("COMPLAINT"));
    }
}

/// What the documentation says that one types into `shell`.
fn set_up(shell: &str) -> String {
    let text = fs::read_to_string(root().join("docs/completion.md")).expect("the page");
    let (_, from) = text.split_once(&format!("```{shell}\n")).expect("a block of its own");
    from.split_once("```").expect("its end").0.to_owned()
}

#[test]
fn the_documented_lines_set_each_shell_up() {
    let sh = format!("PS1='{PROMPT} '\n");
    let bash = format!("{sh}source {BASH_COMPLETION} 2>/dev/null\n");
    let fish = format!(
        "function fish_prompt; echo '{PROMPT} '; end\nfunction fish_greeting; end\nfunction fish_right_prompt; end\n\
         set -g fish_autosuggestion_enabled 0\n"
    );
    let fish_functions =
        "function compare; printf '<%s>' $argv; echo; end\nfunction tool-compare; compare $argv; end\n";
    let elvish = format!("set edit:prompt = {{ put '{PROMPT} ' }}\nset edit:rprompt = {{ }}\n");
    let elvish_functions = "fn compare {|@a| for x $a { print '<'$x'>' }; echo }\n\
                            fn tool-compare {|@a| for x $a { print '<'$x'>' }; echo }\n";
    // The functions come last: they would be in the way of the program while it sets the shell up.
    for (name, line, file, before, after) in [
        ("bash", "bash -i", ".bashrc", bash, SH_FUNCTIONS),
        ("zsh", "zsh -i", ".zshrc", sh, SH_FUNCTIONS),
        ("fish", "fish -i", ".config/fish/config.fish", fish, fish_functions),
        ("elvish", "elvish", ".config/elvish/rc.elv", elvish, elvish_functions),
    ] {
        if missing(name) {
            continue;
        }
        let after = [(file, after.to_owned())];
        let mut shell = Shell::start_after(&set_up(name), name, line, &[(file, before)], &after);
        shell.runs("compare gem\t", "gemma-3n", &["gemma-3n"]);
        shell.runs("tool-compare gemma-3n \t", "smolvlm2-turbo", &["gemma-3n", "smolvlm2-turbo"]);
    }
}
