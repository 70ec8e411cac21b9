//! A sentence to its runs of names: names next to each other, with what joins them.
//!
//! In: a sentence, and which of its tokens are names. Out: the runs, each a name or several (*Bank of
//! Orrin Governor Ada Poe*). Does not part them.

use super::sentence::Sentence;
use super::vocabulary::long_title;
use crate::text::lists::{self, Kind};
use crate::text::scan::Token;

/// The names of one sentence that are next to each other; never empty.
#[derive(Debug)]
pub(super) struct Run<'a, 't> {
    pub(super) parts: Vec<Part<'a, 't>>,
    /// Whether *of* stands in it, so that the words may come in another order.
    pub(super) of: bool,
}

/// A word of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a, 't> {
    pub(super) token: &'a Token<'t>,
    /// Whether a hyphen joins it to the part before.
    pub(super) hyphen: bool,
}

impl Part<'_, '_> {
    pub(super) fn key(&self) -> &str {
        &self.token.key
    }
}

/// Whether a token is the initial of a name: *J.*
pub(super) fn is_initial(token: &Token<'_>) -> bool {
    token.key.chars().count() == 1
}

/// What a token is to the run of names that it stands in or behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A name, which begins a run or goes on with it.
    Name,
    /// A letter alone, which goes on with a run but begins none.
    Letter,
    /// *Of*
    Of,
    Hyphen,
    /// What may stand inside a run: *van*, the stop of *J.*
    Joint,
    /// Anything else ends it.
    End,
}

/// The runs of names in a sentence.
pub(super) fn runs<'a, 't>(
    sentence: &Sentence<'a, 't>,
    is_name: impl Fn(&Token<'_>) -> bool,
) -> Vec<Run<'a, 't>> {
    let mut found = Vec::new();
    let mut run: Option<Run<'a, 't>> = None;
    // Whether *of*, or a hyphen, has come since the last name.
    let (mut of, mut hyphen) = (false, false);
    for (at, token) in sentence.tokens.iter().enumerate() {
        let role = role(sentence, at, &is_name);
        match (role, &mut run) {
            (Role::Name | Role::Letter, Some(run)) => {
                run.of |= of;
                run.parts.push(Part { token, hyphen });
                (of, hyphen) = (false, false);
            }
            (Role::Name, None) => {
                run = Some(Run { parts: vec![Part { token, hyphen: false }], of: false });
                (of, hyphen) = (false, false);
            }
            (Role::Of, _) => of = true,
            (Role::Hyphen, _) => hyphen = true,
            (Role::End, _) => found.extend(run.take()),
            (Role::Joint, _) | (Role::Letter, None) => {}
        }
        // "Poe's house"
        if token.possessive && matches!(role, Role::Name | Role::Letter) {
            found.extend(run.take());
        }
    }
    found.extend(run);
    found
}

fn role(sentence: &Sentence<'_, '_>, at: usize, is_name: &impl Fn(&Token<'_>) -> bool) -> Role {
    let Some(token) = sentence.tokens.get(at) else { return Role::End };
    let next = sentence.tokens.get(at + 1);
    if !token.is_word() {
        let before = at.checked_sub(1).and_then(|before| sentence.tokens.get(before));
        return mark_role(before, token, next);
    }
    if is_name(token) {
        // "$" after "US" is a currency.
        if next.is_some_and(|next| next.is_mark('$') && !next.spaced) {
            return Role::End;
        }
        // A letter alone is a name's part only beside a name.
        let beside = next.is_some_and(|next| next.is_mark('.') || is_name(next));
        return if is_initial(token) && !beside { Role::Letter } else { Role::Name };
    }
    let titled = lists::has(&token.key, Kind::Honorific) && !token.possessive;
    match token.key.as_str() {
        "of" => Role::Of,
        key if titled || lists::has(key, Kind::NameParticle) => Role::Joint,
        _ => Role::End,
    }
}

fn mark_role(before: Option<&Token<'_>>, mark: &Token<'_>, next: Option<&Token<'_>>) -> Role {
    let glued = !mark.spaced && next.is_some_and(|next| !next.spaced);
    let dash = mark.is_mark('-') || mark.is_mark('‑') || mark.is_mark('–');
    if dash && glued {
        return Role::Hyphen;
    }
    let short = before.is_some_and(|before| {
        let titled = lists::has(&before.key, Kind::Honorific);
        titled || is_initial(before) || long_title(&before.key).is_some()
    });
    let stop = mark.is_mark('.') && !mark.spaced && short;
    if stop || mark.is_mark('&') { Role::Joint } else { Role::End }
}
