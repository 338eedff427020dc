//! Items of a list, found by a text that each has. The texts stay in the list.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Where items are, by the hash of their texts. A list of hundreds of thousands is found in half the time of a map
/// that has the texts: it hashes each once and copies none, also as it grows.
#[derive(Clone, Debug)]
pub(super) struct ByText<T> {
    /// Keyed anew in each process: no catalog can be made so that its texts collide.
    keys: RandomState,
    /// Two texts of one hash take the next free number.
    items: HashMap<u64, T, BuildHasherDefault<Hashed>>,
}

impl<T: Copy> ByText<T> {
    /// None yet, with room for `count`.
    pub(super) fn with_capacity(count: usize) -> Self {
        let items = HashMap::with_capacity_and_hasher(count, BuildHasherDefault::default());
        Self { keys: RandomState::new(), items }
    }

    /// The item with this text. `has` tells whether an item has it.
    pub(super) fn find(&self, text: &str, has: impl Fn(T) -> bool) -> Option<T> {
        let mut key = self.keys.hash_one(text);
        loop {
            match self.items.get(&key) {
                Some(item) if has(*item) => return Some(*item),
                Some(_) => key = key.wrapping_add(1),
                None => return None,
            }
        }
    }

    /// The item with this text, if there is one; otherwise `item` is that from now on.
    pub(super) fn find_or_add(&mut self, text: &str, item: T, has: impl Fn(T) -> bool) -> Option<T> {
        let mut key = self.keys.hash_one(text);
        loop {
            match self.items.entry(key) {
                Entry::Occupied(known) if has(*known.get()) => return Some(*known.get()),
                Entry::Occupied(_) => key = key.wrapping_add(1),
                Entry::Vacant(free) => {
                    free.insert(item);
                    return None;
                }
            }
        }
    }
}

/// A number that is a hash already.
#[derive(Clone, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_even_where_their_hashes_agree() {
        let list = ["drum", "whistle", "drum", ""];
        let mut known = ByText::with_capacity(0);
        let added = |index: usize, known: &mut ByText<usize>| {
            known.find_or_add(list[index], index, |other| list[other] == list[index])
        };
        assert_eq!((0..4).map(|i| added(i, &mut known)).collect::<Vec<_>>(), [None, None, Some(0), None]);
        assert_eq!(known.find("whistle", |i| list[i] == "whistle"), Some(1));
        assert_eq!(known.find("drums", |i| list[i] == "drums"), None);
        // As if another text had this one's hash.
        assert_eq!(known.find_or_add("drum", 9, |_| false), None);
        assert_eq!(known.find("drum", |i| i == 9), Some(9));
        assert_eq!(known.find("drum", |i| i == 0), Some(0));
    }
}
