//! What is known of a phrase that may be a keyword, and how likely it is one.
//!
//! In: a candidate with the article's words. Out: its [`KeywordFeatures`], which go by name, and by
//! the weights of `data/keywords.json` the probability that a librarian would file the article
//! under it. `models/recipe/keywords` learns the weights: a sum, and a hidden layer of
//! [`HIDDEN`] beside it. Knows nothing of the other keywords.

use std::sync::LazyLock;

use serde::Deserialize;

use super::candidates::{BESIDE, Candidate, Candidates};
use super::picked::{self, Liked};
use super::words::{Word, Words};
use crate::named::{flag, named};
use crate::nn::{Matrix, add, sigmoid};

/// Values of the hidden layer.
pub(super) const HIDDEN: usize = 15;
/// A hidden layer's weights, and last that of the sum.
const COLUMNS: usize = HIDDEN + 1;
/// What a word unknown to the model counts as: rarer than nearly all that it knows.
const UNKNOWN: f32 = 0.9;

named! {
    /// What is known of a candidate. Shares are of its mentions.
    pub(super) struct KeywordFeatures {
        /// How many words it has, how many bytes.
        size_1, size_2, size_3, size_4, bytes,
        /// How often it comes: as a logarithm, by itself, beside the article's most frequent.
        count, once, solo, solo_share, strict_share, relative, relative_solo,
        sentences, sentence_share,
        /// Where it first comes: the sentence, the share of the words before it; how far it reaches.
        first_0, first_1, first_2, first_5, first, place, spread,
        /// Whether the title has it; there is none; how many of its telling words the title has.
        titled, untitled, title_share,
        /// How it is written.
        name, name_1, name_2, name_3, name_share, mixed, headline, acronym, figure, opens_figure,
        all_figures, inner_figure, hyphen, dot, quote,
        /// A longer name holds it, to which side; it is behind a title; it owns something.
        in_left, in_right, honoured, owner,
        /// One of its words owns what follows inside; a single quotation mark stands inside.
        owns_inside, quote_inside,
        /// A longer candidate holds it.
        held, held_any, held_full, held_name,
        /// The joints inside: those of names (*of*), those of pairs (*and*), others.
        inner_joint, pair_joint, other_joint,
        before_edge, before_mark, before_saying, before_function, before_name, before_word,
        behind_edge, behind_mark, behind_saying, behind_function, behind_name, behind_word,
        /// How rare its telling words are, and how often the article has them.
        rarity, rarity_least, rarity_most, rarity_count,
        word_count, word_least, word_most, of_rarest, of_most,
        /// How much readers like its words, its last one behind others, and itself.
        liked, liked_least, liked_most, liked_last, liked_whole,
        /// Endings of its first and last word, where they are no names.
        opens_ed, opens_ing, opens_ly, ends_ed, ends_ing, ends_ly, ends_plural,
        /// What lists say.
        date, opens_honorific, opens_title, ends_title, agency, demonym, opens_demonym, number,
        saying,
        /// Of the article: its words, its names.
        length, names,
    }
}

/// What is the same for all candidates of an article.
#[derive(Debug)]
pub(super) struct Whole<'a, 'w> {
    words: &'w Words<'a>,
    most: f32,
    most_solo: f32,
    length: f32,
    names: f32,
    /// What was asked of words so far, by their numbers.
    asked: Vec<Option<Asked>>,
}

/// What is asked of a distinct word once.
#[derive(Debug, Clone, Copy)]
struct Asked {
    rarity: f32,
    liked: Liked,
}

impl<'a, 'w> Whole<'a, 'w> {
    pub(super) fn of(words: &'w Words<'a>, found: &Candidates) -> Self {
        let most = found.all.iter().map(|it| it.count).max().unwrap_or(1).max(1);
        let most_solo = found.all.iter().map(|it| it.solo).max().unwrap_or(1).max(1);
        let names = found.all.iter().filter(|it| it.strict > 0 && it.is_name()).count();
        Self {
            words,
            most: most as f32,
            most_solo: most_solo as f32,
            length: (words.all.len().max(1) as f32).ln() / 6.0,
            names: (names as f32).ln_1p(),
            asked: vec![None; words.lexicon.len()],
        }
    }

