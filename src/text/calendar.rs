//! Words to the dates and times that they state.
//!
//! In: the tokens of a sentence or of a line. Out: dates as far as they are given, with both readings
//! where only custom tells the day from the month ([`dates_at`]); of a line whose business is a date,
//! the date and the time of day ([`stated`]). The one reader of dates: a page's date lines and an
//! abstract's prose go through it, in every shape and language that it knows. Which languages these
//! are, `data/` says.
//! Knows no clock and no zone: *yesterday* and *3 hours ago* are no dates, no weekday is worked out
//! from a date, and a time is as the text shows it. Nor does it use the crate `jiff`: that a day
//! exists and how ISO 8601 writes it is a dozen lines of `date.rs`.
//!
//! ```text
//! date.rs    a date as far as it is given      months.rs  a word -> the month it names
//! shapes.rs  tokens -> dates                   clock.rs   tokens -> times of day
//! line.rs    a line -> the date it states
//! ```

mod date;
mod months;
mod shapes;
mod clock;
mod line;

pub(crate) use date::{Date, YEARS};
pub(crate) use line::{Mention, Stated, dated_as, may_state, mentions, stated};
pub(crate) use shapes::{FoundDate, Manner, Order, dates_at, either, weekday_at};
