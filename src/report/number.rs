//! Figures as people read them: exact values rounded half away from zero, and a true minus sign. No format rounds.

use crate::verdict::Exact;

/// `value` with `places` decimals: `75.3`. A negative one gets a true minus sign.
pub(crate) fn decimal(value: Exact, places: u32) -> String {
    digits(value.rounded(places), places)
}

/// As [`decimal`], for a figure that is itself computed in floating point.
pub(super) fn decimal_f64(value: f64, places: u32) -> String {
    // Interval bounds and deviations lie within a few hundred: the product is far below 2^53.
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    let scaled = (value * f64::from(10_u32.pow(places))).round() as i128;
    digits(scaled, places)
}

/// A share of one as a whole percentage: `75%`. Only all is `100%` and only nothing is `0%`.
pub(crate) fn percent(share: Exact) -> String {
    let whole = share.rounded(2);
    if whole == 0 && !share.is_zero() {
        return "<1%".to_owned();
    }
    if whole == 100 && share < Exact::whole(1) {
        return ">99%".to_owned();
    }
    format!("{}%", digits(whole, 0))
}

/// As [`percent`], for a share that is itself computed in floating point.
pub(super) fn percent_f64(share: f64) -> String {
    if share > 0.0 && share < 0.005 {
        return "<1%".to_owned();
    }
    if (0.995..1.0).contains(&share) {
        return ">99%".to_owned();
    }
    format!("{}%", decimal_f64(share * 100.0, 0))
}

/// Two values with one decimal, or as many more as it takes to tell them apart, at most six.
pub(super) fn distinct(left: Exact, right: Exact) -> (String, String) {
    let differ = |places: &u32| left.rounded(*places) != right.rounded(*places);
    let places = (1..6).find(differ).unwrap_or(if left == right { 1 } else { 6 });
    (decimal(left, places), decimal(right, places))
}

/// `text`, the digits of a difference, with its sign; nothing but zeros is `=`.
pub(crate) fn signed(text: &str) -> String {
    if text.chars().all(|c| matches!(c, '0' | '.' | '−')) {
        "=".to_owned()
    } else if text.starts_with('−') {
        text.to_owned()
    } else {
        format!("+{text}")
    }
}

/// The exact value with no more decimals than it needs, at most six: `84`, `84.5`.
pub(super) fn exact(value: Exact) -> String {
    let text = decimal(value, 6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `count` with its noun: `1 reviewer`, `4 reviewers`.
pub(super) fn count(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `100,000`.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `names` as a list in a sentence: `A`, `A and B`, `A, B and C`.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// As [`list`], but of a long list only the first few, and how many more there are.
pub(super) fn short_list<S: AsRef<str>>(names: &[S]) -> String {
    shorter_list(names, 5)
}

/// As [`list`], but of more than `shown` and one names only the first `shown`, and how many more there are.
pub(super) fn shorter_list<S: AsRef<str>>(names: &[S], shown: usize) -> String {
    if names.len() <= shown + 1 {
        return list(names);
    }
    let first: Vec<&str> = names[..shown].iter().map(AsRef::as_ref).collect();
    format!("{} and {} more", first.join(", "), names.len() - shown)
}

/// The digits of `scaled` / 10^`places`.
fn digits(scaled: i128, places: u32) -> String {
    let sign = if scaled < 0 { "−" } else { "" };
    let scale = 10_u128.pow(places);
    let (whole, part) = (scaled.unsigned_abs() / scale, scaled.unsigned_abs() % scale);
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = places as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero_from_the_exact_value() {
        let of = |n, d| Exact::ratio(n, d).expect("a ratio");
        assert_eq!(decimal(of(7525, 100), 1), "75.3");
        assert_eq!(decimal(of(-7525, 100), 1), "−75.3");
        assert_eq!(decimal(of(15070, 200), 1), "75.4", "75.35 is below 75.35 as a double");
        assert_eq!(decimal(of(1, 3), 1), "0.3");
        assert_eq!(percent(of(1, 8)), "13%");
        assert_eq!(decimal_f64(-13.479_328, 1), "−13.5");
        assert_eq!(exact(of(845, 10)), "84.5");
        assert_eq!(exact(of(42, 10)), "4.2");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!([signed("4.0"), signed("−5"), signed("0.0")], ["+4.0", "−5", "="]);
    }

    #[test]
    fn only_all_is_a_hundred_percent() {
        let of = |n, d| percent(Exact::ratio(n, d).expect("a ratio"));
        assert_eq!(
            [of(300, 300), of(299, 300), of(0, 300), of(1, 300), of(1, 200)],
            ["100%", ">99%", "0%", "<1%", "1%"]
        );
        let shares = [1.0, 0.996, 0.994, 0.0, 0.004];
        assert_eq!(shares.map(percent_f64), ["100%", ">99%", "99%", "0%", "<1%"]);
    }

    #[test]
    fn two_figures_that_differ_are_told_apart() {
        let of = |n, d| Exact::ratio(n, d).expect("a ratio");
        assert_eq!(distinct(of(83, 1), of(245, 3)), ("83.0".to_owned(), "81.7".to_owned()));
        assert_eq!(distinct(of(8301, 100), of(83, 1)), ("83.01".to_owned(), "83.00".to_owned()));
        assert_eq!(distinct(of(83, 1), of(83, 1)), ("83.0".to_owned(), "83.0".to_owned()));
    }

    #[test]
    fn lists_read_as_in_a_sentence() {
        assert_eq!(list(&["A", "B", "C"]), "A, B and C");
        assert_eq!(short_list(&["A", "B", "C", "D", "E", "F", "G"]), "A, B, C, D, E and 2 more");
    }
}
