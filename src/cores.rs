//! Work spread over the cores. What comes out does not depend on how many there are.

use std::cmp::Ordering;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// Fewer items than this take less time than the start of a thread saves.
const MANY: usize = 10_000;

/// What each of `works` gives, in their order; the first runs on this thread, each other on one of its own. A panic
/// goes on as it came.
pub fn run<T: Send>(works: impl IntoIterator<Item: FnOnce() -> T + Send>) -> Vec<T> {
    thread::scope(|scope| {
        let mut works = works.into_iter();
        let Some(first) = works.next() else { return Vec::new() };
        let workers: Vec<_> = works.map(|work| scope.spawn(work)).collect();
        let mut results = vec![first()];
        results.extend(workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))));
        results
    })
}

/// How many items a core takes on.
fn part(items: usize) -> usize {
    let cores = if items < MANY { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    items.div_ceil(cores).max(1)
}

/// What `work` makes of each of `items`, in their order.
pub fn map<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let part = part(items.len());
    if part >= items.len() {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let parts = items.chunks(part).map(|items| move || items.iter().map(work).collect::<Vec<_>>());
    run(parts).into_iter().flatten().collect()
}

/// Sorts `items` by `order`, in which no two are equal.
pub fn sort<T: Send>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    let part = part(items.len());
    if part < items.len() {
        let order = &order;
        run(items.chunks_mut(part).map(|items| move || items.sort_unstable_by(order)));
    }
    // This one finds the sorted parts and puts them together in one pass.
    items.sort_by(order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_items_come_out_as_on_one_core() {
        let items: Vec<u64> = (0..30_011).map(|i| i * 7_919 % 30_011).collect();
        assert_eq!(map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        let (mut sorted, mut expected) = (items.clone(), items);
        sort(&mut sorted, Ord::cmp);
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }
}
