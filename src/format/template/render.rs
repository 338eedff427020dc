//! Rendering within limits: work, memory, output, recursion, includes.

use super::guard::{self, Guarded};
use super::output::Output;
use super::source::Folder;
use super::{fault, filters, proof, weight};
use crate::error::{Error, Result};
use crate::report::Report;
use crate::text::is_control;
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, State, UndefinedBehavior, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Steps that a template may take for a small document. A step is an instruction or 64 bytes of text, so this bounds
/// time and memory alike.
const STEPS: u64 = 500_000;
/// Bytes that a template may write for a small document.
const OUTPUT_MAX: u64 = 16 << 20;
/// How deep macros, blocks and includes may nest.
const RECURSION_MAX: usize = 100;

/// How long rendering may take: far longer than the steps do on a slow machine. The last line, for work that nobody
/// knows not to be counted: no template of the tests gets here.
const TIME: Duration = Duration::from_secs(5);
const TIME_PER_STEP: Duration = Duration::from_micros(20);
/// Address space for the stack; what is not used takes no memory.
const STACK: usize = if cfg!(target_pointer_width = "64") { 256 << 20 } else { 16 << 20 };

/// A template, ready to be rendered.
pub(super) struct Source {
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

/// What a template may use.
struct Limits {
    steps: u64,
    output: u64,
}

impl Limits {
    /// A large document takes more work to write: one step and four bytes more for each of its bytes.
    fn of(document: &serde_json::Value) -> Self {
        let size = weight(document);
        Self { steps: STEPS.saturating_add(size), output: OUTPUT_MAX.saturating_add(size.saturating_mul(4)) }
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
pub(super) fn render(source: Source, report: &Report) -> Result<String> {
    let document = serde_json::to_value(report)
        .map_err(|e| Error::data(format!("cannot make the document that templates see: {e}")))?;
    let kind = document["kind"].as_str().unwrap_or_default();
    if !source.kinds.is_empty() && !source.kinds.contains(&kind) {
        let kinds = source.kinds.join(", a ");
        return Err(Error::usage(format!("`{}` is written from a {kinds}, this is a {kind}", source.name)));
    }
    let limits = Limits::of(&document);
    let time = TIME + TIME_PER_STEP * u32::try_from(limits.steps).unwrap_or(u32::MAX);
    let shown = source.shown.clone();
    within(time, move || rendered(&source, &document, &limits))
        .unwrap_or_else(|| Err(Error::data(format!("{shown}: the template does not come to an end"))))
}

/// What `work` gives, or `None` after `time`. It has a stack of its own: a value may nest as deep as there are steps.
fn within<T: Send + 'static>(time: Duration, work: impl FnOnce() -> Result<T> + Send + 'static) -> Option<Result<T>> {
    let (sender, receiver) = mpsc::channel();
    let worker = std::thread::Builder::new().name("template".to_owned()).stack_size(STACK);
    let started = worker.spawn(move || {
        // Nobody listens any more after the time.
        let _ = sender.send(work());
    });
    match started {
        Ok(_) => receiver.recv_timeout(time).ok(),
        Err(error) => Some(Err(Error::io("render", "the template", &error))),
    }
}

fn rendered(source: &Source, document: &serde_json::Value, limits: &Limits) -> Result<String> {
    let fields: Vec<&str> = document.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let folder = &source.folder;
    let shown = |name: &str| match folder {
        Some(folder) if name != source.name => folder.display(name),
        _ => source.shown.clone(),
    };
    let compiled = Arc::new(Compiled::default());
    let explain = |error: &minijinja::Error| fault::of(error, shown, &compiled, &fields);

    let syntax = syntax().map_err(|e| explain(&e))?;
    let mut env = environment(source.output, limits.steps, syntax.clone());
    if let Some(folder) = folder {
        let (folder, compiled, syntax) = (Arc::clone(folder), Arc::clone(&compiled), syntax.clone());
        env.set_loader(move |name| {
            let refused = |error: Error| {
                minijinja::Error::new(ErrorKind::InvalidOperation, error.message.clone()).with_source(error)
            };
            let Some(text) = folder.include(name).map_err(refused)? else { return Ok(None) };
            compiled.guard(name, &text, &syntax).map(Some).map_err(refused)
        });
    }
    let text = compiled.guard(&source.name, &source.text, &syntax)?;
    env.add_template_owned(source.name.clone(), text).map_err(|e| explain(&e))?;
    let template = env.get_template(&source.name).map_err(|e| explain(&e))?;
    let mut out = Bounded { bytes: Vec::new(), left: limits.output, exceeded: false };
    let rendered = template.render_captured_to(Value::from(Serde(document)), &mut out).map(drop);
    if out.exceeded {
        let most = limits.output >> 20;
        return Err(Error::data(format!("{}: the template writes more than {most} MiB", source.shown)));
    }
    rendered.map_err(|e| explain(&e))?;
    let text = String::from_utf8(out.bytes).map_err(|_| Error::data("the template wrote what is no text"))?;
    // A template is a stranger's too: what it says itself is tamed like what it shows.
    Ok(tame(text.trim_end()) + "\n")
}

/// What is compiled of each template, by its name.
#[derive(Default)]
pub(super) struct Compiled(Mutex<BTreeMap<String, Arc<Guarded>>>);

impl Compiled {
    /// The template called `name`, if it was compiled.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Guarded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// `text` with guards.
    ///
    /// # Errors
    /// It parses, and yet an operator has no guard.
    fn guard(&self, name: &str, text: &str, syntax: &SyntaxConfig) -> Result<String> {
        // What does not parse is compiled as it is, for minijinja's own words.
        if parse(text, name, syntax.clone()).is_err() {
            return Ok(text.to_owned());
        }
        let guarded = guard::guarded(text, syntax);
        if !parse(&guarded.text, name, syntax.clone()).is_ok_and(|tree| proof::is_guarded(&tree)) {
            return Err(Error::data(format!("{name}: the steps of an expression in this template cannot be counted"))
                .hint("put the operands of its operators, and lists without brackets, in parentheses"));
        }
        let text = guarded.text.clone();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::new(guarded));
        Ok(text)
    }
}

fn syntax() -> std::result::Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
}

