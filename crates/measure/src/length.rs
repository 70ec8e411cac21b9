//! How long a summary may be, as the figures tell it.

use serde::{Deserialize, Serialize};

/// How long a summary, and the lead beside it, may be; a sentence is never cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "evaluate", derive(clap::Args))]
pub struct Length {
    /// At most N sentences a summary [default: 3, or no limit with --words or --chars]
    #[cfg_attr(feature = "evaluate", arg(long, value_name = "N"))]
    pub sentences: Option<usize>,
    /// At most N words a summary (in Chinese and Japanese, characters)
    #[cfg_attr(feature = "evaluate", arg(long, value_name = "N"))]
    pub words: Option<usize>,
    /// At most N characters a summary
    #[cfg_attr(feature = "evaluate", arg(long, value_name = "N"))]
    pub chars: Option<usize>,
}

impl Length {
    /// So many sentences.
    pub const fn sentences(most: usize) -> Self {
        Self { sentences: Some(most), words: None, chars: None }
    }

    /// Three sentences where nothing is asked for.
    #[must_use]
    pub fn or_three(self) -> Self {
        match self {
            Self { sentences: None, words: None, chars: None } => Self::sentences(3),
            asked => asked,
        }
    }
}
