//! Work on several threads, with the results of one.
//!
//! In: a number of tasks. Out: their results in the order of the tasks, whoever did them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `work(0)`, `work(1)` and so on up to `count`, in that order.
pub fn map<T: Send>(jobs: NonZeroUsize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return done;
            }
            done.push((index, work(index)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..jobs.get()).map(|_| scope.spawn(some)).collect();
        let mut all = some();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    all.sort_by_key(|&(index, _)| index);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    #[test]
    fn results_stand_in_order() {
        for jobs in [1, 3, 9] {
            let found = super::map(NonZeroUsize::new(jobs).unwrap(), 5, |index| index * index);
            assert_eq!(found, [0, 1, 4, 9, 16]);
        }
    }
}
