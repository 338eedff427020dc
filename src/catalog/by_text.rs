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
    /// Whether an item stands at another number than the hash of its text.
    moved: bool,
}

impl<T: Copy> ByText<T> {
    /// None yet, with room for `count`.
    pub(super) fn with_capacity(count: usize) -> Self {
        let items = HashMap::with_capacity_and_hasher(count, BuildHasherDefault::default());
        Self { keys: RandomState::new(), items, moved: false }
    }

    /// The item with this text. `has` tells whether an item has it.
    pub(super) fn find(&self, text: &str, has: impl Fn(T) -> bool) -> Option<T> {
        self.at(self.keys.hash_one(text), has)
    }

    fn at(&self, mut key: u64, has: impl Fn(T) -> bool) -> Option<T> {
        loop {
            match self.items.get(&key) {
                Some(item) if has(*item) => return Some(*item),
                Some(_) => key = key.wrapping_add(1),
                None => return None,
            }
        }
    }

    /// The items of `others`, a list with the same keys, whose texts have items here: each after that item. `None`
    /// where that cannot be told by the hashes.
    pub(super) fn twins(&self, others: &Self, same: impl Fn(T, T) -> bool) -> Option<Vec<(T, T)>> {
        let twin = |(key, other): (&u64, &T)| {
            let known = self.at(*key, |item| same(item, *other))?;
            Some((known, *other))
        };
        (!others.moved).then(|| others.items.iter().filter_map(twin).collect())
    }

    /// Adds the items of `others`, of which there are [`twins`](Self::twins), but for these.
    pub(super) fn add_all(&mut self, others: Self, same: impl Fn(T, T) -> bool) {
        others.items.into_iter().for_each(|(key, other)| {
            let _ = self.add_at(key, other, |item| same(item, other));
        });
    }

    /// The item with this text, if there is one; otherwise `item` is that from now on.
    pub(super) fn find_or_add(&mut self, text: &str, item: T, has: impl Fn(T) -> bool) -> Option<T> {
        self.add_at(self.keys.hash_one(text), item, has)
    }

    fn add_at(&mut self, mut key: u64, item: T, has: impl Fn(T) -> bool) -> Option<T> {
        loop {
            match self.items.entry(key) {
                Entry::Occupied(known) if has(*known.get()) => return Some(*known.get()),
                Entry::Occupied(_) => (key, self.moved) = (key.wrapping_add(1), true),
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

    #[test]
    fn lists_with_the_same_keys_find_their_twins() {
        let list = ["drum", "whistle", "drum", "horn", "horn"];
        let mut one = ByText::with_capacity(0);
        let (mut two, mut three) = (one.clone(), one.clone());
        let same = |a: usize, b: usize| list[a] == list[b];
        let add = |known: &mut ByText<usize>, index: usize| known.find_or_add(list[index], index, |i| same(i, index));
        for index in 0..2 {
            assert_eq!(add(&mut one, index), None);
        }
        for index in 2..4 {
            assert_eq!(add(&mut two, index), None);
        }
        let _ = add(&mut three, 4);
        assert_eq!(one.twins(&two, same), Some(vec![(0, 2)]));
        assert_eq!(one.twins(&three, same), Some(vec![]));
        one.add_all(two, same);
        assert_eq!(one.twins(&three, same), Some(vec![(3, 4)]));
        // As if another text had the hash of this one.
        let _ = three.find_or_add("horn", 0, |_| false);
        assert_eq!(one.twins(&three, same), None);
    }
}
