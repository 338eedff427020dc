//! How often does each certainty come out, how good are the leaders, and does `could_be_behind` hold, when the truth is
//! known?
//!
//! `cargo bench --bench certainty` draws panels of tools whose true scores are known and prints two Markdown tables. Each
//! reviewer has a leniency that all tools meet, and scores each tool with noise; a score of 60 or more is a ship. The
//! draws are seeded: the tables are the same every time.

use std::cmp::Reverse;
use std::io::{self, Write};
use tool_compare::internal::catalog::record::Score;
use tool_compare::internal::catalog::record::{Record, Remarks, Review, Verdict};
use tool_compare::internal::verdict::{Assessment, Certainty, Exact, Figures, Options, PanelVerdict, assess};

/// Panels for each row.
const PANELS: u32 = 10_000;
/// Mean and standard deviation of the true scores of the tools.
const TRUTH: (f64, f64) = (68.0, 8.0);
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

/// Tools with their true scores.
struct Panel {
    records: Vec<Record>,
    truth: Vec<f64>,
}

/// A panel of tools with these true scores. Each review is missing with this probability.
fn panel(random: &mut Random, truth: Vec<f64>, reviewers: u32, missing: f64) -> Panel {
    let tool = |i: usize| {
        let slug = format!("t{i:02}");
        Record { slug: slug.as_str().into(), name: slug.into(), ..Record::default() }
    };
    let mut records: Vec<Record> = (0..truth.len()).map(tool).collect();
    for reviewer in 0..reviewers {
        let leniency = LENIENCY * random.normal();
        for (record, truth) in records.iter_mut().zip(&truth) {
            let score = (truth + leniency + NOISE * random.normal()).round().clamp(0.0, 100.0);
            if random.uniform() < missing {
                continue;
            }
            let verdict = if score >= SHIP_AT { Verdict::Ship } else { Verdict::Skip };
            let reviewer = format!("r{reviewer}").into();
            let score = Score::from_text(&score.to_string()).ok();
            record.reviews.push(Review {
                reviewer,
                score,
                verdict: Some(verdict),
                date: None,
                remarks: Remarks::default(),
            });
        }
    }
    Panel { records, truth }
}

/// Counts over many panels.
#[derive(Default)]
struct Tally {
    panels: u32,
    certainties: [u32; 4],
    /// Leaning or clear for a tool that is not the best.
    wrong: u32,
    /// Points lost by taking the leader, and by taking the tool that the former key put first.
    regret: f64,
    former_regret: f64,
    /// How often a limit was given, and how often it held.
    limits: u32,
    held: u32,
}

impl Tally {
    fn add(&mut self, panel: &Panel, found: &Assessment) {
        let decision = &found.decision;
        let best = panel.truth.iter().copied().fold(f64::MIN, f64::max);
        self.panels += 1;
        self.certainties[decision.certainty as usize] += 1;
        let first = decision.leader.or(decision.tied.first().copied()).unwrap_or_default();
        self.wrong += u32::from(decision.certainty >= Certainty::Leaning && panel.truth[first] < best);
        self.regret += best - panel.truth[first];
        self.former_regret += best - panel.truth[former_first(&found.tools)];
        if let (Some(leader), Some(limit)) = (decision.leader, decision.could_be_behind) {
            let compared = decision.compared.iter().filter(|(_, certainty)| *certainty > Certainty::Insufficient);
            let behind = compared.map(|(tool, _)| panel.truth[*tool] - panel.truth[leader]).fold(0.0, f64::max);
            self.limits += 1;
            self.held += u32::from(behind <= limit.points);
        }
    }
}

/// The tool that the former ranking key puts first: panel verdict, then Wilson bound, then mean.
fn former_first(tools: &[Figures]) -> usize {
    let key = |tool: &usize| -> (PanelVerdict, Reverse<u64>, Reverse<Option<Exact>>, usize) {
        let figures = &tools[*tool];
        let low = figures.ship_ratio_interval.map_or(0, |interval| 1 + interval.low.to_bits());
        (figures.verdict, Reverse(low), Reverse(figures.score.mean), *tool)
    };
    (0..tools.len()).min_by_key(key).unwrap_or_default()
}

fn percent(count: u32, of: u32) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.1}%", f64::from(count) * 100.0 / f64::from(of)) }
}

/// `panels` panels, drawn by `draw`.
fn tally(seed: u64, panels: u32, draw: impl Fn(&mut Random) -> Panel) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    for _ in 0..panels {
        let panel = draw(&mut random);
        if let Ok(found) = assess(&panel.records, &Options::default()) {
            tally.add(&panel, &found);
        }
    }
    tally
}

/// Two tools whose true difference is known.
fn two_tools(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| true difference | reviewers | close | leaning | clear | leaning or clear for the worse tool |")?;
    writeln!(out, "| ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for difference in [0_u32, 5, 10, 15, 20] {
        for reviewers in [4, 6, 8, 12] {
            let truth = || vec![78.0, 78.0 - f64::from(difference)];
            let seed = u64::from(difference) << 32 | u64::from(reviewers);
            let tally = tally(seed, PANELS, |random| panel(random, truth(), reviewers, 0.0));
            let [_, close, leaning, clear] = tally.certainties.map(|count| percent(count, PANELS));
            // Of two equal tools neither is the worse one.
            let wrong = if difference == 0 { "–".to_owned() } else { percent(tally.wrong, PANELS) };
            writeln!(out, "| {difference} | {reviewers} | {close} | {leaning} | {clear} | {wrong} |")?;
        }
    }
    Ok(())
}

/// Several tools whose true scores are drawn.
fn several_tools(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "| tools | reviewers | missing | insufficient | close | leaning | clear | leaning or clear, not the best | points lost | by the \
         former key | `could_be_behind` holds |"
    )?;
    writeln!(out, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for tools in [2_u32, 5, 10, 20] {
        for reviewers in [5, 8] {
            for missing in [0_u32, 30] {
                let draw = |random: &mut Random| {
                    let truth = (0..tools).map(|_| TRUTH.0 + TRUTH.1 * random.normal()).collect();
                    panel(random, truth, reviewers, f64::from(missing) / 100.0)
                };
                let seed = u64::from(tools) << 32 | u64::from(reviewers) << 8 | u64::from(missing);
                let panels = PANELS.min(40_000 / tools);
                let tally = tally(seed, panels, draw);
                let [insufficient, close, leaning, clear] = tally.certainties.map(|count| percent(count, panels));
                let wrong = percent(tally.wrong, panels);
                let lost = |regret: f64| format!("{:.1}", regret / f64::from(panels));
                writeln!(
                    out,
                    "| {tools} | {reviewers} | {missing}% | {insufficient} | {close} | {leaning} | {clear} | {wrong} | {} | {} | {} |",
                    lost(tally.regret),
                    lost(tally.former_regret),
                    percent(tally.held, tally.limits),
                )?;
            }
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    two_tools(&mut out)?;
    writeln!(out)?;
    several_tools(&mut out)
}