    /// What is known of a candidate. `rarity` is of a word in small letters.
    pub(super) fn features(
        &mut self,
        text: &str,
        candidate: &Candidate,
        rarity: &impl Fn(&str) -> Option<f32>,
    ) -> KeywordFeatures<f32> {
        let words = self.words;
        let phrase = words.phrase(candidate.at, candidate.size);
        let mut of = KeywordFeatures::default();
        let (Some(first), Some(last)) = (phrase.first(), phrase.last()) else { return of };
        let form = words.span(candidate.at, candidate.size).of(text);
        let size = phrase.len();
        let count = candidate.count.max(1) as f32;
        let share = |of: u32| of as f32 / count;
        let name = candidate.is_name();
        let known = |word: &Word| words.lexicon.known(word.number);
        let is = |word: &Word, such: fn(&super::lexicon::Known) -> bool| {
            flag(known(word).is_some_and(such))
        };
        let any = |such: fn(&super::lexicon::Known) -> bool| {
            flag(phrase.iter().any(|word| known(word).is_some_and(such)))
        };
        of.size_1 = flag(size == 1);
        of.size_2 = flag(size == 2);
        of.size_3 = flag(size == 3);
        of.size_4 = flag(size >= 4);
        of.bytes = form.len().min(40) as f32 / 20.0;
        of.count = count.ln();
        of.once = flag(candidate.count <= 1);
        of.solo = (candidate.solo as f32 + 0.5).ln();
        of.solo_share = share(candidate.solo);
        of.strict_share = share(candidate.strict);
        of.relative = count / self.most;
        of.relative_solo = candidate.solo as f32 / self.most_solo;
        of.sentences = (candidate.sentences.max(1) as f32).ln();
        of.sentence_share = candidate.sentences as f32 / words.sentences.max(1) as f32;
        of.first_0 = flag(candidate.first_sentence == 0);
        of.first_1 = flag(candidate.first_sentence == 1);
        of.first_2 = flag(candidate.first_sentence == 2);
        of.first_5 = flag(candidate.first_sentence < 5);
        of.first = (candidate.first_sentence as f32).ln_1p();
        of.place = candidate.at as f32 / words.all.len().max(1) as f32;
        of.spread = candidate.last_sentence.saturating_sub(candidate.first_sentence) as f32
            / words.sentences.max(1) as f32;
        of.titled = flag(candidate.titled);
        of.untitled = flag(words.title.is_empty());
        of.name = flag(name);
        of.name_1 = flag(name && size == 1);
        of.name_2 = flag(name && size == 2);
        of.name_3 = flag(name && size >= 3);
        of.name_share = share(candidate.names);
        of.mixed = flag(!name && phrase.iter().any(|word| word.name));
        of.headline = share(candidate.headlines);
        of.acronym = flag(size == 1 && first.shouted);
        of.figure = flag(phrase.iter().any(|word| word.figure));
        of.opens_figure = flag(first.figure);
        of.all_figures = flag(phrase.iter().all(|word| word.figure));
        let mut single = false;
        for c in form.chars() {
            match c {
                'a'..='z' | 'A'..='Z' => {}
                '0'..='9' => of.inner_figure = flag(!first.figure),
                '-' => of.hyphen = 1.0,
                '.' => of.dot = 1.0,
                '"' | '“' | '‘' | '”' => of.quote = 1.0,
                '\'' | '’' => single = true,
                _ => {}
            }
        }
        let inside = || ["' ", " '", "’ "].iter().any(|mark| form.contains(mark));
        of.quote_inside = flag(single && inside());
        of.in_left = share(candidate.in_left);
        of.in_right = share(candidate.in_right);
        of.honoured = share(candidate.honoured);
        of.owner = share(candidate.owners);
        of.owns_inside = flag(phrase.iter().take(size - 1).any(|word| word.owner));
        of.held = (candidate.held as f32 / count).min(4.0);
        of.held_any = flag(candidate.held > 0);
        of.held_full = flag(candidate.held >= candidate.count);
        of.held_name = (candidate.held_name as f32).ln_1p();
        for word in phrase.iter().filter(|word| word.empty) {
            match known(word) {
                Some(known) if known.inner => of.inner_joint = 1.0,
                Some(known) if known.pairs => of.pair_joint = 1.0,
                _ => of.other_joint = 1.0,
            }
        }
        let beside: [f32; BESIDE] = candidate.before.map(share);
        [
            of.before_edge,
            of.before_mark,
            of.before_saying,
            of.before_function,
            of.before_name,
            of.before_word,
        ] = beside;
        let beside: [f32; BESIDE] = candidate.behind.map(share);
        [
            of.behind_edge,
            of.behind_mark,
            of.behind_saying,
            of.behind_function,
            of.behind_name,
            of.behind_word,
        ] = beside;
        let (mut telling, mut titled, mut counted) = (0.0_f32, 0.0, 0.0);
        (of.rarity_least, of.word_least) = (f32::MAX, f32::MAX);
        (of.liked_least, of.liked_most) = (f32::MAX, f32::MIN);
        let mut whole = String::with_capacity(form.len());
        for word in phrase {
            let spelled = words.lexicon.word(word.number);
            if !whole.is_empty() {
                whole.push(' ');
            }
            whole.push_str(spelled);
            let ask =
                || Asked { rarity: rarity(spelled).unwrap_or(UNKNOWN), liked: picked::of(spelled) };
            let Some(asked) = self.asked.get_mut(word.number) else { continue };
            let Asked { rarity, liked } = *asked.get_or_insert_with(ask);
            of.liked += liked.within / size as f32;
            of.liked_least = of.liked_least.min(liked.within);
            of.liked_most = of.liked_most.max(liked.within);
            (of.liked_last, of.liked_whole) = (liked.last, liked.whole);
            if word.empty {
                continue;
            }
            let times = words.counts.get(word.number).map_or(1, |&times| times.max(1)) as f32;
            telling += 1.0;
            titled += flag(words.titled.get(word.number).is_some_and(|&titled| titled));
            of.rarity += rarity;
            of.rarity_least = of.rarity_least.min(rarity);
            of.rarity_most = of.rarity_most.max(rarity);
            counted += times.ln();
            of.word_least = of.word_least.min(times);
            of.word_most = of.word_most.max(times);
        }
        if size > 1 {
            of.liked_whole = picked::of(&whole).whole;
        }
        let telling = telling.max(1.0);
        of.title_share = titled / telling;
        of.rarity /= telling;
        of.rarity_least = of.rarity_least.min(1.0);
        of.rarity_count = of.rarity * of.count;
        of.word_count = counted / telling;
        let (least, most) = (of.word_least.min(1e6), of.word_most.max(1.0));
        of.of_rarest = count / least;
        of.of_most = count / most;
        of.word_least = least.ln();
        of.word_most = most.ln();
        let open = flag(!first.name);
        of.opens_ed = open * is(first, |known| known.in_ed);
        of.opens_ing = open * is(first, |known| known.in_ing);
        of.opens_ly = open * is(first, |known| known.in_ly);
        let close = flag(!last.name);
        of.ends_ed = close * is(last, |known| known.in_ed);
        of.ends_ing = close * is(last, |known| known.in_ing);
        of.ends_ly = close * is(last, |known| known.in_ly);
        of.ends_plural = close * is(last, |known| known.plural);
        of.date = any(|known| known.date);
        of.opens_honorific = is(first, |known| known.honours);
        of.opens_title = is(first, |known| known.titles);
        of.ends_title = is(last, |known| known.titles);
        of.agency = flag(size == 1) * is(first, |known| known.agency);
        of.demonym = flag(size == 1) * is(first, |known| known.demonym);
        of.opens_demonym = flag(size > 1) * is(first, |known| known.demonym);
        of.number = is(first, |known| known.number);
        of.saying = any(|known| known.saying);
        of.length = self.length;
        of.names = self.names;
        of
    }
}

