//! Jobs to results, on threads.
//!
//! In: where jobs come from, and the work. Out: whatever the work gives, for [`Ordered`] in the
//! order of the jobs. Where no thread can be started, the caller's own does the work and nothing is
//! lost.
//! Knows no model and no article.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{Builder, JoinHandle};

/// A panic's payload.
pub(crate) type Panic = Box<dyn Any + Send>;

/// The result of `work`, or the panic that ended it.
pub(crate) fn caught<A>(work: impl FnOnce() -> A) -> Result<A, Panic> {
    catch_unwind(AssertUnwindSafe(work))
}

/// How a thread is started.
type Start = fn(Builder, Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>>;

fn start_thread(builder: Builder, body: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
    builder.spawn(body)
}

/// Threads that run until there are no more jobs.
#[cfg_attr(
    not(feature = "pretrained"),
    allow(dead_code, reason = "who waits for threads is behind the feature")
)]
#[derive(Debug)]
pub(crate) struct Workers {
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts `count` threads that run `body`, or as many as the system gives.
    #[cfg(feature = "pretrained")]
    pub(crate) fn start(
        name: &str,
        count: usize,
        body: impl FnOnce() + Clone + Send + 'static,
    ) -> Self {
        Self::start_by(start_thread, name, count, body)
    }

    fn start_by(
        start: Start,
        name: &str,
        count: usize,
        body: impl FnOnce() + Clone + Send + 'static,
    ) -> Self {
        let start = |number| {
            let builder = Builder::new().name(format!("{name}-{number}"));
            start(builder, Box::new(body.clone())).ok()
        };
        Self { threads: (0..count).map_while(start).collect() }
    }

    /// How many were started.
    #[cfg(feature = "pretrained")]
    pub(crate) fn count(&self) -> usize {
        self.threads.len()
    }

    /// Waits until all have ended.
    #[cfg(feature = "pretrained")]
    pub(crate) fn join(&mut self) {
        for thread in self.threads.drain(..) {
            // No panic leaves a thread: its work is caught.
            let _ = thread.join();
        }
    }
}

/// Jobs that a thread has taken or done before the first of them was handed out: enough that none
/// waits for a slow one.
const AHEAD: usize = 32;

/// Nor more bytes a thread, whatever their number: of large jobs a few are enough, and each that waits
/// for its turn holds its memory.
const AHEAD_BYTES: usize = 16 << 20;

/// Results in the order of their jobs, each as soon as it and those before it are done.
///
/// The threads take jobs themselves, one after the other, so a source that makes them wait holds up
/// nobody who has work, nor whoever waits for a result. Nothing is taken before the first result is
/// asked for, and never more than [`AHEAD`] a thread that are not handed out; nor, once those make
/// [`AHEAD_BYTES`] a thread, another.
pub(crate) struct Ordered<I: Iterator, R> {
    shared: Arc<Shared<I>>,
    work: Work<I::Item, R>,
    bytes: fn(&I::Item) -> usize,
    jobs: usize,
    start: Start,
    crew: Option<Crew<R>>,
}

type Work<J, R> = Arc<dyn Fn(J) -> R + Send + Sync>;

/// What the threads and the caller both see.
struct Shared<I> {
    source: Mutex<Jobs<I>>,
    window: Mutex<Window>,
    moved: Condvar,
}

struct Jobs<I> {
    /// `None` once it has ended.
    jobs: Option<I>,
    /// How many came of it.
    taken: usize,
}

/// How far the threads may go.
struct Window {
    /// One past the last number that may be taken.
    end: usize,
    /// The bytes of the jobs that were taken and are not handed out.
    held: usize,
    /// As many of them or more, and no other is taken.
    most: usize,
    /// Whether nobody waits for results any more.
    closed: bool,
}

/// The threads at work, and the results that came before their turn.
struct Crew<R> {
    results: Receiver<(usize, Done<R>)>,
    early: BTreeMap<usize, Done<R>>,
    given: usize,
}

