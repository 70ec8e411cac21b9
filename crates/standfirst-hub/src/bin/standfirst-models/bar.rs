//! What a person sees while a file comes in.
//!
//! In: how far a transfer is, and remarks. Out: a bar on standard error where that is a terminal,
//! and the remarks as lines there.

use indicatif::{ProgressBar, ProgressStyle};
use standfirst_hub::Progress;

/// A bar for one file after the other.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar that is drawn only where standard error is a terminal.
    pub(crate) fn new() -> Self {
        Self { bar: ProgressBar::no_length() }
    }
}

impl Progress for Bar {
    fn begin(&self, file: &str, size_bytes: Option<u64>) {
        let template = match size_bytes {
            Some(_) => "{msg} {bar:30} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left)",
            None => "{msg} {spinner} {bytes} ({bytes_per_sec})",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_message(file.to_owned());
        match size_bytes {
            Some(size) => self.bar.set_length(size),
            None => self.bar.unset_length(),
        }
        self.bar.reset();
    }

    fn at(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| eprintln!("standfirst-models: {text}"));
    }
}
