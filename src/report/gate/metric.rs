//! Metrics: what a gate can be about.
//!
//! They are the scalar fields of `tools[]`, of one reviewer's review and of `decision`, and the number of entries of
//! their lists; of changes, the numbers of `summary`. They are taken from the schema of the document: a field that is
//! added is a metric at once.

use crate::error::{Error, Result};
use crate::report::number::list;
use crate::report::schema::{NamedSchema, SCHEMAS};
use crate::suggest::did_you_mean;
use crate::verdict::Clause;
use serde_json::Value;
use std::ops::Range;
use std::sync::OnceLock;

/// A kind of document that gates can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Tools side by side.
    Comparison,
    /// One tool.
    Tool,
    /// Tools in order.
    Ranking,
    /// Two states of the records.
    Changes,
}

/// A scalar field of a document.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Metric {
    /// `decision.certainty`, `tools[].panel.ship_ratio`.
    path: String,
    /// What it holds.
    pub(in crate::report) kind: MetricKind,
}

/// What a metric holds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum MetricKind {
    Number(Bounds),
    Text,
    /// One of some words.
    Word(Vec<String>),
    /// A list, taken for the number of its entries.
    Count,
}

/// The values that a number can have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::report) struct Bounds {
    /// None is less.
    pub(in crate::report) least: Option<f64>,
    /// None is greater.
    pub(in crate::report) greatest: Option<f64>,
    /// Whether all are whole numbers.
    pub(in crate::report) whole: bool,
    /// Whether there always is one.
    pub(in crate::report) is_always_there: bool,
}

impl Bounds {
    /// Those of the number of entries of a list.
    pub(in crate::report) const COUNT: Self =
        Self { least: Some(0.0), greatest: None, whole: true, is_always_there: true };

    /// Those that a node of a schema states.
    fn of(node: &Value) -> Self {
        Self {
            least: node["minimum"].as_f64(),
            greatest: node["maximum"].as_f64(),
            whole: is_of_type(node, "integer"),
            is_always_there: node["type"] == "integer",
        }
    }
}

/// The paths of the tools, of their reviews and of the decision in a document.
const TOOLS: &str = "tools[].";
const REVIEWS: &str = "tools[].reviews[].";
const DECISION: &str = "decision.";
/// The path of the numbers of changes.
const SUMMARY: &str = "summary.";

impl Metric {
    /// The metrics of a kind of document.
    pub(in crate::report) fn of(subject: Subject) -> &'static [Self] {
        static KNOWN: [OnceLock<Vec<Metric>>; 4] = [const { OnceLock::new() }; 4];
        KNOWN[subject as usize].get_or_init(|| Self::read(subject))
    }

    /// The metrics that the schema of a kind of document has.
    fn read(subject: Subject) -> Vec<Self> {
        let name = match subject {
            Subject::Comparison => "comparison",
            Subject::Tool => "tool",
            Subject::Ranking => "ranking",
            Subject::Changes => "changes",
        };
        let schema = SCHEMAS.iter().find(|schema| schema.name == name).map(NamedSchema::value).unwrap_or_default();
        let mut metrics = Vec::new();
        let fields = &schema["properties"];
        if subject == Subject::Changes {
            collect(&schema, &fields["summary"], SUMMARY.trim_end_matches('.'), &mut metrics);
            return metrics;
        }
        let tool = &fields["tools"]["items"];
        collect(&schema, tool, TOOLS.trim_end_matches('.'), &mut metrics);
        let reviews = resolved(&schema, &resolved(&schema, tool)["properties"]["reviews"]);
        collect(&schema, &reviews["items"], REVIEWS.trim_end_matches('.'), &mut metrics);
        collect(&schema, &fields["decision"], DECISION.trim_end_matches('.'), &mut metrics);
        metrics
    }

    /// The path below the tool, the review or the decision.
    pub(in crate::report) fn short(&self) -> &str {
        let starts = [REVIEWS, TOOLS, DECISION, SUMMARY];
        starts.into_iter().find_map(|start| self.path.strip_prefix(start)).unwrap_or(&self.path)
    }

    /// Whether it is of one reviewer's review.
    pub(in crate::report) fn is_of_review(&self) -> bool {
        self.path.starts_with(REVIEWS)
    }

    /// Whether it is of the decision or of all changes, not of a tool.
    pub(in crate::report) fn is_of_decision(&self) -> bool {
        self.path.starts_with(DECISION) || self.path.starts_with(SUMMARY)
    }

    /// Whether it holds the slug of a tool.
    pub(in crate::report) fn names_a_tool(&self) -> bool {
        let slugs = ["decision.leader", "decision.runner_up", "decision.rival", "decision.could_be_behind.tool"];
        slugs.contains(&self.path.as_str())
    }

    /// Whether `name` is the path or an ending of it. Only the name of a reviewer leads to a review.
    fn ends_with(&self, name: &str) -> bool {
        !self.is_of_review()
            && self.path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }
}

