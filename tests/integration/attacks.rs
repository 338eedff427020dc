//! Templates that would take all time or all memory: which limit ends each, and how much memory it had by then.
//!
//! Nothing here looks at a clock. A template that only the clock ends says another message.

use super::support::{catalogs, is_hostile, root, skip};
use Limit::{Arithmetic, Depth, Indent, Size, Steps};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Most memory that the program may ever have had, in KiB: a hundred times less than what the templates ask for.
const MEMORY: u64 = 100 << 10;

/// What ends a template.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Steps,
    /// Of what is nested: brackets, macros, includes, values.
    Depth,
    /// Of a value in bytes or items.
    Size,
    Indent,
    Arithmetic,
}

impl Limit {
    /// What the message says of it.
    fn words(self) -> &'static [&'static str] {
        match self {
            Steps => &["the template does more work than is allowed for this document"],
            Depth => &["recursion limit", "cycle in template inheritance", "it nests too deep"],
            Size => &["it is too large", "repeated sequence is too large"],
            Indent => &["an indent has at most 64 spaces"],
            Arithmetic => &["unable to calculate"],
        }
    }
}

/// The files in `fixtures/templates/attacks`.
const FILES: &[(&str, Limit)] = &[
    ("brackets", Depth),
    ("captured", Steps),
    ("deep-list-compare", Steps),
    ("deep-list-drop", Steps),
    ("deep-list-string", Steps),
    ("deep-list", Steps),
    ("doubling", Steps),
    ("escaped", Steps),
    ("extends-self", Depth),
    ("format-width", Steps),
    ("gigabyte-string", Steps),
    ("include-self", Depth),
    ("indent-named", Indent),
    ("indent", Indent),
    ("loop", Steps),
    ("macro-recursion", Depth),
    ("md-prefix", Indent),
    ("nested-list", Size),
    ("output", Steps),
    ("parentheses", Depth),
    ("power", Arithmetic),
    ("repeated-list", Size),
    ("replace", Steps),
    ("silent-loop", Steps),
    ("tojson-indent", Indent),
];

/// Two lists of two equal lists of two equal lists, forty deep: few steps make them, and nobody lives to walk them.
const SHARED: &str = "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(40) %}\
    {% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}";