/// A result, and the bytes of its job.
struct Done<R> {
    result: Result<R, Panic>,
    bytes: usize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<I: Iterator> Shared<I> {
    /// The next job, its number and its bytes; `None` when there is none, or nobody wants one.
    fn take(&self, bytes: fn(&I::Item) -> usize) -> Option<(usize, Result<I::Item, Panic>, usize)> {
        let mut source = locked(&self.source);
        // Who waits here holds the source, which the others would have to wait for as well.
        let window = self.moved.wait_while(locked(&self.window), |window| {
            (source.taken >= window.end || window.held >= window.most) && !window.closed
        });
        if window.unwrap_or_else(PoisonError::into_inner).closed {
            return None;
        }
        let jobs = source.jobs.as_mut()?;
        let job = caught(|| jobs.next());
        if !matches!(job, Ok(Some(_))) {
            source.jobs = None;
        }
        let job = job.transpose()?;
        let number = source.taken;
        source.taken += 1;
        let bytes = job.as_ref().map_or(0, bytes);
        locked(&self.window).held += bytes;
        Some((number, job, bytes))
    }
}

impl<I, R> Ordered<I, R>
where
    I: Iterator + Send + 'static,
    R: Send + 'static,
{
    /// Results of `work` on each job of `source`, on `jobs` threads; 1 is the caller's own. `bytes` says
    /// what a job holds.
    pub(crate) fn new(
        source: I,
        jobs: usize,
        bytes: fn(&I::Item) -> usize,
        work: impl Fn(I::Item) -> R + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            source: Mutex::new(Jobs { jobs: Some(source), taken: 0 }),
            window: Mutex::new(Window {
                end: 0,
                held: 0,
                most: jobs.saturating_mul(AHEAD_BYTES),
                closed: false,
            }),
            moved: Condvar::new(),
        };
        let (shared, work) = (Arc::new(shared), Arc::new(work));
        Self { shared, work, bytes, jobs, start: start_thread, crew: None }
    }

    fn crew(&mut self) -> &mut Crew<R> {
        let (shared, work, jobs, start) = (&self.shared, &self.work, self.jobs, self.start);
        let bytes_of = self.bytes;
        self.crew.get_or_insert_with(|| {
            let (sender, results) = mpsc::channel();
            if jobs > 1 {
                let (shared, work) = (shared.clone(), work.clone());
                // Not joined: one of them may wait for a job for ever, and none is waited for.
                Workers::start_by(start, "rows", jobs, move || {
                    while let Some((number, job, bytes)) = shared.take(bytes_of) {
                        let result = job.and_then(|job| caught(|| work(job)));
                        if sender.send((number, Done { result, bytes })).is_err() {
                            return;
                        }
                    }
                });
            }
            Crew { results, early: BTreeMap::new(), given: 0 }
        })
    }
}