/// Adds the scalar fields below `node` of `schema`, which stands at `path`.
fn collect(schema: &Value, node: &Value, path: &str, out: &mut Vec<Metric>) {
    let node = resolved(schema, node);
    if let Some(fields) = node["properties"].as_object() {
        for (name, field) in fields {
            collect(schema, field, &format!("{path}.{name}"), out);
        }
        return;
    }
    let of_type = |name: &str| is_of_type(node, name);
    let words =
        || node["enum"].as_array().map(|words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let constants = || {
        let each = node["oneOf"].as_array()?;
        each.iter().map(|one| one["const"].as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
    };
    let kind = if let Some(words) = words().or_else(constants) {
        MetricKind::Word(words)
    } else if of_type("array") {
        MetricKind::Count
    } else if of_type("number") || of_type("integer") {
        MetricKind::Number(Bounds::of(node))
    } else if of_type("string") {
        MetricKind::Text
    } else if of_type("boolean") {
        MetricKind::Word(vec!["false".to_owned(), "true".to_owned()])
    } else {
        return;
    };
    out.push(Metric { path: path.to_owned(), kind });
}

/// Whether a value at `node` of a schema can be of the type `name`.
fn is_of_type(node: &Value, name: &str) -> bool {
    match &node["type"] {
        Value::Array(types) => types.iter().any(|t| t == name),
        one => one == name,
    }
}

/// What `node` refers to; of a choice between something and null, the something.
fn resolved<'s>(schema: &'s Value, node: &'s Value) -> &'s Value {
    if let Some(reference) = node["$ref"].as_str() {
        let target = reference.strip_prefix('#').and_then(|pointer| schema.pointer(pointer));
        return target.map_or(node, |target| resolved(schema, target));
    }
    let choices = node["anyOf"].as_array();
    match choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")) {
        Some(choice) => resolved(schema, choice),
        None => node,
    }
}

/// The metric that a gate names.
pub(in crate::report) fn metric<'m>(clause: &Clause, subject: Subject, metrics: &'m [Metric]) -> Result<&'m Metric> {
    let name = clause.part(&clause.metric);
    if let Some(reviewer) = clause.reviewer() {
        return of_review(clause, &reviewer, metrics);
    }
    // These are what most gates are about.
    let meant = match name {
        "ship_ratio" => "panel.ship_ratio",
        "verdict" => "panel.verdict",
        "could_be_behind" => "could_be_behind.points",
        other => other,
    };
    let found: Vec<&Metric> = metrics.iter().filter(|metric| metric.ends_with(meant)).collect();
    if let [metric] = found[..] {
        return Ok(metric);
    }
    // A path without where it starts comes before an ending.
    if let Some(metric) = found.iter().find(|metric| metric.short() == meant) {
        return Ok(metric);
    }
    if found.is_empty() {
        return Err(unknown(clause, name, subject, metrics));
    }
    let paths: Vec<String> = found.iter().map(|metric| format!("`{}`", distinct(metric, metrics))).collect();
    Err(clause
        .fault(clause.metric.clone(), format!("`{name}` could be {} metrics", found.len()))
        .hint(format!("write one of {}", list(&paths))))
}

/// The metric of a review: `reviews[NAME].FIELD`, where `reviewer` is the span of the name.
fn of_review<'m>(clause: &Clause, reviewer: &Range<usize>, metrics: &'m [Metric]) -> Result<&'m Metric> {
    let path = clause.metric.start..reviewer.start;
    let field = reviewer.end + "].".len()..clause.metric.end;
    if !["reviews[", "tools[].reviews["].contains(&clause.part(&path)) {
        let error = clause.fault(path, "this metric is not known");
        return Err(error.hint("a review is named as `reviews[NAME].verdict`"));
    }
    let name = clause.part(&field);
    let of_review = || metrics.iter().filter(|metric| metric.is_of_review());
    of_review().find(|metric| metric.short() == name).ok_or_else(|| {
        let fields: Vec<String> = of_review().map(|metric| format!("`{}`", metric.short())).collect();
        clause.fault(field, format!("a review has no `{name}`")).hint(format!("it has {}", list(&fields)))
    })
}

/// The shortest ending of a metric's path that means no other, but with two parts where it has them.
pub(in crate::report) fn distinct<'m>(metric: &'m Metric, metrics: &[Metric]) -> &'m str {
    let path = metric.path.as_str();
    let starts = path.rmatch_indices('.').map(|(at, _)| at + 1).skip(1).chain([0]);
    let endings = starts.map(|start| &path[start..]);
    endings
        .into_iter()
        .find(|ending| metrics.iter().filter(|other| other.ends_with(ending)).count() == 1)
        .unwrap_or(path)
}

