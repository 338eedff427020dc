//! How often does each certainty come out, when the truth is known?
//!
//! `cargo bench --bench certainty` draws panels of two tools whose true difference is known and prints a Markdown
//! table. Each reviewer has a leniency of their own that both tools meet, and scores each tool with noise; a score of
//! 60 or more is a ship. The draws are seeded: the table is the same every time.

use std::io::{self, Write};
use tool_compare::catalog::record::Score;
use tool_compare::catalog::record::{Record, Review, Verdict};
use tool_compare::verdict::{Certainty, Options, assess};

/// Panels per row.
const PANELS: u32 = 10_000;
/// True score of the better tool, before the difference is taken off the other one.
const BETTER: f64 = 78.0;
/// Standard deviation of the reviewers' leniency, in points.
const LENIENCY: f64 = 8.0;
/// Standard deviation of a single score around truth plus leniency, in points.
const NOISE: f64 = 10.0;
/// From this score upwards a reviewer ships.
const SHIP_AT: f64 = 60.0;

/// `SplitMix64`: G. Steele, D. Lea, C. Flood, OOPSLA 2014.
struct Random(u64);

impl Random {
    /// Uniform between 0 and 1, neither of them.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((mixed ^ mixed >> 31) >> 32).unwrap_or_default();
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// Standard normal, by Box and Muller's method.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// A review with a whole score.
fn review(reviewer: u32, score: f64) -> Review {
    let score = score.round().clamp(0.0, 100.0);
    let verdict = if score >= SHIP_AT { Verdict::Ship } else { Verdict::Skip };
    let reviewer = format!("r{reviewer}").into();
    Review {
        reviewer,
        score: Score::from_text(&score.to_string()).ok(),
        verdict: Some(verdict),
        text: None,
        date: None,
    }
}

/// The better tool and the other one.
fn panel(random: &mut Random, difference: f64, reviewers: u32) -> [Record; 2] {
    let tool = |slug: &str| Record { slug: slug.into(), name: slug.into(), ..Record::default() };
    let (mut better, mut other) = (tool("better"), tool("other"));
    for reviewer in 0..reviewers {
        let leniency = LENIENCY * random.normal();
        let mut score = |truth: f64| review(reviewer, truth + leniency + NOISE * random.normal());
        better.reviews.push(score(BETTER));
        other.reviews.push(score(BETTER - difference));
    }
    [better, other]
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| true difference | reviewers | close | leaning | clear | leaning or clear for the worse tool |")?;
    writeln!(out, "| ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for difference in [0_u32, 5, 10, 15, 20] {
        for reviewers in [4, 6, 8, 12] {
            let mut random = Random(u64::from(difference) << 32 | u64::from(reviewers));
            let (mut close, mut leaning, mut clear, mut wrong) = (0, 0, 0, 0);
            for _ in 0..PANELS {
                let records = panel(&mut random, difference.into(), reviewers);
                let Ok(found) = assess(&records, &Options::default()) else { continue };
                match found.decision.certainty {
                    Certainty::Clear => clear += 1,
                    Certainty::Leaning => leaning += 1,
                    Certainty::Close | Certainty::Insufficient => close += 1,
                }
                let sure = found.decision.certainty >= Certainty::Leaning;
                wrong += u32::from(sure && found.decision.leader == Some(1));
            }
            let percent = |count: u32| format!("{:.1} %", f64::from(count) * 100.0 / f64::from(PANELS));
            let [close, leaning, clear] = [close, leaning, clear].map(percent);
            // Of two equal tools neither is the worse one.
            let wrong = if difference == 0 { "–".to_owned() } else { percent(wrong) };
            writeln!(out, "| {difference} | {reviewers} | {close} | {leaning} | {clear} | {wrong} |")?;
        }
    }
    Ok(())
}
