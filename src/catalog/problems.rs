//! What is found wrong when a catalog is opened: the first few problems in words, the others as a count.

use super::finding::{Findings, Place as Byte};
use super::input::Input;
use super::spot;
use crate::error::{Error, Result};

/// Problems of all inputs: the first few as errors, the others as a count.
#[derive(Default)]
pub(super) struct Problems {
    first: Vec<Error>,
    /// How many there are.
    pub(super) count: usize,
}

impl Problems {
    /// How many are named.
    const NAMED: usize = 3;

    pub(super) fn add(&mut self, found: Findings, input: usize, inputs: &[Input]) -> Result<()> {
        self.count += found.count;
        let room = Self::NAMED.saturating_sub(self.first.len());
        let mut named: Vec<_> = found.kept.into_iter().take(room).collect();
        named.sort_by_key(|finding| finding.span.start);
        let spans: Vec<_> = named.iter().map(|finding| finding.span.clone()).collect();
        if spans.is_empty() {
            return Ok(());
        }
        let spots = spot::spots(&inputs[input].name, inputs[input].stream()?, &spans)?;
        for (finding, spot) in named.into_iter().zip(spots) {
            let mut message = finding.message;
            if let Some(Byte { input: other, at }) = finding.first {
                let other = &inputs[other.unwrap_or(input)];
                let first = spot::spot(&other.name, other.stream()?, at)?;
                message = format!("{message} (first at {}:{}:{})", first.file, first.line, first.column);
            }
            let error = Error::data(message).at(spot);
            self.first.push(match finding.help {
                Some(help) => error.hint(help),
                None => error,
            });
        }
        Ok(())
    }

    /// No warnings, or the problems as one error.
    pub(super) fn into_result(self) -> Result<Vec<Error>> {
        let mut first = self.first.into_iter();
        let Some(mut error) = first.next() else { return Ok(Vec::new()) };
        error.also = first.collect();
        Err(match self.count {
            1 => error,
            count => error.hint(format!("{count} problems in all; `compare check` lists them")),
        })
    }

    /// The problems as warnings.
    pub(super) fn into_warnings(self) -> Vec<Error> {
        let more = self.count - self.first.len();
        let mut warnings = self.first;
        if more > 0 {
            warnings.push(Error::data(format!("{more} more problems; `compare check` lists them")));
        }
        warnings
    }
}