/// The learned weights.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    /// For each value of the hidden layer, and last for the sum.
    features: KeywordFeatures<[f32; COLUMNS]>,
    bias: [f32; COLUMNS],
    /// What the values of the hidden layer weigh.
    output: [f32; HIDDEN],
}

/// What `data/keywords.json` holds, its weights as a matrix. A file that does not fit is our own
/// mistake, which a test finds.
static SHIPPED: LazyLock<(Matrix, Weights)> = LazyLock::new(|| {
    let weights = serde_json::from_str::<Weights>(include_str!("../../data/keywords.json"));
    debug_assert!(weights.is_ok(), "data/keywords.json {weights:?}");
    let weights = weights.unwrap_or_default();
    let rows = weights.features.values();
    let at = |column: usize, feature: usize| rows.get(feature)?.get(column).copied();
    let matrix =
        Matrix::of(COLUMNS, rows.len(), |column, feature| at(column, feature).unwrap_or_default());
    (matrix, weights)
});

/// How likely each candidate is a keyword.
pub(super) fn probabilities(features: &[KeywordFeatures<f32>]) -> Vec<f32> {
    let (matrix, weights) = &*SHIPPED;
    let mut values = Vec::with_capacity(features.len() * matrix.input());
    features.iter().for_each(|of| values.extend_from_slice(&of.values()));
    let mut sums = vec![0.0; features.len() * COLUMNS];
    matrix.times(&values, &mut sums);
    let probability = |sums: &mut [f32]| {
        add(sums, &weights.bias);
        let hidden = sums.iter().zip(&weights.output).map(|(sum, out)| sum.max(0.0) * out);
        sigmoid(sums.last().copied().unwrap_or_default() + hidden.sum::<f32>())
    };
    sums.chunks_exact_mut(COLUMNS).map(probability).collect()
}

#[cfg(test)]
mod tests {
    use super::Weights;

    #[test]
    fn the_shipped_weights_fit() {
        let read = serde_json::from_str::<Weights>(include_str!("../../data/keywords.json"));
        assert!(read.unwrap().features.count != [0.0; super::COLUMNS]);
    }
}
