//! An index of tools by slug, name and alias, for the rows of sheets.

use crate::catalog::record::Record;
use crate::catalog::record::identity::find_key;
use hashbrown::{DefaultHashBuilder, HashTable};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::hash::BuildHasher as _;

/// Tools by slug and, once that is asked for, by name, alias and their spellings.
pub(crate) struct NameIndex {
    slugs: HashTable<usize>,
    hasher: DefaultHashBuilder,
    names: Option<ToolNames>,
}

/// Which tool a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToolMatch {
    /// None that is known.
    None,
    /// This one; whether it is spelled as the tool is.
    One { tool: usize, exact: bool },
    /// Several are called so.
    Several,
}

/// Tools by names; `None` where several are called so.
#[derive(Default)]
struct ToolNames {
    aliases: HashMap<SmolStr, Option<usize>>,
    exact: HashMap<SmolStr, Option<usize>>,
    spellings: HashMap<String, Option<usize>>,
}

impl NameIndex {
    /// No tools yet, with room for `count`.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { slugs: HashTable::with_capacity(count), hasher: DefaultHashBuilder::default(), names: None }
    }

    /// Adds the tool at `index` by its slug. Gives the tool that has it already, if there is one.
    pub(crate) fn insert_slug<'r>(&mut self, index: usize, slug_of: impl Fn(usize) -> &'r SmolStr) -> Option<usize> {
        let slug = slug_of(index);
        let hash = self.hasher.hash_one(slug.as_str());
        let known = self.slugs.find(hash, |known| slug_of(*known) == slug).copied();
        if known.is_none() {
            let hasher = &self.hasher;
            self.slugs.insert_unique(hash, index, |index| hasher.hash_one(slug_of(*index).as_str()));
        }
        known
    }

    /// The tool with this slug.
    pub(crate) fn slug<'r>(&self, slug: &str, slug_of: impl Fn(usize) -> &'r SmolStr) -> Option<usize> {
        self.slugs.find(self.hasher.hash_one(slug), |index| slug_of(*index) == slug).copied()
    }

    /// Adds the tool at `index`, or its new name; with its spellings unless its slug is `derived`.
    pub(crate) fn insert(&mut self, index: usize, records: &[Record], derived: bool) {
        let _ = self.insert_slug(index, |index| &records[index].slug);
        if let Some(names) = &mut self.names {
            names.insert(index, &records[index], !derived);
        }
    }

    /// Which tool is called so, by an alias or a name as they are written, else by a spelling of a tool whose slug is not
    /// `derived` from its name.
    pub(crate) fn meaning(&mut self, called: &str, records: &[Record], derived: &[bool]) -> ToolMatch {
        let names = self.names.get_or_insert_with(|| {
            let mut names = ToolNames::default();
            let tools = records.iter().zip(derived).enumerate();
            tools.for_each(|(index, (record, derived))| names.insert(index, record, !derived));
            names
        });
        let found = |tool: &Option<usize>, exact| match tool {
            Some(tool) => ToolMatch::One { tool: *tool, exact },
            None => ToolMatch::Several,
        };
        if let Some(tool) = names.aliases.get(called).or_else(|| names.exact.get(called)) {
            return found(tool, true);
        }
        let key = find_key(called);
        names.spellings.get(&*key).filter(|_| !key.is_empty()).map_or(ToolMatch::None, |tool| found(tool, false))
    }
}

impl ToolNames {
    fn insert(&mut self, index: usize, record: &Record, spellings: bool) {
        let Record { slug, name, aliases, .. } = record;
        for alias in aliases {
            note(&mut self.aliases, alias.into(), index);
        }
        note(&mut self.exact, name.clone(), index);
        if spellings {
            for word in [slug.as_str(), name].into_iter().chain(aliases.iter().map(String::as_str)) {
                note(&mut self.spellings, find_key(word).into_owned(), index);
            }
        }
    }
}

fn note<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Option<usize>>, key: K, index: usize) {
    let known = map.entry(key).or_insert(Some(index));
    *known = known.filter(|known| *known == index);
}
