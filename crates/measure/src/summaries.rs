//! Summaries beside references.
//!
//! In: an article's digest beside the article and the summary people wrote of it, article by
//! article. Out: ROUGE of ours, ROUGE of as much of the article's opening (the baseline that news
//! is hard to beat at), and whether ours are verbatim and open well. Does not run the library.

use serde::Serialize;
use standfirst::digest::Digest;

use crate::length::Length;
use crate::report::{Line, rounded};
use crate::{rouge, text};

/// ROUGE-1, ROUGE-2 and ROUGE-Lsum.
const MEASURES: [&str; 3] = ["ROUGE-1", "ROUGE-2", "ROUGE-Lsum"];

/// What was measured; shares lie in `0.0..=1.0`.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Articles.
    n: usize,
    /// Articles without a digest.
    failed: usize,
    /// How long a summary, and the opening beside it, may be.
    length: Length,
    /// Mean F1 of each measure, in per cent to two decimals.
    rouge: [f64; 3],
    /// The same of the articles' openings.
    lead: [f64; 3],
    /// The difference.
    gain_over_lead: [f64; 3],
    /// Sentences that stand in the article where the digest says.
    verbatim: f64,
    /// Summaries that open on a word that points back.
    dangling: f64,
    /// Mean length.
    words: f64,
}

/// What has been counted so far.
#[derive(Debug)]
pub struct Tally {
    length: Length,
    articles: usize,
    failed: usize,
    ours: Sums,
    lead: Sums,
    sentences: usize,
    verbatim: usize,
    dangling: usize,
    words: usize,
}

impl Tally {
    /// Nothing counted yet; the summaries are to be no longer than `length`.
    pub fn new(length: Length) -> Self {
        Self {
            length,
            articles: 0,
            failed: 0,
            ours: [0.0; 3],
            lead: [0.0; 3],
            sentences: 0,
            verbatim: 0,
            dangling: 0,
            words: 0,
        }
    }

    /// Counts an article; `digest` is none where it failed.
    pub fn add(&mut self, article: &str, reference: &str, digest: Option<&Digest>) {
        self.articles += 1;
        let digested = digest.and_then(|digest| digest.articles.first());
        self.failed += usize::from(digested.is_none());
        let summary = digested.and_then(|article| article.summary.as_ref());
        let sentences = summary.map_or(&[][..], |summary| &summary.sentences);
        let summary: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        self.sentences += sentences.len();
        self.verbatim += sentences
            .iter()
            .filter(|sentence| sentence.span.get(article) == Some(&*sentence.text))
            .count();
        self.dangling += usize::from(summary.first().is_some_and(|first| text::points_back(first)));
        self.words += summary.iter().map(|sentence| text::parts(sentence)).sum::<usize>();

        let reference = text::sentences(reference).join("\n");
        let opening = text::sentences(article);
        let opening = opening.get(..lead(&opening, &self.length)).unwrap_or(&opening);
        add(&mut self.ours, rouge(&reference, &summary));
        add(&mut self.lead, rouge(&reference, opening));
    }

    /// The figures of all articles.
    pub fn figures(&self) -> Figures {
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        let (rouge, lead) = (mean(self.ours, self.articles), mean(self.lead, self.articles));
        Figures {
            n: self.articles,
            failed: self.failed,
            length: self.length,
            rouge,
            lead,
            gain_over_lead: gain(rouge, lead),
            verbatim: share(self.verbatim, self.sentences),
            dangling: share(self.dangling, self.articles),
            words: share(self.words, self.articles),
        }
    }
}

/// F1 of each measure, or sums of them.
pub type Sums = [f64; 3];

/// F1 of each measure of a summary, sentence by sentence, beside a reference, a sentence a line.
pub fn rouge(reference: &str, summary: &[&str]) -> Sums {
    let found = rouge::score(reference, &summary.join("\n"));
    [found.one, found.two, found.l_sum].map(rouge::Score::f1)
}

/// Adds a summary's measures.
pub fn add(sums: &mut Sums, found: Sums) {
    for (sum, found) in sums.iter_mut().zip(found) {
        *sum += found;
    }
}

/// The means over so many articles, in per cent to two decimals.
pub fn mean(sums: Sums, articles: usize) -> Sums {
    sums.map(|sum| rounded(100.0 * sum / articles.max(1) as f64, 2))
}

/// How far means lie above a rival's.
pub fn gain(ours: Sums, rival: Sums) -> Sums {
    std::array::from_fn(|measure| rounded(ours[measure] - rival[measure], 2))
}

/// The number of sentences from the start that fit `length` whole; the first that does not ends
/// the lead. Lengths are counted as the library counts them, spaces between sentences included.
pub fn lead(sentences: &[&str], length: &Length) -> usize {
    let Length { sentences: most, words: most_words, chars: most_chars } = *length;
    let (mut words, mut chars) = (0, 0);
    let fitting = sentences.iter().take(most.unwrap_or(usize::MAX)).take_while(|sentence| {
        words += sentence.split_whitespace().count();
        chars += sentence.chars().count() + usize::from(chars > 0);
        most_words.is_none_or(|most| words <= most) && most_chars.is_none_or(|most| chars <= most)
    });
    fitting.count()
}

impl Figures {
    /// The figures for people.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![Line::count("articles", self.n), Line::count("failed", self.failed)];
        let lead = match self.length {
            Length { sentences: Some(n), words: None, chars: None } => format!("Lead-{n}"),
            _ => "Lead".to_owned(),
        };
        let mut rows = |name: &dyn Fn(&str) -> String, values: [f64; 3], signed: bool| {
            lines.extend(MEASURES.iter().zip(values).map(|(measure, value)| {
                let value = if signed { format!("{value:+.2}") } else { format!("{value:.2}") };
                Line::new(&name(measure), value)
            }));
        };
        rows(&|measure| measure.to_owned(), self.rouge, false);
        rows(&|measure| format!("{lead} {measure}"), self.lead, false);
        rows(&|measure| format!("gain {measure}"), self.gain_over_lead, true);
        lines.extend([
            Line::share("verbatim", self.verbatim),
            Line::share("dangling", self.dangling),
            Line::new("words", format!("{:.1}", self.words)),
        ]);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::{Length, Tally, lead};

    #[test]
    fn the_lead_keeps_to_the_same_length() {
        let text = ["Rain fell.", "It fell all day.", "Snow."];
        let check = |sentences, words, chars, expected| {
            assert_eq!(lead(&text, &Length { sentences, words, chars }), expected);
        };
        check(Some(2), None, None, 2);
        check(Some(9), None, None, 3);
        check(None, Some(6), None, 2);
        // The third would fit, but the lead ends at the second.
        check(None, Some(5), None, 1);
        check(None, None, Some(27), 2);
        check(None, None, Some(26), 1);
        check(None, None, Some(9), 0);
        check(Some(1), Some(100), None, 1);
    }

    #[test]
    fn an_article_without_a_digest_counts_as_nothing_found() {
        let mut tally = Tally::new(Length::sentences(3));
        tally.add("Rain fell. Snow fell.", "Rain fell.", None);
        let figures = tally.figures();
        assert_eq!((figures.n, figures.failed), (1, 1));
        assert_eq!((figures.rouge, figures.lead), ([0.0; 3], [66.67, 50.0, 66.67]));
        assert_eq!(figures.gain_over_lead, [-66.67, -50.0, -66.67]);
        assert_eq!((figures.verbatim, figures.dangling, figures.words), (0.0, 0.0, 0.0));
    }
}
