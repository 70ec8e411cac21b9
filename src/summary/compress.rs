//! A sentence to the parts of it that are shown.
//!
//! In: one sentence. Out: the ranges of it that stay, in order; joined without anything between
//! them, they are what is shown. Cuts only what can go without a change of grammar or of what is
//! claimed, and nothing where that is not certain:
//!
//! - a dateline before the first word (*ORRIN, Norway (Reuters) –*);
//! - an aside in round brackets, unless it denies, limits or doubts something, counts a list or
//!   gives an abbreviation;
//! - at the end, what a news agency says of itself (*, Reuters reported*), what only says that a
//!   fact became known (*, it emerged yesterday*), and the day on which something was said
//!   (*, police said on Monday* becomes *, police said*).
//!
//! Who says something stays: without *police said* an accusation would read as a fact, and which
//! claims need their source no rule of grammar can tell. So do negations, hedges, relative
//! clauses, ages and all that is in quotation marks.

use std::ops::Range;

use super::form::{ends_sentence, opens_statement};
use super::quotes::QuoteMarks;
use crate::text::lists::{self, Kind};

/// Fewer words than this are not made fewer.
const MIN_WORDS: usize = 5;

/// The ranges of `sentence` that stay; empty where nothing is cut.
pub(super) fn pieces(sentence: &str) -> Vec<Range<usize>> {
    let marks = QuoteMarks::of(sentence);
    if !marks.balanced() || !brackets_balance(sentence) || !ends_sentence(sentence) {
        return Vec::new();
    }
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let start = dateline(sentence);
    if start > 0 {
        cuts.push(0..start);
    }
    let quoted = |cut: &Range<usize>| {
        marks.quoted().iter().any(|quoted| quoted.start < cut.end && cut.start < quoted.end)
    };
    cuts.extend(asides(sentence, start).into_iter().filter(|cut| !quoted(cut)));
    cuts.extend(tail(sentence).filter(|cut| !quoted(cut)));
    let mut kept = Vec::new();
    let mut from = 0;
    for cut in cuts {
        if cut.start >= from {
            kept.push(from..cut.start);
            from = cut.end;
        }
    }
    kept.push(from..sentence.len());
    kept.retain(|range| !range.is_empty());
    let shown: String = kept.iter().filter_map(|range| sentence.get(range.clone())).collect();
    let whole = from > 0
        && crate::text::words::count(&shown) >= MIN_WORDS
        && shown == shown.trim()
        && QuoteMarks::of(&shown).balanced()
        && brackets_balance(&shown);
    if whole { kept } else { Vec::new() }
}

/// Whether round, square and curly brackets open and close in order.
fn brackets_balance(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Whether `name` is that of a news agency or a paper, as datelines write it.
fn is_agency(name: &str) -> bool {
    listed(name, Kind::Agency)
}

/// Whether a word, or words with one space between them, are listed as of that kind, whatever
/// their case.
fn listed(words: &str, kind: Kind) -> bool {
    let words = words.to_lowercase();
    match words.split_once(' ') {
        None => lists::has(&words, kind),
        Some((first, rest)) => lists::find(first).is_some_and(|row| {
            row.phrases_of(kind).any(|phrase| rest.split(' ').eq(phrase.rest.iter().copied()))
        }),
    }
}

/// The length of the dateline at the start of `sentence`, its dash and the space after included;
/// 0 without one.
fn dateline(sentence: &str) -> usize {
    const LONGEST: usize = 60;
    if let Some(end) = undashed_agency(sentence) {
        return end;
    }
    let dash = ["--", "—", "–", "-"].iter().filter_map(|dash| {
        let at = sentence.find(&format!("{dash} "))?;
        Some((at, at + dash.len() + 1))
    });
    let Some((at, end)) = dash.min() else { return 0 };
    let (Some(head), Some(rest)) = (sentence.get(..at), sentence.get(end..)) else { return 0 };
    let head = head.trim_end();
    let rest_start = sentence.len() - rest.trim_start().len();
    // A small letter would open the sentence.
    let opens = rest.trim_start().starts_with(|c: char| opens_statement(c) || c.is_ascii_digit());
    if at > LONGEST || !opens || head.is_empty() {
        return 0;
    }
    let (place, agency) = match head.split_once('(') {
        Some((place, agency)) => (place.trim(), agency.strip_suffix(')')),
        None => (head, None),
    };
    // A day may stand among them: "ORRIN, May 3 (Xinhua)".
    let named = |word: &str| {
        word.starts_with(char::is_uppercase)
            || (agency.is_some() && word.bytes().all(|b| b.is_ascii_digit()))
    };
    let words: Vec<&str> = place.split([' ', ',', '/']).filter(|word| !word.is_empty()).collect();
    let is_place = words.len() <= 6
        && words.iter().all(|word| named(word) || lists::has(word, Kind::PlaceParticle));
    let is_dateline = match agency {
        Some(agency) => {
            let agency = agency.split(['/', ' ', '.']).next().unwrap_or("");
            is_place && is_agency(agency)
        }
        // Without an agency, a place in capitals: "VELLE, Norway —".
        None if head.contains(['(', ')']) => false,
        None => {
            let capitals = |word: &&str| {
                word.chars().filter(|c| c.is_alphabetic()).count() >= 3
                    && !word.chars().any(char::is_lowercase)
            };
            // "EXCLUSIVE - …" is no place, but says as little; "UPDATE 1 -" too.
            is_place && words.first().is_some_and(capitals) && !head.contains(':')
        }
    };
    if is_dateline { rest_start } else { 0 }
}

/// The end of *Velle (CNN)* before a sentence that follows without dash or space.
fn undashed_agency(sentence: &str) -> Option<usize> {
    let open = sentence.find('(')?;
    let close = sentence.find(')')?;
    let place = sentence.get(..open)?;
    let agency = sentence.get(open + 1..close)?;
    let rest = sentence.get(close + 1..)?;
    let named = |word: &str| {
        word.trim_end_matches(',').chars().all(char::is_alphabetic)
            && word.starts_with(char::is_uppercase)
    };
    let fits = place.split_whitespace().all(named) && place.split_whitespace().count() <= 4;
    (fits
        && is_agency(agency)
        && rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '"')))
    .then_some(close + 1)
}