fn environment<'a>(output: Output, steps: u64, syntax: SyntaxConfig) -> Environment<'a> {
    let mut env = Environment::new();
    // A name that is not there is a mistake, wherever it is used, but `if` may ask.
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_debug(true); // for the place of an error
    env.set_fuel(Some(steps));
    env.set_recursion_limit(RECURSION_MAX);
    env.set_syntax(syntax);
    // What is included is escaped as what includes it: its own name does not count.
    let escape = AutoEscape::Custom(output.name().into());
    env.set_auto_escape_callback(move |_| escape.clone());
    env.set_formatter(move |out, state, value| put(output, out, state, value));
    weight::install(&mut env);
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

/// Memory up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    left: u64,
    exceeded: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.exceeded = true;
            return Err(io::Error::other("too much output"));
        };
        self.left = left;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `text` with nothing in it that commands a terminal. Lines that end as Windows ends them stay so.
pub(super) fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut rest = text;
    let commands = |c: char| is_control(c) && !matches!(c, '\n' | '\t');
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
    fn what_does_not_end_is_given_up() {
        assert_eq!(within(Duration::from_mins(1), || Ok(1)), Some(Ok(1)));
        let never = within(Duration::from_millis(1), || -> Result<()> {
            loop {
                std::thread::park();
            }
        });
        assert_eq!(never, None);
    }

    #[test]
    fn nothing_commands_a_terminal_and_lines_stay() {
        assert_eq!(tame("a\tb\r\nc\rd\u{1b}[0m\u{202e}\n"), "a\tb\r\nc<U+000D>d<U+001B>[0m<U+202E>\n");
    }
}