/// Name, what ends it, how it begins, and the rest.
const TEXTS: &[(&str, Limit, &str, &str)] = &[
    (
        "batch",
        Steps,
        "",
        "{% set n = namespace(s=range(100)|list) %}{% for i in range(40) %}{% set n.s = [n.s, n.s] | batch(1) | list %}{% endfor %}{{ n.s == [n.s] }}",
    ),
    (
        "big-range",
        Steps,
        "",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% break %}{% endfor %}{% endfor %}",
    ),
    (
        "chain",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s | chain(n.s) %}{% endfor %}{{ n.s | string }}",
    ),
    (
        "deep-loop",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(40000) %}{% set n.s = [n.s] %}{% endfor %}{{ n.s == n.s[0:] }}{{ n.s ~ '' }}",
    ),
    (
        "dict",
        Steps,
        "",
        "{% set n = namespace(s=dict(a=1)) %}{% for i in range(40) %}{% set n.s = dict(a=n.s, b=n.s) %}{% endfor %}{{ n.s ~ '' }}",
    ),
    (
        "list-compare-doc",
        Steps,
        "",
        "{% for i in range(100000) %}{% if [tools[0]] == [tools[1]] %}{% endif %}{% endfor %}",
    ),
    (
        "long-compare",
        Steps,
        "",
        "{% set a = 'x' * 5000000 %}{% set b = 'x' * 5000000 %}{% for i in range(90000) %}{% if a == b %}{% endif %}{% endfor %}",
    ),
    (
        "long-first",
        Steps,
        "",
        "{% set a = 'ab' * 3000000 %}{% for i in range(90000) %}{% set b = a | first %}{% endfor %}",
    ),
    (
        "long-in",
        Steps,
        "",
        "{% set a = 'ab' * 3000000 %}{% for i in range(90000) %}{% if 'xyz' in a %}{% endif %}{% endfor %}",
    ),
    (
        "long-item",
        Steps,
        "",
        "{% set a = 'é' * 3000000 %}{% for i in range(90000) %}{% if a[1] is defined %}{% endif %}{% endfor %}",
    ),
    (
        "long-length",
        Steps,
        "",
        "{% set a = 'é' * 3000000 %}{% for i in range(90000) %}{% if a | length %}{% endif %}{% endfor %}",
    ),
    (
        "long-loop",
        Steps,
        "",
        "{% set a = 'ab' * 3000000 %}{% for i in range(90000) %}{% for c in a %}{% break %}{% endfor %}{% endfor %}",
    ),
    (
        "long-slice",
        Steps,
        "",
        "{% set a = 'é' * 3000000 %}{% for i in range(90000) %}{% if a[1:2] %}{% endif %}{% endfor %}",
    ),
    (
        "long-startingwith",
        Steps,
        "",
        "{% set a = 'ab' * 3000000 %}{% for i in range(90000) %}{% if a is startingwith a %}{% endif %}{% endfor %}",
    ),
    (
        "long-upper-test",
        Steps,
        "",
        "{% set a = 'ab' * 3000000 %}{% for i in range(90000) %}{% if a is lower %}{% endif %}{% endfor %}",
    ),
    ("namespace-emit", Depth, "", "{% set n = namespace() %}{% set n.s = n %}{{ n }}"),
    ("namespace-loop", Steps, "", "{% set n = namespace() %}{% set n.s = [n] %}{{ n.s == [n.s] }}{{ n.s | tojson }}"),
    ("namespace-self", Steps, "", "{% set n = namespace() %}{% set n.s = n %}{{ n ~ '' }}"),
    ("namespace-tojson", Depth, "", "{% set n = namespace() %}{% set n.s = [n] %}{{ n | tojson }}"),
    (
        "repeated-chain",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(30000) %}{% set n.s = n.s * 1 %}{% endfor %}{% for i in range(100000) %}{{ n.s | first }}{% endfor %}",
    ),
    ("repeated-compare", Steps, "", "{{ ([[[1] * 9999] * 9999] * 9999) == ([[[1] * 9999] * 9999] * 9999) }}"),
    ("repeated-nested", Steps, "", "{{ ([[[1] * 9999] * 9999] * 9999) ~ '' }}"),
    ("repeated-string", Steps, "", "{{ (['x' * 1000000] * 100000) ~ '' }}"),
    (
        "reversed",
        Steps,
        "",
        "{% set n = namespace(s=range(1000)) %}{% for i in range(60000) %}{% set n.s = n.s | reverse %}{% endfor %}{{ n.s | length }}",
    ),
    (
        "shared-call-block",
        Steps,
        SHARED,
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x) m() %}{{ n.s == n.t }}{% endcall %}",
    ),
    ("shared-chained", Steps, SHARED, "{{ 1 if n.s == n.t == n.s }}"),
    ("shared-changed", Steps, SHARED, "{% for x in [n.s, n.t] %}{{ loop.changed(x) }}{% endfor %}"),
    ("shared-compare", Steps, SHARED, "{{ n.s == n.t }}"),
    ("shared-concat", Steps, SHARED, "{{ n.s ~ '' }}"),
    ("shared-dictsort", Steps, SHARED, "{{ {'a': n.s, 'b': n.t} | dictsort(by='value') | length }}"),
    ("shared-escape", Steps, SHARED, "{{ n.s | escape }}"),
    ("shared-format", Steps, SHARED, "{{ '%s' | format(n.s) }}"),
    ("shared-groupby", Steps, SHARED, "{{ [{'a': n.s}, {'a': n.t}] | groupby('a') | length }}"),
    ("shared-in-string", Steps, SHARED, "{{ 1 if n.s in 'text' }}"),
    ("shared-in", Steps, SHARED, "{{ 1 if n.s in [n.t] }}"),
    ("shared-item", Steps, SHARED, "{{ tools[n.s] }}"),
    ("shared-join", Steps, SHARED, "{{ n.s | join(',') }}"),
    ("shared-key", Steps, SHARED, "{% set m = {n.s: 1} %}{{ m[n.t] }}"),
    ("shared-less", Steps, SHARED, "{{ 1 if n.s < n.t }}"),
    ("shared-list", Size, SHARED, "{{ n.s | list }}"),
    (
        "shared-macro",
        Depth,
        "",
        "{% macro f(x, y, i) %}{% if i %}{{ f([x, x], [y, y], i - 1) }}{% else %}{{ x == y }}{% endif %}{% endmacro %}{{ f([1], [1], 40) }}",
    ),
    ("shared-map-join", Steps, SHARED, "{{ [n.s] | map('join', '') | list | length }}"),
    (
        "shared-map",
        Steps,
        "",
        "{% set n = namespace(s={'a': 1}, t={'a': 1}) %}{% for i in range(40) %}{% set n.s = {'a': n.s, 'b': n.s} %}{% set n.t = {'a': n.t, 'b': n.t} %}{% endfor %}{{ n.s == n.t }}",
    ),
    ("shared-md", Size, SHARED, "{{ n.s | md }}"),
    ("shared-min", Steps, SHARED, "{{ [n.s, n.t] | min | length }}"),
    ("shared-replace", Steps, SHARED, "{{ 'x' | replace('x', n.s) }}"),
    ("shared-select", Steps, SHARED, "{{ [n.s] | select('eq', n.t) | list | length }}"),
    ("shared-sort", Steps, SHARED, "{{ [n.s, n.t] | sort | length }}"),
    ("shared-string", Steps, SHARED, "{{ n.s | string }}"),
    ("shared-test", Steps, SHARED, "{{ 1 if n.s is eq n.t }}"),
    ("shared-tojson", Size, SHARED, "{{ n.s | tojson }}"),
    ("shared-trim", Steps, SHARED, "{{ 'x' | trim(n.s) }}"),
    ("shared-unique", Steps, SHARED, "{{ [n.s, n.t] | unique | length }}"),
    ("shared-upper", Steps, SHARED, "{{ n.s | upper }}"),
    (
        "slices",
        Steps,
        "",
        "{% set n = namespace(s=range(1000)) %}{% for i in range(60000) %}{% set n.s = n.s[0:] %}{% endfor %}{{ n.s | length }}",
    ),
    (
        "sum-doubling",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s ~ '' }}",
    ),
    (
        "sum-filter-full",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] | sum(start=[]) %}{% endfor %}{{ n.s ~ '' }}",
    ),
    (
        "sum-slices",
        Steps,
        "",
        "{% set n = namespace(s=[1,2][0:1]) %}{% for i in range(60) %}{% set n.s = n.s[0:] + n.s[0:] %}{% endfor %}{{ n.s | length }}",
    ),
    (
        "zip",
        Steps,
        "",
        "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s | zip(n.s) %}{% endfor %}{{ n.s ~ '' }}",
    ),
];

