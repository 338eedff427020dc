//! Rendering within limits: work, memory, output, recursion, includes.

use super::output::Output;
use super::source::Folder;
use super::{fault, filters};
use crate::ci_log::{self, Breaks, Instead};
use crate::error::{Error, Result};
use crate::format::json::Limited;
use crate::report::Report;
use crate::text::{is_control, is_noncharacter};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, State, UndefinedBehavior, Value};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Instructions that a template may execute for a small document; 64 bytes of text count as one.
const FUEL: u64 = 500_000;
/// Bytes that a template may write for a small document.
const OUTPUT_MAX: u64 = 16 << 20;
/// Bytes of memory that rendering a small document may take, where the system tells how much is taken.
const MEMORY_MAX: u64 = 128 << 20;
/// How deep macros, blocks and includes may nest.
const RECURSION_MAX: usize = 100;
/// How long rendering may take. Fuel counts an operator or a filter once, however much it walks: `a == b` of two lists
/// that hold one another forty deep takes one instruction and years.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How often time and memory are looked at.
const CHECK_EVERY: Duration = Duration::from_millis(10);
/// Address space for the stack: values may nest as deep as there is fuel. Unused stack takes no memory.
const STACK: usize = if cfg!(target_pointer_width = "64") { 256 << 20 } else { 16 << 20 };

/// A template, ready to be rendered.
pub(super) struct ParsedTemplate {
    /// What includes call it.
    pub(super) name: String,
    /// What messages call it.
    pub(super) shown: String,
    /// Its text.
    pub(super) text: Cow<'static, str>,
    /// What it writes.
    pub(super) output: Output,
    /// Where its includes are, if it may have any.
    pub(super) folder: Option<Arc<Folder>>,
    /// The kinds of document that it is for; empty for all.
    pub(super) kinds: &'static [&'static str],
}

/// What a template may use up.
#[derive(Clone, Copy)]
struct Limits {
    /// In instructions.
    fuel: u64,
    /// In bytes.
    output: u64,
    /// In bytes.
    memory: u64,
    time: Duration,
}

impl Limits {
    /// A large document takes more work to write: each of its bytes allows for another instruction, four more bytes of
    /// output and sixteen of memory.
    fn of(document: &serde_json::Value) -> Self {
        let size = weight(document);
        Self {
            fuel: FUEL.saturating_add(size),
            output: OUTPUT_MAX.saturating_add(size.saturating_mul(4)),
            memory: MEMORY_MAX.saturating_add(size.saturating_mul(16)),
            time: TIME_MAX,
        }
    }
}

/// About as many bytes as `value` has as JSON.
fn weight(value: &serde_json::Value) -> u64 {
    use serde_json::Value as Json;
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => 8,
        Json::String(text) => text.len() as u64 + 8,
        Json::Array(items) => 8 + items.iter().map(weight).sum::<u64>(),
        Json::Object(fields) => 8 + fields.iter().map(|(name, value)| name.len() as u64 + weight(value)).sum::<u64>(),
    }
}

/// What `source` makes of `report`.
///
/// # Errors
/// What is wrong with the template, at its line; a limit that it exceeds.
pub(super) fn render(source: ParsedTemplate, report: &Report) -> Result<String> {
    let document = serde_json::to_value(report)
        .map_err(|e| Error::data(format!("cannot make the document that templates see: {e}")))?;
    let kind = document["kind"].as_str().unwrap_or_default();
    if !source.kinds.is_empty() && !source.kinds.contains(&kind) {
        let kinds = source.kinds.join(", ");
        let name = source.name;
        return Err(Error::usage(format!("`{name}` cannot be written from a document of kind `{kind}`"))
            .hint(format!("it takes documents of kind {kinds}")));
    }
    let limits = Limits::of(&document);
    let shown = source.shown.clone();
    within(limits, move || rendered(&source, &document, limits))
        .unwrap_or_else(|excess| Err(Error::data(format!("{shown}: the template {excess}"))))
}

