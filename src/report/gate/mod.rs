//! Gates over a document: what each finds, and whether it holds.
//!
//! Values are read from the document as `json` prints it, so that what a gate says and what a report shows cannot
//! differ. That is why evaluation is here and not with the figures.

pub(super) mod completion;
pub(super) mod input;
pub(super) mod metric;
mod threshold;

use crate::error::Result;
use crate::report::block::{Cell, Role, Table, Tone};
use crate::report::document::Gate;
use crate::report::number::list;
use crate::suggest::did_you_mean;
use crate::verdict::{Clause, compare_numbers, in_order};
use input::GateInput;
use metric::{Metric, MetricKind, Subject, metric};
use serde_json::{Number, Value};
use std::cmp::Ordering;
use threshold::{threshold, unquoted};

/// Gates for one kind of document.
#[derive(Clone, Debug, Default)]
pub struct Gates(Vec<Condition>);

impl Gates {
    /// The gates that were typed as `expressions` at `source`, such as `--gate`.
    ///
    /// # Errors
    /// An invalid gate, a metric that such a document does not have, or a word compared with a number.
    pub fn parse<S: AsRef<str>>(source: &str, expressions: &[S], subject: Subject) -> Result<Self> {
        if expressions.is_empty() {
            return Ok(Self::default());
        }
        let metrics = Metric::of(subject);
        expressions
            .iter()
            .map(|text| Condition::parse(source, text.as_ref(), subject, metrics))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any is about the review of one reviewer.
    pub fn need_reviews(&self) -> bool {
        self.0.iter().any(|condition| condition.metric.is_of_review())
    }

    /// As [`Gates::evaluate`], but a gate that names a tool or a reviewer who is not there fails, with that as the reason.
    pub(super) fn evaluate_each(&self, input: std::result::Result<&GateInput, &str>) -> Vec<Gate> {
        let evaluated = |condition: &Condition| match input {
            Ok(input) => condition.evaluate(input).unwrap_or_else(|error| condition.failed(error.message)),
            Err(reason) => condition.failed(reason.to_owned()),
        };
        self.0.iter().map(evaluated).collect()
    }

    /// What each gate finds in the tools and the decision, and whether it holds.
    ///
    /// # Errors
    /// One that names a tool or a reviewer who is not there.
    pub(super) fn evaluate(&self, input: &GateInput) -> Result<Vec<Gate>> {
        self.0.iter().map(|condition| condition.evaluate(input)).collect()
    }
}

/// Which tools a gate speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    /// The leader, or the only tool.
    Default,
    /// At least one tool.
    Any,
    /// Every tool.
    All,
    /// The tool of this name.
    Tool(String),
}

/// A gate whose metric is known and whose threshold fits it.
#[derive(Clone, Debug)]
struct Condition {
    clause: Clause,
    scope: Scope,
    metric: Metric,
    threshold: Value,
}

impl Condition {
    fn parse(source: &str, text: &str, subject: Subject, metrics: &[Metric]) -> Result<Self> {
        let clause = Clause::parse(source, text)?;
        let metric = metric(&clause, subject, metrics)?;
        let scope = match clause.scope.as_ref().map(|span| clause.part(span)) {
            None => Scope::Default,
            Some("any") => Scope::Any,
            Some("all") => Scope::All,
            Some(tool) => Scope::Tool(tool.to_owned()),
        };
        if let Some(span) = clause.scope.clone().filter(|_| metric.is_of_decision()) {
            let whole = if subject == Subject::Changes { "the changes as a whole" } else { "the decision" };
            let message = format!("`{}` belongs to {whole}, not to a tool", metric.short());
            return Err(clause.fault(span, message).hint("leave out the tool and the colon"));
        }
        let threshold = threshold(&clause, metric)?;
        Ok(Self { scope, metric: metric.clone(), threshold, clause })
    }

