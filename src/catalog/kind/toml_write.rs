//! Records as TOML: a `[[tools]]` for each.

use crate::catalog::record::{Record, Verdict};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes the records.
pub(super) fn tables(records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    for (index, record) in records.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(table(record).as_bytes())?;
    }
    Ok(())
}

fn table(record: &Record) -> String {
    let mut text = "[[tools]]\n".to_owned();
    line(&mut text, "slug", Some(&record.slug));
    line(&mut text, "name", Some(&record.name));
    if !record.aliases.is_empty() {
        let aliases: Vec<_> = record.aliases.iter().map(|alias| quoted(alias)).collect();
        entry(&mut text, "aliases", format_args!("[{}]", aliases.join(", ")));
    }
    line(&mut text, "tagline", record.profile.tagline.as_deref());
    line(&mut text, "description", record.profile.description.as_deref());
    line(&mut text, "category", record.category.as_deref());
    line(&mut text, "url", record.profile.url.as_deref());
    line(&mut text, "best_for", record.profile.best_for.as_deref());
    if record.profile.pricing.entry.is_some() || record.profile.pricing.detail.is_some() {
        text += "\n[tools.pricing]\n";
        line(&mut text, "entry", record.profile.pricing.entry.as_deref());
        line(&mut text, "detail", record.profile.pricing.detail.as_deref());
    }
    if let Some(source) = &record.profile.source {
        text += "\n[tools.source]\n";
        line(&mut text, "label", source.label.as_deref());
        line(&mut text, "url", source.url.as_deref());
    }
    if let Some(votes) = record.profile.community {
        text += "\n[tools.community]\n";
        entry(&mut text, "ship", format_args!("{}", votes.ship));
        entry(&mut text, "skip", format_args!("{}", votes.skip));
    }
    for review in &record.reviews {
        text += "\n[[tools.reviews]]\n";
        line(&mut text, "reviewer", Some(&review.reviewer));
        if let Some(score) = review.score {
            entry(&mut text, "score", format_args!("{score}"));
        }
        line(&mut text, "verdict", review.verdict.map(Verdict::word));
        if let Some(date) = review.date {
            entry(&mut text, "date", format_args!("{date}"));
        }
        line(&mut text, "text", review.text.as_deref());
    }
    text
}

fn line(text: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        entry(text, key, format_args!("{}", quoted(value)));
    }
}

fn entry(text: &mut String, key: &str, value: std::fmt::Arguments) {
    writeln!(text, "{key} = {value}").expect("a string takes all");
}

/// A basic string. TOML escapes as JSON does, and DEL too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