/// The asides in round brackets after byte `from`, each with the space before it.
fn asides(sentence: &str, from: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let find = |mark: char, from: usize| Some(from + sentence.get(from..)?.find(mark)?);
    let mut at = from;
    while let Some(open) = find('(', at)
        && let Some(close) = find(')', open)
    {
        at = close + 1;
        let inner = sentence.get(open + 1..close).unwrap_or("");
        let before = sentence.get(..open).unwrap_or("");
        let after = sentence.get(close + 1..).unwrap_or("");
        let apart = before.ends_with(' ') && before.trim_end().ends_with(|c: char| c.is_alphanumeric() || matches!(c, '%' | '"' | '”'))
            && after.starts_with([' ', ',', '.', ';', ':', '!', '?'])
            // "Sterling (centre) Sterling said": a caption ran into the text without a full stop.
            && !after.trim_start().starts_with(char::is_uppercase)
            // ") -" may be what is left of a dateline.
            && !after.trim_start().starts_with(['-', '–', '—']);
        if apart && is_aside(inner) {
            let start = before.trim_end().len();
            found.push(start..close + 1);
        }
    }
    found
}

/// Whether the sentence claims the same without what stands in its brackets.
fn is_aside(inner: &str) -> bool {
    let words: Vec<&str> = inner
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    let letters = inner.chars().filter(|c| c.is_alphabetic()).count();
    let abbreviation =
        words.len() == 1 && letters >= 2 && !inner.chars().any(|c| c.is_lowercase() && c != 's');
    // "(1) cheaper and (b) faster".
    let counter = inner.chars().count() <= 2;
    let claims = |word: &&str| {
        word.ends_with("n't") || word.ends_with("n’t") || listed(word, Kind::Claiming)
    };
    !inner.contains(['(', '?', '!', '"', '“', '‘', '[', ':', ';'])
        && !words.is_empty()
        && !abbreviation
        && !counter
        && !words.iter().any(claims)
}

/// What can go before the full stop.
fn tail(sentence: &str) -> Option<Range<usize>> {
    let body = sentence.strip_suffix('.')?;
    let (undated, day) = without_day(body);
    // ", Reuters reported on Monday", ", according to AFP".
    let comma = undated.rfind(", ")?;
    let clause = undated.get(comma + 2..)?;
    let agency = |name: &str| is_agency(name.strip_prefix("the ").unwrap_or(name));
    let own = clause.strip_prefix("according to ").is_some_and(agency)
        || [" reported", " reports", " has learned"]
            .iter()
            .any(|verb| clause.strip_suffix(verb).is_some_and(agency));
    if own || listed(clause, Kind::Known) {
        return Some(comma..body.len());
    }
    // ", police said on Monday" keeps who says it. Up to six words, or it is no plain tag.
    let tag = clause.ends_with(" said") && clause.split_whitespace().count() <= 7;
    (day && tag).then_some(undated.len()..body.len())
}