    /// The gate as it fails for `reason`.
    fn failed(&self, reason: impl Into<Option<String>>) -> Gate {
        Gate {
            expression: self.clause.text.clone(),
            tool: None,
            observed: None,
            threshold: self.threshold.clone(),
            passed: false,
            reason: reason.into(),
        }
    }

    fn evaluate(&self, input: &GateInput) -> Result<Gate> {
        self.check_reviewer(input)?;
        let mut gate = self.failed(None);
        if self.metric.names_a_tool() {
            let meant =
                self.tool_named(unquoted(self.clause.part(&self.clause.value)), self.clause.value.clone(), input)?;
            gate.threshold = meant["slug"].clone();
        }
        if self.metric.is_of_decision() {
            self.observe(&input.decision, &mut gate);
            return Ok(gate);
        }
        match &self.scope {
            Scope::Default => match &input.default_tool {
                Ok(tool) => self.observe(tool, &mut gate),
                Err(reason) => gate.reason = Some(reason.clone()),
            },
            Scope::Tool(name) => {
                let span = self.clause.scope.clone().unwrap_or_default();
                self.observe(self.tool_named(name, span, input)?, &mut gate);
            }
            Scope::Any | Scope::All => self.observe_each(input, &mut gate),
        }
        Ok(gate)
    }

    /// Fills in what `of`, a tool or the decision, has.
    fn observe(&self, of: &Value, gate: &mut Gate) {
        gate.tool = of["slug"].as_str().map(str::to_owned);
        gate.observed = self.value(of);
        match &gate.observed {
            Some(observed) => gate.passed = self.clause.comparator.holds(self.compare(observed, &gate.threshold)),
            None => gate.reason = Some(self.why_absent(of)),
        }
    }

    /// Fills in what the tool has that decides: the one furthest from holding where all have to, the nearest where
    /// any has to.
    fn observe_each(&self, input: &GateInput, gate: &mut Gate) {
        let candidates = input.tools.iter().map(|tool| {
            let mut found = gate.clone();
            self.observe(tool, &mut found);
            found
        });
        // Greater is nearer to holding; absent is furthest.
        let nearness = |left: &Gate, right: &Gate| {
            let by_outcome = left.passed.cmp(&right.passed);
            let by_presence = left.observed.is_some().cmp(&right.observed.is_some());
            let by_value = match (self.clause.comparator.prefers_larger(), &left.observed, &right.observed) {
                (Some(larger), Some(left), Some(right)) => {
                    let order = self.compare(left, right);
                    if larger { order } else { order.reverse() }
                }
                _ => Ordering::Equal,
            };
            by_outcome.then(by_presence).then(by_value)
        };
        let wanted = if self.scope == Scope::All { Ordering::Less } else { Ordering::Greater };
        let decides = |best: Gate, next: Gate| if nearness(&next, &best) == wanted { next } else { best };
        match candidates.reduce(decides) {
            Some(decides) => *gate = decides,
            None => gate.reason = Some("there are no tools".to_owned()),
        }
    }

    /// Refuses a reviewer who reviewed none of the tools.
    fn check_reviewer(&self, input: &GateInput) -> Result<()> {
        let Some(span) = self.clause.reviewer().filter(|_| input.has_all_tools) else { return Ok(()) };
        let name = self.clause.part(&span);
        let reviews = || input.all_tools().filter_map(|tool| tool["reviews"].as_array()).flatten();
        if reviews().any(|review| is_by(review, name)) {
            return Ok(());
        }
        let error = self.clause.fault(span.clone(), format!("no reviewer of these tools is called `{name}`"));
        let names = reviews().filter_map(|review| review["reviewer"].as_str());
        Err(error.hint_if(did_you_mean(name, names)))
    }

    /// Why the metric is absent from `of`, a tool or the decision.
    fn why_absent(&self, of: &Value) -> String {
        let Some(reviewer) = self.clause.reviewer() else { return absent(self.metric.short(), of).to_owned() };
        let name = self.clause.part(&reviewer);
        let mut reviews = of["reviews"].as_array().into_iter().flatten();
        if reviews.any(|review| is_by(review, name)) {
            format!("{name} gave no {}", self.metric.short())
        } else {
            format!("{name} did not review it")
        }
    }