/// The result of `work`, done on a thread of its own; what it exceeded where that was the time or the memory of
/// `limits`. Nothing stops the thread then: it ends with the program.
fn within<T: Send + 'static>(
    limits: Limits,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> std::result::Result<Result<T>, String> {
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    let memory_max = resident().saturating_add(limits.memory);
    let worker = std::thread::Builder::new().name("template".to_owned()).stack_size(STACK);
    let spawned = worker.spawn(move || {
        // Nobody receives it after the time is up.
        let _ = sender.send(work());
    });
    if let Err(error) = spawned {
        return Ok(Err(Error::io("render", "the template", &error)));
    }
    loop {
        match receiver.recv_timeout(CHECK_EVERY) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => return Err("could not be rendered".to_owned()),
            Err(RecvTimeoutError::Timeout) if start.elapsed() >= limits.time => {
                return Err(format!("took longer than {} s", limits.time.as_secs()));
            }
            Err(RecvTimeoutError::Timeout) if resident() > memory_max => {
                return Err(format!("took more than {} MiB of memory", limits.memory >> 20));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The memory that this process takes, in bytes; 0 where Linux does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or_default() << 10
}

fn rendered(source: &ParsedTemplate, document: &serde_json::Value, limits: Limits) -> Result<String> {
    let fields: Vec<&str> = document.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let folder = &source.folder;
    let shown = |name: &str| match folder {
        Some(folder) if name != source.name => folder.display(name),
        _ => source.shown.clone(),
    };
    let explain = |error: &minijinja::Error| fault::explain(error, shown, &fields);

    let syntax = syntax().map_err(|e| explain(&e))?;
    let mut env = environment(source.output, limits.fuel, syntax);
    let own_text = Arc::new(Mutex::new(source.text.to_string()));
    if let Some(folder) = folder {
        let (folder, own_text) = (Arc::clone(folder), Arc::clone(&own_text));
        env.set_loader(move |name| {
            let included = folder.include(name).map_err(|error| {
                minijinja::Error::new(ErrorKind::InvalidOperation, error.message.clone()).with_source(error)
            })?;
            own_text.lock().unwrap_or_else(PoisonError::into_inner).push_str(included.as_deref().unwrap_or_default());
            Ok(included)
        });
    }
    env.add_template_owned(source.name.clone(), source.text.as_ref()).map_err(|e| explain(&e))?;
    let template = env.get_template(&source.name).map_err(|e| explain(&e))?;
    let mut out = Limited::new(usize::try_from(limits.output).unwrap_or(usize::MAX));
    match template.render_captured_to(Value::from(Serde(document)), &mut out) {
        Err(error) if error.kind() == ErrorKind::WriteFailure => {
            let most = limits.output >> 20;
            return Err(Error::data(format!("{}: the template writes more than {most} MiB", source.shown)));
        }
        rendered => rendered.map_err(|e| explain(&e))?,
    };
    let text = String::from_utf8(out.bytes).map_err(|_| Error::data("the template wrote bytes that are not text"))?;
    // A template is a stranger's too: what it says itself is tamed like what it shows.
    let text = tame(text.trim_end()) + "\n";
    let own_text = own_text.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(without_composed_commands(&text, &own_text, source.output.instead()))
}

/// `text` without the workflow commands that the template puts together from pieces of values, each of them harmless.
/// Those that `own_text`, the text of the template and its includes, writes itself stay.
fn without_composed_commands(text: &str, own_text: &str, instead: Instead) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for at in ci_log::commands(text, Breaks::AtLineEnds) {
        let name = |c: char| c.is_ascii_alphabetic() || c == '-';
        let (start, signs) = match text[at..].find(['[', ':']) {
            Some(bracket) if text[at..].starts_with('#') => (at - 1, bracket + 1),
            _ => (at, 2),
        };
        let end = text[at + signs..].find(|c| !name(c)).map_or(text.len(), |length| at + signs + length);
        if own_text.contains(&text[start..end]) {
            continue;
        }
        out.push_str(&text[copied..at]);
        out.push_str(instead.of(text.as_bytes()[at] == b':'));
        copied = at + 1;
    }
    out.push_str(&text[copied..]);
    out
}

fn syntax() -> std::result::Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
}

fn environment<'a>(output: Output, fuel: u64, syntax: SyntaxConfig) -> Environment<'a> {
    let mut env = Environment::new();
    // A name that is not there is a mistake, wherever it is used, but `if` may ask.
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_debug(true); // for the place of an error
    env.set_fuel(Some(fuel));
    env.set_recursion_limit(RECURSION_MAX);
    env.set_syntax(syntax);
    // What is included is escaped as what includes it: its own name does not count.
    let escape = AutoEscape::Custom(output.name().into());
    env.set_auto_escape_callback(move |_| escape.clone());
    env.set_formatter(move |out, state, value| put(output, out, state, value));
    filters::install(&mut env, output);
    env
}