impl<I, R> Iterator for Ordered<I, R>
where
    I: Iterator + Send + 'static,
    R: Send + 'static,
{
    type Item = R;

    fn next(&mut self) -> Option<R> {
        let ahead = self.jobs * AHEAD;
        let (shared, work, bytes) = (self.shared.clone(), self.work.clone(), self.bytes);
        let crew = self.crew();
        locked(&shared.window).end = crew.given + ahead;
        shared.moved.notify_all();
        let done = loop {
            if let Some(done) = crew.early.remove(&crew.given) {
                break done;
            }
            match crew.results.recv() {
                Ok((number, done)) => crew.early.insert(number, done),
                // No thread is left: all jobs are done, or none could be started.
                Err(_) => {
                    let (_, job, bytes) = shared.take(bytes)?;
                    break Done { result: job.and_then(|job| caught(|| work(job))), bytes };
                }
            };
        };
        crew.given += 1;
        locked(&shared.window).held -= done.bytes;
        shared.moved.notify_all();
        // A panic goes on here, as it would have on one thread.
        Some(done.result.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let given = self.crew.as_ref().map_or(0, |crew| crew.given);
        let source = match self.shared.source.try_lock() {
            Ok(source) => source,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // A thread waits for its next job, and so would this.
            Err(TryLockError::WouldBlock) => return (0, None),
        };
        let waiting = source.taken - given;
        let (least, most) = source.jobs.as_ref().map_or((0, Some(0)), Iterator::size_hint);
        (least.saturating_add(waiting), most.and_then(|most| most.checked_add(waiting)))
    }
}

impl<I: Iterator, R> Drop for Ordered<I, R> {
    fn drop(&mut self) {
        // What nobody waits for any more is not worth computing.
        locked(&self.shared.window).closed = true;
        self.shared.moved.notify_all();
    }
}

impl<I: Iterator, R> fmt::Debug for Ordered<I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ordered").field("jobs", &self.jobs).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::thread::{Builder, JoinHandle};
    use std::time::Duration;

    use super::{AHEAD, AHEAD_BYTES, Ordered, Start, caught, start_thread};

    /// Far more than a thread needs, far less than a person waits.
    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn results_keep_the_order_of_their_jobs() {
        for jobs in [1, 2, 8] {
            let slow_first = |job: usize| {
                std::thread::sleep(Duration::from_micros((200 - job as u64) * 5));
                job * 2
            };
            let results: Vec<usize> = Ordered::new(0..200, jobs, |_| 0, slow_first).collect();
            assert_eq!(results, (0..200).map(|job| job * 2).collect::<Vec<_>>());
        }
    }

    /// What a system without threads says.
    fn no_thread(_: Builder, _: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Every other thread that is asked for: one, and then no more.
    fn one_thread(builder: Builder, body: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        match STARTED.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => builder.spawn(body),
            _ => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    const STARTS: [Start; 3] = [start_thread, no_thread, one_thread];

    #[test]
    fn where_threads_are_missing_the_caller_does_what_they_would() {
        for start in STARTS {
            for jobs in [1, 2, 4] {
                let mut results = Ordered::new(0..200, jobs, |_| 0, |job| job * 2);
                results.start = start;
                assert_eq!(results.next(), Some(0));
                assert_eq!(results.size_hint().1.unwrap_or(199), 199);
                let rest: Vec<usize> = results.by_ref().collect();
                assert_eq!(rest, (1..200).map(|job| job * 2).collect::<Vec<_>>(), "{jobs} jobs");
                assert_eq!((results.next(), results.size_hint()), (None, (0, Some(0))));
            }
        }
    }

    #[test]
    fn each_result_is_handed_out_before_the_next_job_comes() {
        for (jobs, start) in [1, 2, 4, 16].into_iter().flat_map(|jobs| STARTS.map(|s| (jobs, s))) {
            let (feed, source) = mpsc::channel::<usize>();
            let mut results = Ordered::new(source.into_iter(), jobs, |_| 0, |job| job + 1);
            results.start = start;
            let (given, seen) = mpsc::channel();
            let reader = std::thread::spawn(move || {
                for result in results {
                    given.send(result).unwrap();
                }
            });
            for job in 0..20 {
                feed.send(job).unwrap();
                // The source has nothing more until this was seen: a read-ahead would wait for ever.
                assert_eq!(seen.recv_timeout(SOON), Ok(job + 1), "{jobs} jobs");
            }
            drop(feed);
            reader.join().unwrap();
        }
    }

    #[test]
    fn no_more_is_taken_than_the_window_holds() {
        for jobs in [1, 2, 4] {
            let taken = Arc::new(AtomicUsize::new(0));
            let counted = taken.clone();
            let source = (0..).inspect(move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
            });
            let mut results = Ordered::new(source, jobs, |_| 0, |job: usize| job);
            assert_eq!(taken.load(Ordering::SeqCst), 0, "nothing before the first is asked for");
            for expected in 0..3 {
                assert_eq!(results.next(), Some(expected));
            }
            std::thread::sleep(Duration::from_millis(20));
            let most = if jobs == 1 { 3 } else { 2 + jobs * AHEAD };
            assert!(taken.load(Ordering::SeqCst) <= most, "{jobs} jobs");
        }
    }

    #[test]
    fn no_more_bytes_are_taken_than_the_window_holds() {
        for (jobs, start) in [1, 2, 4].into_iter().flat_map(|jobs| STARTS.map(|s| (jobs, s))) {
            let taken = Arc::new(AtomicUsize::new(0));
            let counted = taken.clone();
            let source = (0..40).inspect(move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
            });
            // Of two jobs, each holds half of what a thread may have; of the last, more than all may.
            let bytes = |job: &usize| if *job == 39 { usize::MAX / 2 } else { AHEAD_BYTES / 2 };
            let mut results = Ordered::new(source, jobs, bytes, |job: usize| job);
            results.start = start;
            assert_eq!(results.next(), Some(0));
            std::thread::sleep(Duration::from_millis(20));
            assert!(taken.load(Ordering::SeqCst) <= 1 + 2 * jobs, "{jobs} jobs");
            assert_eq!(results.collect::<Vec<_>>(), (1..40).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_reaches_whoever_asks_for_its_result() {
        for jobs in [1, 3] {
            let bad = |job: usize| if job == 2 { panic!("job {job}") } else { job };
            let mut results = Ordered::new(0..5, jobs, |_| 0, bad);
            assert_eq!((results.next(), results.next()), (Some(0), Some(1)));
            assert!(caught(|| results.next()).is_err());
            assert_eq!(results.next(), Some(3));
        }
    }

    #[test]
    fn the_size_is_known_where_the_source_knows_it() {
        let mut results = Ordered::new(0..10, 1, |_| 0, |job| job);
        assert_eq!(results.size_hint(), (10, Some(10)));
        results.next();
        assert_eq!(results.size_hint(), (9, Some(9)));
        let mut results = Ordered::new(0..10, 2, |_| 0, |job| job);
        while results.next().is_some() {}
        assert_eq!(results.size_hint(), (0, Some(0)));
    }
}
