//! Sorting where no command waits for it.
//!
//! The standard library's sort is compiled anew for each type and each order, in 8 KB. Here one of them, of positions,
//! serves all.

use std::cmp::Ordering;

/// Sorts `items` by `order`. Equals keep their order.
pub(crate) fn by<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    put(items, sorted(items.len(), &|a, b| order(&items[a], &items[b])));
}

/// Sorts `items` by their keys, each of which is made once. Equals keep their order.
pub(crate) fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    put(items, sorted(items.len(), &|a, b| keys[a].cmp(&keys[b])));
}

/// Sorts `indices` by `order`. Equals keep their order.
pub(crate) fn indices(indices: &mut [usize], order: &dyn Fn(usize, usize) -> Ordering) {
    indices.sort_by(|a, b| order(*a, *b));
}

/// The numbers below `count`, sorted by `order`.
fn sorted(count: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    indices(&mut sorted, order);
    sorted
}

/// Moves to each place the item that is at `from[place]`.
fn put<T>(items: &mut [T], mut from: Vec<usize>) {
    // Each cycle is a chain of swaps.
    for start in 0..from.len() {
        let mut place = start;
        while from[place] != start {
            let next = std::mem::replace(&mut from[place], place);
            items.swap(place, next);
            place = next;
        }
        from[place] = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_as_by_the_standard_library() {
        for count in [0, 1, 2, 7, 100, 1_009] {
            let items: Vec<(usize, usize)> = (0..count).map(|i| (i * 7_919 % count % 10, i)).collect();
            let (mut by_order, mut by_keys, mut expected) = (items.clone(), items.clone(), items);
            by(&mut by_order, |a, b| b.0.cmp(&a.0));
            by_key(&mut by_keys, |item| std::cmp::Reverse(item.0));
            expected.sort_by_key(|item| std::cmp::Reverse(item.0));
            assert_eq!(by_order, expected);
            assert_eq!(by_keys, expected);
        }
    }
}
