//! Work spread over the cores. What comes out does not depend on how many there are.

use std::cmp::Ordering;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Fewer items than this take less time than the start of a thread saves.
const MANY: usize = 10_000;

/// What each of `works` gives, in their order; the first runs on this thread, each other on one of its own, or on this
/// one where there is none to be had. A panic goes on as it came.
pub(crate) fn run<T: Send>(works: impl IntoIterator<Item: FnOnce() -> T + Send>) -> Vec<T> {
    run_on(thread::Builder::new, works)
}

/// As [`run`], with threads from `builder`.
fn run_on<T: Send>(builder: fn() -> thread::Builder, works: impl IntoIterator<Item: FnOnce() -> T + Send>) -> Vec<T> {
    let works: Vec<_> = works.into_iter().collect();
    let mut results: Vec<Option<T>> = works.iter().map(|_| None).collect();
    let jobs = works.into_iter().zip(&mut results).map(|(work, result)| -> Job<'_> {
        // A thread that cannot be started would keep its job, so it is shared.
        Mutex::new(Some(Box::new(move || *result = Some(work()))))
    });
    run_jobs(builder, &jobs.collect::<Vec<_>>());
    results.into_iter().flatten().collect()
}

/// Work that is done once.
type Job<'w> = Mutex<Option<Box<dyn FnOnce() + Send + 'w>>>;

/// Does `jobs`, compiled once for all kinds of work.
fn run_jobs(builder: fn() -> thread::Builder, jobs: &[Job<'_>]) {
    let [first, others @ ..] = jobs else { return };
    thread::scope(|scope| {
        let start = |job| (builder().spawn_scoped(scope, move || run_job(job)), job);
        let workers: Vec<_> = others.iter().map(start).collect();
        run_job(first);
        for (worker, job) in workers {
            match worker {
                Ok(worker) => worker.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(_) => run_job(job),
            }
        }
    });
}

fn run_job(job: &Job<'_>) {
    let work = job.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(work) = work {
        work();
    }
}

/// How many items a core takes on.
fn part(items: usize) -> usize {
    let cores = if items < MANY { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    items.div_ceil(cores).max(1)
}

/// What `work` makes of each of `items`, in their order.
pub(crate) fn map<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let part = part(items.len());
    if part >= items.len() {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let parts = items.chunks(part).map(|items| move || items.iter().map(work).collect::<Vec<_>>());
    let mut parts = run(parts).into_iter();
    let mut all = parts.next().unwrap_or_default();
    // Of a million items, no second copy is made.
    all.reserve_exact(items.len() - all.len());
    parts.for_each(|part| all.extend(part));
    all
}

/// Sorts `items` by `order`, in which no two are equal.
pub(crate) fn sort<T: Send>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
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
    fn without_threads_the_work_is_done_all_the_same() {
        // No system has so much room for a stack.
        let impossible = || thread::Builder::new().stack_size(usize::MAX / 4);
        assert!(impossible().spawn(|| ()).is_err());
        assert_eq!(run_on(impossible, (0..5).map(|i| move || i * i)), [0, 1, 4, 9, 16]);
    }

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
