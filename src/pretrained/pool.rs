//! Requests to the threads that own a model.
//!
//! In: a way to make a model, and requests. Out: one answer a request. Models that can be
//! sent to a thread but not shared by several, as rust-bert's, stay each with its thread (its
//! weights are shared where the maker shares them) and the handle is `Send + Sync`. At most a few requests wait: a
//! caller beyond that waits itself. A panic inside a model is the error of that request alone:
//! the model is made anew and the thread goes on.
//! Knows no model.

use std::any::Any;
use std::fmt;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use ndarray::Array2;

use crate::error::{Error, ErrorKind, Result};
use crate::workers::{Workers, caught};

/// Requests that may wait, a thread.
const WAITING: usize = 2;

struct Job<Q, A> {
    request: Q,
    answer: Sender<Result<A>>,
}

/// The handle to the threads; they end when it is dropped.
pub(crate) struct Pool<Q, A> {
    name: String,
    jobs: Option<SyncSender<Job<Q, A>>>,
    threads: Workers,
}

impl<Q, A> fmt::Debug for Pool<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pool({}, {} threads)", self.name, self.threads.count())
    }
}

impl<Q: Send + 'static, A: Send + 'static> Pool<Q, A> {
    /// Starts `threads` threads, each with a model of its own from `make`, and waits until all
    /// have theirs. `name` is the model's, for messages.
    ///
    /// # Errors
    ///
    /// The first error of `make`; [`ErrorKind::InvalidModel`] when it panics.
    pub(crate) fn start<M: 'static>(
        name: &str,
        threads: usize,
        make: impl Fn() -> Result<M> + Send + Sync + 'static,
        run: impl Fn(&M, Q) -> Result<A> + Send + Sync + 'static,
    ) -> Result<Self> {
        let count = threads.max(1);
        let (jobs, waiting) = sync_channel(count * WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let work = Arc::new((make, run));
        let (ready, started) = channel();
        let model_name = name.to_owned();
        let body = move || {
            let (make, run) = &*work;
            let (model, outcome) = match guarded(&model_name, make) {
                Ok(model) => (Some(model), Ok(())),
                Err(error) => (None, Err(error)),
            };
            // The starter waits for every thread, so somebody listens.
            let _ = ready.send(outcome);
            drop(ready);
            if model.is_some() {
                serve(&model_name, model, &waiting, make, run);
            }
        };
        let threads = Workers::start(name, count, body);
        if threads.count() < count {
            let message = format!("{count} threads for {name} cannot be started");
            return Err(Error::new(ErrorKind::Engine, message));
        }
        let pool = Self { name: name.to_owned(), jobs: Some(jobs), threads };
        started.iter().collect::<Result<()>>()?;
        Ok(pool)
    }

    /// Hands a request over; the answer comes by the receiver. Waits while too many wait.
    pub(crate) fn submit(&self, request: Q) -> Receiver<Result<A>> {
        let (answer, receiver) = channel();
        if let Some(jobs) = &self.jobs {
            // A thread that is gone drops the job, and with it the sender: `wait` says so.
            let _ = jobs.send(Job { request, answer });
        }
        receiver
    }

    /// The answer to a request.
    pub(crate) fn wait(&self, receiver: &Receiver<Result<A>>) -> Result<A> {
        receiver.recv().unwrap_or_else(|_| {
            let message = format!("the threads of {} are gone", self.name);
            Err(Error::new(ErrorKind::Engine, message))
        })
    }
}

impl<R: Default + Send + 'static> Pool<Vec<R>, Vec<f32>> {
    /// What the threads make of rows, batch by batch: (rows, width), whatever the batches.
    ///
    /// # Errors
    ///
    /// Those of the model; [`ErrorKind::Engine`] where it gives other than `width` finite values a
    /// row.
    pub(crate) fn in_batches(
        &self,
        mut rows: Vec<R>,
        batches: Vec<Vec<usize>>,
        width: usize,
    ) -> Result<Array2<f32>> {
        let mut all = Array2::zeros((rows.len(), width));
        let mut waiting = Vec::new();
        for batch in batches {
            let own = batch.iter().map(|&row| rows.get_mut(row).map(std::mem::take));
            let own = own.map(Option::unwrap_or_default).collect();
            waiting.push((self.submit(own), batch));
        }
        let wrong = |message: String| Err(Error::new(ErrorKind::Engine, message));
        for (answer, batch) in waiting {
            let values = self.wait(&answer)?;
            let (found, expected) = (values.len(), batch.len() * width);
            if found != expected {
                return wrong(format!("a model gave {found} values, expected {expected}"));
            }
            if !values.iter().all(|value| value.is_finite()) {
                let name = &self.name;
                return wrong(format!(
                    "{name} gave values that are not finite: its weights are damaged, or not its own"
                ));
            }
            for (row, own) in batch.iter().zip(values.chunks_exact(width.max(1))) {
                all.row_mut(*row).iter_mut().zip(own).for_each(|(to, from)| *to = *from);
            }
        }
        Ok(all)
    }
}