fn unknown(clause: &Clause, name: &str, subject: Subject, metrics: &[Metric]) -> Error {
    let error = clause.fault(clause.metric.clone(), format!("there is no metric `{name}`"));
    if subject == Subject::Changes {
        let names = metrics.iter().map(Metric::short);
        return error.hint(did_you_mean(name, names).unwrap_or_else(|| {
            let names: Vec<&str> = metrics.iter().map(Metric::short).collect();
            format!("the metrics of changes are {}", list(&names))
        }));
    }
    let elsewhere = |subject: Subject| Metric::of(subject).iter().any(|metric| metric.ends_with(name));
    if subject != Subject::Comparison && elsewhere(Subject::Comparison) {
        return error.hint("a comparison has it, and `rank`: only these come with a decision");
    }
    if subject != Subject::Ranking && elsewhere(Subject::Ranking) {
        return error.hint("a ranking has it");
    }
    // Every ending of a path is a name.
    let names = metrics.iter().filter(|metric| !metric.is_of_review()).flat_map(|metric| {
        let starts = metric.path.match_indices('.').map(|(at, _)| at + 1);
        starts.map(|start| &metric.path[start..])
    });
    match did_you_mean(name, names) {
        Some(hint) => error.hint(hint),
        None => error
            .hint("metrics are fields of `tools[]` or `decision`, such as ship_ratio, score.mean, crowd.state, certainty, could_be_behind")
            .hint("`compare schema comparison` describes all of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric_named(name: &str, subject: Subject) -> Result<String> {
        let clause = Clause::parse("--gate", &format!("{name}==1"))?;
        metric(&clause, subject, Metric::of(subject)).map(|metric| metric.path.clone())
    }

    #[test]
    fn a_metric_is_named_by_its_path_or_an_ending() {
        for (name, path) in [
            ("ship_ratio", "tools[].panel.ship_ratio"),
            ("panel.ship_ratio", "tools[].panel.ship_ratio"),
            ("tools[].panel.ship_ratio", "tools[].panel.ship_ratio"),
            ("community.ship_ratio", "tools[].community.ship_ratio"),
            ("verdict", "tools[].panel.verdict"),
            ("decision.verdict", "decision.verdict"),
            ("score.mean", "tools[].panel.score.mean"),
            ("mean", "tools[].panel.score.mean"),
            ("score.n", "tools[].panel.score.n"),
            ("leader", "decision.leader"),
            ("url", "tools[].url"),
            ("source.url", "tools[].source.url"),
            ("ship_ratio_interval.low", "tools[].panel.ship_ratio_interval.low"),
            ("flips", "decision.flips"),
            ("could_be_behind", "decision.could_be_behind.points"),
            ("crowd.state", "tools[].crowd.state"),
            ("reviews", "tools[].reviews"),
            ("reviews[Bo].verdict", "tools[].reviews[].verdict"),
            ("tools[].reviews[Bo].score", "tools[].reviews[].score"),
        ] {
            assert_eq!(metric_named(name, Subject::Comparison).as_deref(), Ok(path), "{name}");
        }
        assert_eq!(metric_named("rank_worst", Subject::Ranking).as_deref(), Ok("tools[].rank_worst"));
        assert_eq!(metric_named("certainty", Subject::Ranking).as_deref(), Ok("decision.certainty"));
    }

    #[test]
    fn a_name_of_no_metric_or_of_several_is_refused() {
        for (name, subject, message, hint) in [
            ("ship", Subject::Comparison, "could be 2", "write one of `community.ship` and `panel.ship`"),
            ("n", Subject::Tool, "could be 3", "`mean_interval.n`, `score.n` and `ship_ratio_interval.n`"),
            ("ship_ratoi", Subject::Comparison, "no metric", "did you mean `ship_ratio`?"),
            ("no_such_thing", Subject::Comparison, "no metric", "fields of"),
            ("ratio", Subject::Comparison, "no metric", "fields of"),
            ("certainty", Subject::Tool, "no metric", "a comparison has it"),
            ("reviews[Bo].mean", Subject::Tool, "a review has no `mean`", "`score`"),
            ("x.reviews[Bo].score", Subject::Tool, "not known", "reviews[NAME]"),
            ("rank_best", Subject::Comparison, "no metric", "a ranking has it"),
        ] {
            let error = metric_named(name, subject).expect_err(name);
            assert!(error.message.contains(message), "{name}: {}", error.message);
            assert!(error.hints.concat().contains(hint), "{name}: {:?}", error.hints);
        }
    }
}
