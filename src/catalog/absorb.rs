//! What is said of a tool in several places, put together.

use super::record::{Profile, Record};

/// Fills what is not known yet with what is `said`. Whether the two agree.
pub(super) fn fill<T: PartialEq>(known: &mut Option<T>, said: Option<T>) -> bool {
    match (&*known, said) {
        (_, None) => true,
        (Some(known), Some(said)) => *known == said,
        (None, said) => {
            *known = said;
            true
        }
    }
}

/// Moves the fields that are absent from `record` there from `said`, but for the reviews; gives the names of those in
/// which the two differ.
pub(super) fn absorb(record: &mut Record, said: &mut Record) -> Vec<&'static str> {
    let mut differing = Vec::new();
    let mut note = |field, same: bool| {
        if !same {
            differing.push(field);
        }
    };
    note("name", said.name.is_empty() || said.name == record.name);
    if record.aliases.is_empty() {
        record.aliases.clone_from(&said.aliases);
    }
    note("aliases", said.aliases.is_empty() || said.aliases == record.aliases);
    note("category", fill(&mut record.category, said.category.take()));
    if said.profile == Profile::default() {
        return differing;
    }
    let (about, said) = (&mut *record.profile, &mut *said.profile);
    note("tagline", fill(&mut about.tagline, said.tagline.take()));
    note("description", fill(&mut about.description, said.description.take()));
    note("url", fill(&mut about.url, said.url.take()));
    note("best_for", fill(&mut about.best_for, said.best_for.take()));
    note("pricing", fill(&mut about.pricing.entry, said.pricing.entry.take()));
    note("pricing", fill(&mut about.pricing.detail, said.pricing.detail.take()));
    note("source", fill(&mut about.source, said.source.take()));
    note("community", fill(&mut about.community, said.community.take()));
    differing
}
