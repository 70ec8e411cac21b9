//! A sentence to its runs of names: names next to each other, with what joins them.
//!
//! In: a sentence, and which of its tokens are names. Out: the runs, each a name or several (*Bank of
//! Orrin Governor Ada Poe*). Does not part them.

use super::sentence::Sentence;
use super::vocabulary::{is_honorific, is_particle, long_title};
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

/// What has been read of a sentence.
enum State<'a, 't> {
    Outside,
    Inside(Inside<'a, 't>),
}

/// A run that may go on.
struct Inside<'a, 't> {
    run: Run<'a, 't>,
    /// Whether *of*, or a hyphen, has come since its last name.
    of: bool,
    hyphen: bool,
}

impl<'a, 't> Inside<'a, 't> {
    fn new(token: &'a Token<'t>) -> Self {
        let part = Part { token, hyphen: false };
        Self { run: Run { parts: vec![part], of: false }, of: false, hyphen: false }
    }

    fn push(&mut self, token: &'a Token<'t>) {
        self.run.of |= self.of;
        self.run.parts.push(Part { token, hyphen: self.hyphen });
        (self.of, self.hyphen) = (false, false);
    }
}

/// The runs of names in a sentence.
pub(super) fn runs<'a, 't>(
    sentence: &Sentence<'a, 't>,
    is_name: impl Fn(&Token<'_>) -> bool,
) -> Vec<Run<'a, 't>> {
    let mut found = Vec::new();
    let mut state = State::Outside;
    for (at, token) in sentence.tokens.iter().enumerate() {
        let role = role(sentence, at, &is_name);
        state = match (state, role) {
            (State::Outside, Role::Name) => State::Inside(Inside::new(token)),
            (State::Outside, _) => State::Outside,
            (State::Inside(inside), Role::End) => {
                found.push(inside.run);
                State::Outside
            }
            (State::Inside(mut inside), role) => {
                match role {
                    Role::Name | Role::Letter => inside.push(token),
                    Role::Of => inside.of = true,
                    Role::Hyphen => inside.hyphen = true,
                    Role::Joint | Role::End => {}
                }
                State::Inside(inside)
            }
        };
        // "Poe's house"
        if token.possessive
            && matches!(role, Role::Name | Role::Letter)
            && let State::Inside(inside) = std::mem::replace(&mut state, State::Outside)
        {
            found.push(inside.run);
        }
    }
    if let State::Inside(inside) = state {
        found.push(inside.run);
    }
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
    let titled = is_honorific(&token.key) && !token.possessive;
    match token.key.as_str() {
        "of" => Role::Of,
        key if titled || is_particle(key) => Role::Joint,
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
        is_initial(before) || is_honorific(&before.key) || long_title(&before.key).is_some()
    });
    let stop = mark.is_mark('.') && !mark.spaced && short;
    if stop || mark.is_mark('&') { Role::Joint } else { Role::End }
}