    /// The metric's value in `of`, a tool or the decision.
    fn value(&self, of: &Value) -> Option<Value> {
        let of = match self.clause.reviewer() {
            None => of,
            Some(reviewer) => {
                let name = self.clause.part(&reviewer);
                of["reviews"].as_array()?.iter().find(|review| is_by(review, name))?
            }
        };
        let found = self.metric.short().split('.').try_fold(of, |value, name| value.get(name))?;
        match found {
            Value::Null => None,
            Value::Array(entries) => Some(entries.len().into()),
            // Flags are compared as words.
            Value::Bool(flag) => Some(flag.to_string().into()),
            scalar => Some(scalar.clone()),
        }
    }

    /// How two values of this metric compare.
    fn compare(&self, left: &Value, right: &Value) -> Ordering {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
            (Value::String(left), Value::String(right)) => {
                let MetricKind::Word(words) = &self.metric.kind else { return left.cmp(right) };
                let order = in_order(words).unwrap_or_default();
                let place = |word: &String| order.iter().position(|other| other == word);
                place(left).cmp(&place(right)).then_with(|| left.cmp(right))
            }
            // The threshold was made to fit the metric.
            _ => Ordering::Less,
        }
    }

    /// The tool that `name`, which stands at `span`, means: by slug, else alias, else name.
    fn tool_named<'f>(&self, name: &str, span: std::ops::Range<usize>, input: &'f GateInput) -> Result<&'f Value> {
        let folded = name.to_lowercase();
        let is = |value: &Value| value.as_str().is_some_and(|text| text.to_lowercase() == folded);
        let readings: [&dyn Fn(&Value) -> bool; 3] = [
            &|tool| is(&tool["slug"]),
            &|tool| tool["aliases"].as_array().is_some_and(|aliases| aliases.iter().any(is)),
            &|tool| is(&tool["name"]),
        ];
        for reading in readings {
            let found: Vec<&Value> = input.tools.iter().filter(|tool| reading(tool)).collect();
            match found[..] {
                [] => {}
                [tool] => return Ok(tool),
                _ => {
                    let slugs: Vec<String> = found.iter().take(8).map(|tool| quoted(&tool["slug"])).collect();
                    let error =
                        self.clause.fault(span, format!("`{name}` means {} tools: {}", found.len(), list(&slugs)));
                    return Err(error.hint("name the tool by its slug"));
                }
            }
        }
        let slugs: Vec<&str> = input.tools.iter().filter_map(|tool| tool["slug"].as_str()).collect();
        let error = self.clause.fault(span, format!("no tool of this report is called `{name}`"));
        let few = || {
            let slugs: Vec<String> = slugs.iter().map(|slug| format!("`{slug}`")).collect();
            (slugs.len() <= 8).then(|| format!("its tools are {}", list(&slugs)))
        };
        Err(error.hint_if(did_you_mean(name, slugs.iter().copied()).or_else(few)))
    }
}

/// Whether `review` is by the reviewer `name`.
fn is_by(review: &Value, name: &str) -> bool {
    review["reviewer"].as_str() == Some(name.trim())
}

fn quoted(slug: &Value) -> String {
    format!("`{}`", slug.as_str().unwrap_or_default())
}