/// `body` without *on Monday* or *yesterday* at its end, and whether there was one.
fn without_day(body: &str) -> (&str, bool) {
    // One word or two.
    for start in body.rmatch_indices(' ').map(|(at, _)| at).take(2) {
        let (Some(rest), Some(day)) = (body.get(..start), body.get(start + 1..)) else { continue };
        if !listed(day, Kind::Day) {
            continue;
        }
        let dated = day.starts_with(char::is_uppercase);
        return (rest.strip_suffix(" on").filter(|_| dated).unwrap_or(rest), true);
    }
    (body, false)
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use proptest::prelude::*;

    fn check(sentence: &str, expected: &str) {
        let kept = pieces(sentence);
        let shown: String = kept.iter().map(|range| &sentence[range.clone()]).collect();
        let shown = if kept.is_empty() { sentence } else { &shown };
        assert_eq!(shown, expected);
    }

    fn stays(sentence: &str) {
        check(sentence, sentence);
    }

    #[test]
    fn datelines_go() {
        let rest = "The harbour bridge closed for repairs.";
        for dateline in [
            "ORRIN, Norway (Reuters) - ",
            "(CNN) -- ",
            "Orrin (AP) — ",
            "VELLE — ",
            "(CNN)",
            "Velle, Norway (CNN)",
            "NEW ORRIN, May 3 (Xinhua) -- ",
        ] {
            check(&format!("{dateline}{rest}"), rest);
        }
    }

    #[test]
    fn what_only_looks_like_a_dateline_stays() {
        stays("Orrin - The town by the lake - closed its bridge.");
        stays("The mayor – Ada Poe – closed the harbour bridge.");
        stays("ORRIN (Reuters) - the harbour bridge closed for repairs.");
        stays("Orrin (pop. 3,000) - The smallest town of the county.");
    }

    #[test]
    fn asides_go_and_claims_stay() {
        check(
            "The bridge (built in 1911) will close for six months.",
            "The bridge will close for six months.",
        );
        check(
            "Repairs cost nine million crowns (about $1m), she said.",
            "Repairs cost nine million crowns, she said.",
        );
        stays("The mayor (who was not charged) resigned on Tuesday.");
        stays("The Orrin Bridge Authority (OBA) closed the bridge.");
        stays("The plan is (a) cheaper and (b) faster than a tunnel.");
        stays("The driver (allegedly drunk) left the road near Velle.");
        stays("“The bridge (our oldest) is safe,” the mayor of Orrin said.");
        stays("There is talk about the mayor (left) Poe said that she would stay.");
        stays("Bring the form(s) to the town hall by noon.");
    }

    #[test]
    fn days_and_agencies_go_but_who_said_it_stays() {
        check(
            "Two men stole the ferry, police said on Monday.",
            "Two men stole the ferry, police said.",
        );
        check("The ferry sank off Velle, Reuters reported on Friday.", "The ferry sank off Velle.");
        check("The ferry was never insured, it emerged yesterday.", "The ferry was never insured.");
        stays("Two men stole the ferry, according to police.");
        stays("Two men stole the ferry, it is alleged.");
        stays("The bank raised its main rate on Thursday.");
        stays("The mayor will not say what she said on Monday.");
    }

    proptest! {
        #[test]
        fn pieces_are_in_order_and_never_empty(
            sentence in "(ORRIN |\\(AP\\) |- |The |bridge |\\(|\\) |\"|closed |not |, |police |said |on Monday|\\.|“|”|é){1,20}"
        ) {
            let sentence = sentence.trim();
            let kept = pieces(sentence);
            let mut at = 0;
            for range in &kept {
                prop_assert!(range.start >= at && range.start < range.end);
                prop_assert!(sentence.get(range.clone()).is_some());
                at = range.end;
            }
            let shown: String = kept.iter().map(|range| &sentence[range.clone()]).collect();
            if !kept.is_empty() {
                prop_assert!(shown.split_whitespace().count() >= super::MIN_WORDS);
                prop_assert!(shown.len() < sentence.len());
                prop_assert!(super::brackets_balance(&shown));
                prop_assert_eq!(shown.contains("not"), sentence.contains("not"));
            }
        }
    }
}