impl<Q, A> Drop for Pool<Q, A> {
    fn drop(&mut self) {
        self.jobs = None;
        self.threads.join();
    }
}

/// Answers requests until the handle is gone.
fn serve<M, Q, A>(
    name: &str,
    mut model: Option<M>,
    waiting: &Mutex<Receiver<Job<Q, A>>>,
    make: &impl Fn() -> Result<M>,
    run: &impl Fn(&M, Q) -> Result<A>,
) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { request, answer }) = job else { return };
        let own = model.take().map_or_else(|| guarded(name, make), Ok);
        let outcome = own.and_then(|own| match caught(|| run(&own, request)) {
            Ok(outcome) => {
                model = Some(own);
                outcome
            }
            // The model may be in any state: it is dropped, and the next request makes one.
            Err(panic) => {
                let message = format!("{name} panicked: {}", said(&*panic));
                Err(Error::new(ErrorKind::Engine, message))
            }
        });
        // A caller that no longer waits has its reasons.
        let _ = answer.send(outcome);
    }
}

/// What `make` makes; its panic is an error: the folder describes no model that can be built.
pub(crate) fn guarded<M>(name: &str, make: impl Fn() -> Result<M>) -> Result<M> {
    caught(make).unwrap_or_else(|panic| {
        let message = format!("{name} cannot be built: {}", said(&*panic));
        Err(Error::new(ErrorKind::InvalidModel, message))
    })
}

/// The first line of what a panic says; libtorch adds a stack trace.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    // In an error that was unwrapped, line ends are written out.
    let end = text.find(['\n', '\r']).into_iter().chain(text.find("\\n")).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Pool;
    use crate::error::{Error, ErrorKind};

    /// Doubles numbers; panics on 13. `made` counts the models.
    fn doubling(threads: usize, made: &Arc<AtomicUsize>) -> Pool<u32, u32> {
        let made = made.clone();
        let make = move || {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(2)
        };
        Pool::start("doubling", threads, make, |by, number| {
            assert!(number != 13, "thirteen\nand a trace");
            Ok(by * number)
        })
        .unwrap()
    }

    #[test]
    fn a_panic_is_the_error_of_its_request_alone() {
        let made = Arc::new(AtomicUsize::new(0));
        let pool = doubling(1, &made);
        let answers: Vec<_> = [1, 13, 2, 13, 3].map(|number| pool.submit(number)).into();
        let answers: Vec<_> = answers.iter().map(|answer| pool.wait(answer)).collect();
        for (answer, expected) in answers.iter().zip([Some(2), None, Some(4), None, Some(6)]) {
            match (answer, expected) {
                (Ok(found), Some(expected)) => assert_eq!(*found, expected),
                (Err(error), None) => {
                    assert_eq!(error.kind(), ErrorKind::Engine);
                    assert_eq!(error.to_string(), "doubling panicked: thirteen");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(made.load(Ordering::SeqCst), 3, "made anew after each panic");
    }

    #[test]
    fn many_callers_share_a_handle() {
        let made = Arc::new(AtomicUsize::new(0));
        let pool = doubling(2, &made);
        std::thread::scope(|scope| {
            for caller in 0..8_u32 {
                let pool = &pool;
                scope.spawn(move || {
                    for number in (0..200).map(|step| step * 8 + caller).filter(|&n| n != 13) {
                        assert_eq!(pool.wait(&pool.submit(number)).unwrap(), 2 * number);
                    }
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_model_that_cannot_be_made_stops_the_start() {
        let error = || Error::new(ErrorKind::InvalidModel, "no such model");
        let failed =
            Pool::<u32, u32>::start("none", 2, move || Err::<u32, _>(error()), |_, _| Ok(0));
        assert_eq!(failed.unwrap_err().to_string(), "no such model");
        let make = || -> crate::error::Result<u32> { panic!("bad file") };
        let failed = Pool::<u32, u32>::start("none", 2, make, |_, _| Ok(0));
        assert_eq!(failed.unwrap_err().to_string(), "none cannot be built: bad file");
    }
}