/// Writes `value`, escaped for `output` unless it is markup that the template made.
fn put(
    output: Output,
    out: &mut minijinja::Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    if !matches!(state.auto_escape(), AutoEscape::Custom(name) if name == output.name()) {
        return Err(minijinja::Error::new(
            ErrorKind::InvalidOperation,
            format!("escaping is that of the output ({}) and cannot be switched off or over", output.name()),
        ));
    }
    if value.is_safe() {
        return out.write_str(value.as_str().unwrap_or_default()).map_err(minijinja::Error::from);
    }
    filters::charge(state, value.as_str().unwrap_or_default())?;
    let text = output
        .escape(value, filters::room(state))
        .map_err(|error| minijinja::Error::new(ErrorKind::InvalidOperation, error.message))?;
    out.write_str(&text).map_err(minijinja::Error::from)
}

/// `text` with nothing in it that commands a terminal or that XML forbids. Lines that end as Windows ends them stay so.
pub(super) fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut rest = text;
    let commands = |c: char| is_control(c) && !matches!(c, '\n' | '\t') || is_noncharacter(c);
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| commands(*c)) {
        out.push_str(&rest[..at]);
        rest = &rest[at + c.len_utf8()..];
        if c == '\r' && rest.starts_with('\n') {
            out.push(c);
        } else {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_beyond_time_or_memory_is_given_up() {
        // The other tests of this process take memory too.
        let free = Limits { fuel: 0, output: 0, memory: u64::MAX, time: Duration::from_mins(1) };
        assert_eq!(within(free, || Ok(1)), Ok(Ok(1)));
        let park = || -> Result<()> {
            loop {
                std::thread::park();
            }
        };
        assert_eq!(within(Limits { time: Duration::ZERO, ..free }, park), Err("took longer than 0 s".to_owned()));
        if cfg!(target_os = "linux") {
            let hoard = move || {
                let hoarded = vec![1_u8; 64 << 20];
                park().map(|()| hoarded.len())
            };
            let small = Limits { memory: 16 << 20, ..free };
            assert_eq!(within(small, hoard), Err("took more than 16 MiB of memory".to_owned()));
        }
    }

    /// A list of two equal lists of two equal lists, forty deep: few instructions make it, one compares it for years.
    #[test]
    fn what_takes_no_instructions_ends_by_time() {
        let lists = |name: &str| {
            format!(
                "{{% set n = namespace(s=[1]) %}}{{% for i in range(40) %}}{{% set n.s = [n.s, n.s] %}}{{% endfor %}}\
                 {{% set {name} = n.s %}}"
            )
        };
        let document = serde_json::json!({"kind": "comparison"});
        let limits = Limits { time: Duration::from_millis(100), memory: u64::MAX, ..Limits::of(&document) };
        let source = ParsedTemplate {
            name: "t".to_owned(),
            shown: "t".to_owned(),
            text: format!("{}{}{{{{ a == b }}}}", lists("a"), lists("b")).into(),
            output: Output::Text,
            folder: None,
            kinds: &[],
        };
        let rendered = within(limits, move || rendered(&source, &document, limits));
        assert_eq!(rendered, Err("took longer than 0 s".to_owned()));
    }

    #[test]
    fn nothing_commands_a_terminal_and_lines_stay() {
        assert_eq!(tame("a\tb\r\nc\rd\u{1b}[0m\u{202e}\n"), "a\tb\r\nc<U+000D>d<U+001B>[0m<U+202E>\n");
        assert_eq!(tame("\u{fffe}\u{fffd}"), "<U+FFFE>\u{fffd}");
    }

    #[test]
    fn a_command_is_the_template_s_own_or_none() {
        let of = |text: &str, own: &str| without_composed_commands(text, own, Instead::Shown);
        assert_eq!(of(" ::notice::a\n", "{# #} ::notice::{{ a }}"), " ::notice::a\n");
        assert_eq!(of("::error::a\n", "::notice::{{ a }}"), "<U+003A>:error::a\n");
        assert_eq!(of("a ##[error]b ##[group]c", "##[group]{{ c }}"), "a #<U+0023>[error]b ##[group]c");
        assert_eq!(of("a ::b", ""), "a ::b");
    }
}