/// Runs the program with each template and prints, a line each: exit status and most memory in KiB.
const MEASURE: &str = r#"
import os, subprocess, sys
program, folder, templates = sys.argv[1], sys.argv[2], sys.argv[3:]
for template in templates:
    with open(os.path.join(folder, "out"), "wb") as out, open(os.path.join(folder, "err"), "ab") as err:
        child = subprocess.Popen([program, "gemma-3n", "smolvlm2-turbo", "--template", template],
                                 stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={})
        _, status, usage = os.wait4(child.pid, 0)
        err.write(b"\0")
        print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, os.path.getsize(out.name))
"#;

fn measured(templates: &[PathBuf]) -> Option<Vec<(String, String, u64)>> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut python = Command::new("python3");
    python.args(["-c", MEASURE, env!("CARGO_BIN_EXE_compare")]).arg(folder.path()).args(templates);
    let output = python.current_dir(root()).output().ok()?;
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = std::fs::read_to_string(folder.path().join("err")).expect("UTF-8");
    let line = |(line, said): (&str, &str)| {
        let mut words = line.split(' ');
        let status = words.next().expect("a status").to_owned();
        let memory = words.next().and_then(|word| word.parse().ok()).expect("a size");
        assert_eq!(words.next(), Some("0"), "nothing on standard output");
        (status, said.to_owned(), memory)
    };
    Some(lines.lines().zip(said.split('\0')).map(line).collect())
}

