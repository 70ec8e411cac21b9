//! The length of a summary, as typed.

use clap::Args;
use standfirst::summary::Length;

/// How long a summary may be; a sentence that does not fit is left out whole.
#[derive(Debug, Args)]
pub struct LengthArgs {
    /// At most N sentences a summary [default: 3, or no limit with --words or --chars]
    #[arg(long, value_name = "N")]
    sentences: Option<usize>,

    /// At most N words a summary (in Chinese and Japanese, characters)
    #[arg(long, value_name = "N")]
    words: Option<usize>,

    /// At most N characters a summary
    #[arg(long, value_name = "N")]
    chars: Option<usize>,
}

impl LengthArgs {
    /// The length that the options ask for together.
    pub fn length(&self) -> Length {
        let limits = [self.sentences, self.words, self.chars];
        if limits.iter().all(Option::is_none) {
            return Length::default();
        }
        let mut length = Length::default();
        [length.sentences, length.words, length.chars] = limits;
        length
    }
}
