//! How long one input may take.
//!
//! In: a time to keep to. Out: an error once it is over. It is asked between the steps of a digest,
//! each of which takes time linear in its input: nothing is stopped in the middle.
//! The only file that looks at a clock, and only where there is a time to keep to; no result depends
//! on it but whether there is one.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// When the digest of an input must be done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<(Instant, Duration)>);

impl Deadline {
    /// The deadline of what starts now.
    pub(crate) fn start(time: Option<Duration>) -> Self {
        Self(time.map(|time| (Instant::now(), time)))
    }

    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] once it is over.
    pub(crate) fn check(&self, id: &str) -> Result<()> {
        match self.0 {
            Some((start, time)) if start.elapsed() > time => {
                let message =
                    format!("{id} is not done after {time:?}, the deadline of the options");
                Err(Error::new(ErrorKind::TimedOut, message))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Deadline;
    use crate::error::ErrorKind;

    #[test]
    fn what_takes_longer_fails_and_says_so() {
        assert!(Deadline::start(None).check("slow").is_ok());
        assert!(Deadline::start(Some(Duration::MAX)).check("slow").is_ok());
        let deadline = Deadline::start(Some(Duration::from_millis(5)));
        std::thread::sleep(Duration::from_millis(20));
        let error = deadline.check("slow").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "slow is not done after 5ms, the deadline of the options");
    }
}