fn written(folder: &Path) -> Vec<(PathBuf, Limit)> {
    let write = |(name, limit, start, rest): &(&str, Limit, &str, &str)| {
        let path = folder.join(format!("{name}.md.j2"));
        std::fs::write(&path, format!("{start}{rest}")).expect("written");
        (path, *limit)
    };
    TEXTS.iter().map(write).collect()
}

#[test]
fn every_attack_ends_by_the_limit_that_it_exceeds_in_little_memory() {
    let files = catalogs("fixtures/templates/attacks");
    assert_eq!(files.len(), FILES.len());
    let folder = tempfile::tempdir().expect("a folder");
    let mut attacks = written(folder.path());
    for (path, (name, limit)) in files.into_iter().zip(FILES) {
        assert_eq!(path.file_name().expect("a name").to_str(), Some(format!("{name}.md.j2").as_str()));
        attacks.push((path, *limit));
    }
    let paths: Vec<PathBuf> = attacks.iter().map(|(path, _)| path.clone()).collect();
    let Some(results) = measured(&paths) else { return skip("python3 is not there") };
    assert_eq!(results.len(), attacks.len());
    for ((path, limit), (status, said, memory)) in attacks.iter().zip(results) {
        let name = path.file_stem().expect("a name").display();
        assert_eq!(status, "2", "{name}: {said}");
        assert!(limit.words().iter().any(|words| said.contains(words)), "{name} is not ended by {limit:?}: {said}");
        assert!(!said.chars().any(is_hostile), "{name}: {said:?}");
        if cfg!(target_os = "linux") {
            assert!(memory < MEMORY, "{name}: {memory} KiB");
        }
    }
}

/// What looks the same and is small is no attack.
#[test]
fn what_is_small_may_nest_and_repeat() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, expected) in [
        (SHARED.replace("40", "3") + "{{ n.s == n.t }} {{ n.s is eq n.t }} {{ n.s in [n.t] }}", "true true true"),
        (SHARED.replace("40", "2") + "{{ n.s ~ '' }} {{ n.s | string }}", "[[[1], [1]], [[1], [1]]] [[[1], [1]], [[1], [1]]]"),
        ("{% set n = namespace(s=[]) %}{% for i in range(3) %}{% set n.s = n.s + [i] %}{% endfor %}{{ n.s }}".into(), "[0,1,2]"),
        ("{% set n = namespace(s=[]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}".into(), "[]"),
        ("{% set n = namespace(s={}) %}{% for i in range(60) %}{% set n.s = n.s | chain(n.s) %}{% endfor %}{{ n.s }}".into(), "{}"),
        ("{{ [[1], [2, 3]] | sum(start=[]) | join('-') }} {{ [1, 2] | sum }} {{ [1, 2] | sum(start=4) }}".into(), "1-2-3 3 7"),
        ("{{ [1, 2] | zip([3, 4]) | list | length }} {{ ([1] * 3) | join }} {{ 'ab' * 2 }} {{ 2 * 3 * 4 / 2 }}".into(), "2 111 abab 12.0"),
        ("{{ [3, 1, 2][1:] | sort | reverse | join }} {{ 'abc'[1:] }} {{ {'a': 1}['a'] }} {{ 'b' in {'b': 1} }}".into(), "21 bc 1 true"),
        ("{% for a, b in {'x': 1} | items %}{{ a ~ b }}{% endfor %} {{ 1 < 2 < 3 != 4 }} {{ not 1 in [2] }}".into(), "x1 true true"),
    ] {
        let path = folder.path().join("small.txt.j2");
        std::fs::write(&path, &text).expect("written");
        let mut run = super::support::compare();
        let output = run.args(["gemma-3n", "smolvlm2-turbo", "--template"]).arg(&path).output().expect("runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected, "{text}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
