//! The command that repeats a comparison.

use crate::catalog::record::Record;
use crate::text::shell_quoted;
use crate::verdict::{LEVEL, Options, Order};

/// More tools than this are the whole catalog to a reader.
const NAMED: usize = 20;

/// `compare TOOL TOOL...` with every flag that the figures and the decision depend on, for a POSIX shell.
pub(super) fn comparison(records: &[Record], options: &Options) -> String {
    let mut words = vec!["compare".to_owned()];
    if records.len() > NAMED {
        words.push("--all".to_owned());
    } else {
        words.extend(records.iter().map(|record| record.slug.to_string()));
    }
    for (reviewer, weight) in options.weights.iter() {
        words.extend(["--weight".to_owned(), shell_quoted(&format!("{reviewer}={weight}")).into_owned()]);
    }
    words.extend(options.ship_at.iter().flat_map(|score| ["--ship-at".to_owned(), score.to_string()]));
    if options.confidence.to_bits() != LEVEL.to_bits() {
        words.extend(["--confidence".to_owned(), options.confidence.to_string()]);
    }
    // The whole catalog is in ranking order by itself.
    let usual = if records.len() > NAMED { Order::Rank } else { Order::Given };
    if options.order != usual {
        words.extend(["--by".to_owned(), options.order.name().to_owned()]);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::record::score::Score;
    use crate::verdict::{Weight, Weights};

    #[test]
    fn the_command_has_the_flags_that_matter() {
        let records = ["a", "b"].map(|slug| Record { slug: slug.into(), ..Record::default() });
        assert_eq!(comparison(&records, &Options::default()), "compare a b");
        let weights = [("Founder", 2_000_000), ("O'Neil, Ann", 500_000)];
        let weight = |millionths| Weight::from_millionths(millionths).expect("a weight");
        let options = Options {
            weights: weights.map(|(name, w)| (name.to_owned(), weight(w))).into_iter().collect::<Weights>(),
            ship_at: Score::from_text("60").ok(),
            confidence: 0.9,
            order: Order::Mean,
            ..Options::default()
        };
        let expected =
            r#"compare a b --weight Founder=2 --weight "O'Neil, Ann=0.5" --ship-at 60 --confidence 0.9 --by mean"#;
        assert_eq!(comparison(&records, &options), expected);
    }
}