/// Why `metric` is absent from `of`, a tool or the decision.
fn absent(metric: &str, of: &Value) -> &'static str {
    let scores = of["panel"]["score"]["n"].as_u64().unwrap_or_default();
    match metric.split('.').collect::<Vec<_>>()[..] {
        ["leader" | "runner_up" | "rival" | "could_be_behind", ..]
            if of["tied"].as_array().is_some_and(|tied| !tied.is_empty()) =>
        {
            "the best tools tie"
        }
        ["runner_up" | "rival"] => "no other tool has reviews",
        ["leader"] => "no tool has reviews",
        ["could_be_behind", ..] => "no tool can be compared with the leader by score with equal weights",
        ["flips" | "rank_best" | "rank_worst"] => {
            "not computed above 1,000 tools, nor where every review counts as another person's"
        }
        ["next_steps", "more_reviewers"] => "p is at most 0.05 already, or 20 more are not enough",
        ["crowd", "p_value"] if !of["crowd"]["state"].is_null() => "nobody gave a verdict",
        ["panel", "ship_ratio" | "ship_ratio_interval", ..] => "nobody gave a verdict",
        ["panel", "score", ..] if scores == 0 => "nobody gave a score",
        ["panel", "score", "stddev" | "mean_interval", ..] if scores < 2 => "it takes two scores",
        ["panel", "score", "mean_interval", ..] => "absent with unequal weights",
        ["community" | "crowd", ..] => "there are no community votes",
        ["reviews"] => "the report has no reviews; `--reviews` adds them",
        _ => "the record has none",
    }
}

/// The gates for people.
pub(super) fn table(gates: &[Gate]) -> Table {
    let row = |gate: &Gate| {
        let observed = gate.observed.as_ref().map(|observed| {
            let whose = gate.tool.as_ref().map_or(String::new(), |tool| format!(" ({tool})"));
            format!("{}{whose}", shown(observed, &gate.threshold))
        });
        let outcome = match (gate.passed, &gate.reason) {
            (true, _) => Cell::text("✓ passed").tone(Tone::Good),
            (false, None) => Cell::text("✗ failed").tone(Tone::Bad),
            (false, Some(reason)) => Cell::text(format!("✗ failed: {reason}")).tone(Tone::Bad),
        };
        vec![Cell::text(&gate.expression), Cell::or_absent(observed), outcome]
    };
    let columns = [(Role::Label, "Gate"), (Role::Text, "Observed"), (Role::Text, "Outcome")];
    Table::new("Gates", &columns, gates.iter().map(row).collect())
}

/// The gates in a sentence each, with whether they hold.
pub(super) fn sentences(gates: &[Gate]) -> impl Iterator<Item = (bool, String)> {
    gates.iter().map(|gate| {
        let found = match (&gate.observed, &gate.reason) {
            (Some(observed), _) => format!("found {}", shown(observed, &gate.threshold)),
            (None, reason) => reason.clone().unwrap_or_default(),
        };
        let outcome = if gate.passed { "passed" } else { "failed" };
        (gate.passed, format!("the gate `{}` {outcome}: {found}", gate.expression))
    })
}

/// A value for people: a number with four decimals, or with all it has where fewer would hide how it compares.
fn shown(observed: &Value, threshold: &Value) -> String {
    let (Value::Number(number), Value::Number(threshold)) = (observed, threshold) else {
        return observed.as_str().map_or_else(|| observed.to_string(), str::to_owned);
    };
    let exact = number.to_string();
    let Some(double) = number.as_f64().filter(|_| number.is_f64()) else { return exact };
    let short = format!("{double:.4}");
    let short = short.trim_end_matches('0').trim_end_matches('.');
    let same = short
        .parse()
        .ok()
        .and_then(Number::from_f64)
        .is_some_and(|short| compare_numbers(&short, threshold) == compare_numbers(number, threshold));
    if same { short.to_owned() } else { exact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_see_how_a_number_compares() {
        for (observed, threshold, expected) in [
            (json!(0.75), json!(0.6), "0.75"),
            (json!(2.0 / 3.0), json!(0.6), "0.6667"),
            (json!(69.999_999), json!(70), "69.999999"),
            (json!(0.666_666_666_666_666_6), json!(0.6667), "0.6666666666666666"),
            (json!(3), json!(3), "3"),
            (json!("close"), json!("leaning"), "close"),
        ] {
            assert_eq!(shown(&observed, &threshold), expected);
        }
    }
}
