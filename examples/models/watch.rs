//! What a person sees while a file comes in.
//!
//! In: how far a transfer is, and remarks. Out: a bar on standard error where that is a terminal,
//! and the remarks as lines there.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub struct Watch {
    bar: ProgressBar,
    quiet: bool,
}

impl Watch {
    /// Shows a bar where someone watches; with `quiet` neither bar nor remarks.
    pub fn new(quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if !quiet && stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Self { bar, quiet }
    }

    /// A file of this size begins, if its size is known.
    pub fn begin(&self, file: &str, size_bytes: Option<u64>) {
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

    /// The file has come this far.
    pub fn at(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// The file is whole, or given up.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Says something without breaking the bar.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| eprintln!("models: {text}"));
        }
    }
}
