//! Completion of gates.

use super::metric::{Metric, MetricKind, Subject, distinct, metric};
use crate::verdict::Clause;

/// The operators, those first that most gates take.
const OPERATORS: [&str; 6] = [">=", "==", "<=", "!=", ">", "<"];
/// What every metric of reviews begins with.
const REVIEWS: &str = "reviews";

/// The gates that `typed` may become, each with a line about it: a metric and an operator, all operators once a metric
/// is complete, the words that it may be compared with once an operator is. `reviewers` are those of the tools in use.
pub(crate) fn gate_typed(
    typed: &str,
    subject: Subject,
    reviewers: impl FnOnce() -> Vec<String>,
) -> Vec<(String, String)> {
    let metrics = Metric::of(subject);
    let name = typed.rfind("reviews[").map_or(0, |open| typed[open..].find("].").map_or(typed.len(), |end| open + end));
    if let Some(at) = typed[name..].find(['<', '>', '=', '!']).map(|at| name + at) {
        let operator = OPERATORS.iter().find(|operator| typed[at..].starts_with(**operator));
        let Some(end) = operator.map(|operator| at + operator.len()) else { return Vec::new() };
        let words = match named(&typed[..at], subject, metrics) {
            Some(Metric { kind: MetricKind::Word(words), .. }) => words.as_slice(),
            _ => &[],
        };
        return words.iter().map(|word| (format!("{}{word}", &typed[..end]), String::new())).collect();
    }
    let before = typed.rfind("reviews[").unwrap_or(typed.len());
    let start = typed[..before].rfind(':').map_or(0, |colon| colon + 1);
    let (scope, begun) = typed.split_at(start);
    // `reviews` is a metric, and the beginning of those of each reviewer.
    if let Some(metric) = named(typed, subject, metrics).filter(|_| begun != REVIEWS) {
        return OPERATORS.iter().map(|operator| (format!("{typed}{operator}"), about(metric))).collect();
    }
    if begun.starts_with(REVIEWS) {
        return of_reviews(scope, metrics, &reviewers());
    }
    let gates = |names: fn(&str) -> Vec<&str>| {
        let own = |metric: &Metric, name: &str| named(name, subject, metrics).is_some_and(|meant| meant == metric);
        let of = |metric| {
            // Of those names that mean this metric, the first that goes on from what was typed.
            let mut names = names(Metric::short(metric)).into_iter().chain([distinct(metric, metrics)]);
            let name = names.find(|name| name.starts_with(begun) && own(metric, name))?;
            // Of changes, most gates ask for none.
            let is_least =
                matches!(metric.kind, MetricKind::Number(_) | MetricKind::Count) && subject != Subject::Changes;
            let operator = if is_least { ">=" } else { "==" };
            Some((format!("{scope}{name}{operator}"), about(metric)))
        };
        metrics.iter().filter(|metric| !metric.is_of_review()).filter_map(of).collect::<Vec<_>>()
    };
    let whole = gates(|path| vec![path]);
    if !whole.is_empty() && whole.iter().all(|(gate, _)| gate[start..].starts_with(REVIEWS)) {
        return of_reviews(scope, metrics, &reviewers());
    }
    // An ending of a path is a name too.
    if whole.is_empty() {
        gates(|path| path.match_indices('.').map(|(at, _)| &path[at + 1..]).collect())
    } else {
        whole
    }
}

/// Gates about the number of reviews and about the review of each reviewer.
fn of_reviews(scope: &str, metrics: &[Metric], reviewers: &[String]) -> Vec<(String, String)> {
    let mut gates = vec![(format!("{scope}{REVIEWS}>="), "how many there are".to_owned())];
    for reviewer in reviewers {
        let judgements = metrics.iter().filter(|m| m.is_of_review() && ["verdict", "score"].contains(&m.short()));
        gates.extend(judgements.map(|metric| {
            let operator = if matches!(metric.kind, MetricKind::Number(_)) { ">=" } else { "==" };
            (format!("{scope}{REVIEWS}[{reviewer}].{}{operator}", metric.short()), about(metric))
        }));
    }
    gates
}

/// The metric that a gate names which ends before its operator.
fn named<'m>(typed: &str, subject: Subject, metrics: &'m [Metric]) -> Option<&'m Metric> {
    let clause = Clause::parse("", &format!("{typed}==x")).ok()?;
    metric(&clause, subject, metrics).ok()
}

fn about(metric: &Metric) -> String {
    match &metric.kind {
        MetricKind::Number(_) => "a number".to_owned(),
        MetricKind::Text => "a text".to_owned(),
        MetricKind::Word(words) => words.join(", "),
        MetricKind::Count => "how many there are".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Gates;

    fn offered(typed: &str, subject: Subject) -> Vec<String> {
        let reviewers = || vec!["Bo".to_owned(), "Founder".to_owned()];
        let gates = gate_typed(typed, subject, reviewers).into_iter().map(|(gate, _)| gate);
        gates.filter(|gate| gate.starts_with(typed)).collect()
    }

    #[test]
    fn a_gate_goes_on_from_metric_to_operator_to_word() {
        assert_eq!(offered("cert", Subject::Comparison), ["certainty=="]);
        assert_eq!(offered("any:panel.score.mean", Subject::Comparison)[0], "any:panel.score.mean>=");
        assert_eq!(offered("any:score.mea", Subject::Comparison), ["any:score.mean>="]);
        assert_eq!(offered("verdict", Subject::Comparison)[0], "verdict>=");
        assert_eq!(offered("decision.ve", Subject::Comparison), ["decision.verdict=="]);
        assert_eq!(
            offered("certainty", Subject::Comparison),
            ["certainty>=", "certainty==", "certainty<=", "certainty!=", "certainty>", "certainty<"]
        );
        assert_eq!(offered("certainty>=l", Subject::Comparison), ["certainty>=leaning"]);
        assert_eq!(offered("a:b:panel.verdict==sh", Subject::Tool), ["a:b:panel.verdict==ship"]);
        for none in ["score.mean>=", "nothing==", "certainty=", "certainty=>", "certainty>=leaning "] {
            assert_eq!(offered(none, Subject::Comparison), [""; 0], "{none}");
        }
        assert_eq!(offered("cert", Subject::Tool), [""; 0]);
        assert_eq!(offered("rank_b", Subject::Ranking), ["rank_best>="]);
        let founder = ["a:reviews[Founder].score>=", "a:reviews[Founder].verdict=="];
        assert_eq!(offered("a:reviews[F", Subject::Comparison), founder);
        assert_eq!(offered("reviews[Bo].verdict==", Subject::Tool).len(), 2);
        assert_eq!(offered("reviews", Subject::Tool).len(), 5);
    }

    #[test]
    fn every_metric_that_is_offered_is_one() {
        for subject in [Subject::Comparison, Subject::Tool, Subject::Ranking, Subject::Changes] {
            let offered = gate_typed("", subject, Vec::new);
            assert!(offered.len() > 10);
            for (gate, about) in offered {
                let value = if about == "a number" || about.starts_with("how") {
                    "1"
                } else {
                    about.split(',').next().expect("a word")
                };
                let gate = format!("{gate}{value}");
                assert!(Gates::parse("--gate", &[&gate], subject).is_ok(), "{gate}");
            }
        }
    }
}
