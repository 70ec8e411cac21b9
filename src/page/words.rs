//! The word lists: what a page's furniture calls itself.
//!
//! In: the words of a line. Out: which of them are among the commonest words, and [`Marks`], one
//! flag per kind of furniture that the first words speak of. A flag is a hint among many, never a verdict: the weights of
//! the line model say how much it counts.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::page::line;

/// Longest word of [`COMMON`], in characters.
pub(super) const LONGEST_COMMON: usize = 5;

/// Start of a running hash (FNV-1a, 64 bit).
pub(super) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash with one more character. FNV-1a over the code point: stable over runs and machines,
/// which the standard library's hasher does not promise.
pub(super) fn fnv(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
}

/// What the words of a line speak of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Sharing, following, printing.
    pub(super) share: bool,
    /// Menus, sign-in, search, subscriptions, apps.
    pub(super) menu: bool,
    /// Rights, cookies, terms.
    pub(super) notice: bool,
    /// Other stories: related, most read, read more.
    pub(super) related: bool,
    /// Readers' comments.
    pub(super) comment: bool,
    /// Who took the picture, or that it is one.
    pub(super) credit: bool,
    /// Who wrote it.
    pub(super) byline: bool,
    /// Advertisements.
    pub(super) advert: bool,
    /// A month, a weekday, or words such as `published`.
    pub(super) calendar: bool,
    /// Words such as `published`, `updated`, `release time`.
    pub(super) publishing: bool,
    /// The line begins with a furniture phrase.
    pub(super) leads: bool,
    /// The line begins with a phrase of several words that points to another story (`read more`).
    pub(super) points: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Share,
    Menu,
    Notice,
    Related,
    Comment,
    Credit,
    Byline,
    Advert,
    Calendar,
    Publishing,
}
use Kind::{Advert, Byline, Calendar, Comment, Credit, Menu, Notice, Publishing, Related, Share};

/// Phrases by kind; sorted by the test below, so that those with one first word stand together.
/// English first, then the few words by which other languages' pages give themselves away.
const PHRASES: &[(&str, Kind)] = &[
    ("abonnieren", Menu),
    ("about the author", Byline),
    ("about us", Menu),
    ("ad", Advert),
    ("ad feedback", Advert),
    ("adchoices", Advert),
    ("add a comment", Comment),
    ("advertise", Menu),
    ("advertisement", Advert),
    ("advertising", Advert),
    ("agosto", Calendar),
    ("all rights reserved", Notice),
    ("also on", Related),
    ("also read", Related),
    ("also see", Related),
    ("alsoread", Related),
    ("anmelden", Menu),
    ("anzeige", Advert),
    ("ap photo", Credit),
    ("app", Menu),
    ("app store", Menu),
    ("apr", Calendar),
    ("april", Calendar),
    ("archives", Menu),
    ("around the web", Related),
    ("artikel terkait", Related),
    ("associated press", Credit),
    ("aug", Calendar),
    ("august", Calendar),
    ("author", Byline),
    ("baca juga", Related),
    ("back to top", Menu),
    ("be the first to", Comment),
    ("breaking news emails", Menu),
    ("buscar", Menu),
    ("by", Byline),
    ("careers", Menu),
    ("click here", Related),
    ("click here to", Related),
    ("click to enlarge", Credit),
    ("close", Menu),
    ("comentarios", Comment),
    ("comentários", Comment),
    ("comment", Comment),
    ("commentaires", Comment),
    ("commenting", Comment),
    ("comments", Comment),
    ("compartilhar", Share),
    ("compartir", Share),
    ("contact", Menu),
    ("contact us", Menu),
    ("continue reading", Menu),
    ("contributed reporting", Byline),
    ("contributed to this", Byline),
    ("cookie", Notice),
    ("cookies", Notice),
    ("copy link", Share),
    ("copyright", Notice),
    ("correspondent", Byline),
    ("courtesy", Credit),
    ("courtesy of", Credit),
    ("daily newsletter", Menu),
    ("datenschutz", Notice),
    ("dec", Calendar),
    ("december", Calendar),
    ("dezembro", Calendar),
    ("disclaimer", Notice),
    ("disqus", Comment),
    ("dont miss", Related),
    ("download", Menu),
    ("editor", Byline),
    ("editors choice", Related),
    ("editors picks", Related),
    ("email", Share),
    ("email address", Menu),
    ("email this", Share),
    ("enable javascript", Menu),
    ("enlarge", Credit),
    ("enter your email", Menu),
    ("explore more", Related),
    ("facebook", Share),
    ("faq", Menu),
    ("featured", Related),
    ("feb", Calendar),
    ("febrero", Calendar),
    ("february", Calendar),
    ("fevereiro", Calendar),
    ("file photo", Credit),
    ("filed under", Menu),
    ("flipboard", Share),
    ("follow", Share),
    ("follow us", Share),
    ("foto", Credit),
    ("fotos", Credit),
    ("free trial", Menu),
    ("fri", Calendar),
    ("friday", Calendar),
    ("from our partners", Related),
    ("fullscreen", Credit),
    ("get the app", Menu),
    ("getty", Credit),
    ("getty images", Credit),
    ("gmt", Calendar),
    ("google", Share),
    ("google play", Menu),
    ("handout", Credit),
    ("help", Menu),
    ("hide caption", Credit),
    ("home", Menu),
    ("image", Credit),
    ("image copyright", Credit),
    ("image credit", Credit),
    ("image source", Credit),
    ("image via", Credit),
    ("images", Credit),
    ("impressum", Notice),
    ("in this article", Menu),
    ("inbox", Menu),
    ("instagram", Share),
    ("jan", Calendar),
    ("janeiro", Calendar),
    ("january", Calendar),
    ("javascript", Menu),
    ("jobs", Menu),
    ("join", Menu),
    ("join the conversation", Comment),
    ("join the discussion", Comment),
    ("jul", Calendar),
    ("july", Calendar),
    ("jump to", Menu),
    ("jun", Calendar),
    ("june", Calendar),
    ("komentar", Comment),
    ("kommentare", Comment),
    ("last modified", Publishing),
    ("last updated", Publishing),
    ("latest", Related),
    ("latest news", Related),
    ("latest stories", Related),
    ("latest videos", Related),
    ("learn more", Related),
    ("leave a comment", Comment),
    ("leave a reply", Comment),
    ("leave comment", Comment),
    ("leia mais", Related),
    ("leia também", Related),
    ("like", Share),
    ("like this", Share),
    ("linkedin", Share),
    ("load more", Menu),
    ("log in", Menu),
    ("login", Menu),
    ("logout", Menu),
    ("main menu", Menu),
    ("mar", Calendar),
    ("march", Calendar),
    ("may", Calendar),
    ("may not be published", Notice),
    ("mehr zum thema", Related),
    ("menu", Menu),
    ("messenger", Share),
    ("moderated", Comment),
    ("mon", Calendar),
    ("monday", Calendar),
    ("more", Related),
    ("more about", Related),
    ("more by", Byline),
    ("more coverage", Related),
    ("more from", Related),
    ("more in", Related),
    ("more news", Related),
    ("more on", Related),
    ("more stories", Related),
    ("most commented", Related),
    ("most popular", Related),
    ("most read", Related),
    ("most recent", Related),
    ("most shared", Related),
    ("most viewed", Related),
    ("must read", Related),
    ("my account", Menu),
    ("navigation", Menu),
    ("news alerts", Menu),
    ("newsletter", Menu),
    ("newsletters", Menu),
    ("next", Menu),
    ("next article", Related),
    ("next post", Related),
    ("next story", Related),
    ("no comments", Comment),
    ("notifications", Menu),
    ("nov", Calendar),
    ("november", Calendar),
    ("novembro", Calendar),
    ("now playing", Credit),
    ("oct", Calendar),
    ("october", Calendar),
    ("outubro", Calendar),
    ("paywall", Menu),
    ("permalink", Menu),
    ("photo", Credit),
    ("photo by", Credit),
    ("photo credit", Credit),
    ("photo gallery", Credit),
    ("photograph", Credit),
    ("photos", Credit),
    ("picture", Credit),
    ("pictured", Credit),
    ("pin it", Share),
    ("pinterest", Share),
    ("play", Credit),
    ("play video", Credit),
    ("popular", Related),
    ("popular posts", Related),
    ("popular stories", Related),
    ("post a comment", Comment),
    ("post comment", Comment),
    ("posted", Publishing),
    ("posted by", Byline),
    ("posted in", Menu),
    ("press releases", Menu),
    ("previous", Menu),
    ("previous article", Related),
    ("previous post", Related),
    ("print", Share),
    ("print this", Share),
    ("privacy", Notice),
    ("privacy policy", Notice),
    ("published", Publishing),
    ("read more", Related),
    ("read next", Related),
    ("read the full", Related),
    ("readers comments", Comment),
    ("recent comments", Related),
    ("recent posts", Related),
    ("recommended", Related),
    ("recommended for you", Related),
    ("reddit", Share),
    ("register", Menu),
    ("registered trademark", Notice),
    ("related", Related),
    ("related articles", Related),
    ("related content", Related),
    ("related coverage", Related),
    ("related news", Related),
    ("related posts", Related),
    ("related stories", Related),
    ("related topics", Related),
    ("release time", Publishing),
    ("replies", Comment),
    ("reply", Comment),
    ("report", Byline),
    ("report abuse", Comment),
    ("reporter", Byline),
    ("reporting by", Byline),
    ("responses to", Comment),
    ("reuters", Credit),
    ("rights reserved", Notice),
    ("rss", Share),
    ("sat", Calendar),
    ("saturday", Calendar),
    ("save", Share),
    ("screenshot", Credit),
    ("scroll", Menu),
    ("search", Menu),
    ("see also", Related),
    ("see more", Related),
    ("sep", Calendar),
    ("sept", Calendar),
    ("september", Calendar),
    ("setembro", Calendar),
    ("share", Share),
    ("share article", Share),
    ("share on", Share),
    ("share story", Share),
    ("share this", Share),
    ("share via", Share),
    ("shares", Share),
    ("sharing is caring", Share),
    ("show caption", Credit),
    ("shutterstock", Credit),
    ("sign in", Menu),
    ("sign up", Menu),
    ("similar posts", Related),
    ("similar stories", Related),
    ("site map", Menu),
    ("sitemap", Menu),
    ("skip ad", Menu),
    ("skip to", Menu),
    ("slideshow", Credit),
    ("source", Credit),
    ("sponsored", Advert),
    ("sponsored stories", Related),
    ("staff", Byline),
    ("staff writer", Byline),
    ("stay up to date", Menu),
    ("stock photo", Credit),
    ("story continues", Advert),
    ("subject to copyright", Notice),
    ("subscribe", Menu),
    ("subscriber", Menu),
    ("subscription", Menu),
    ("suchen", Menu),
    ("sun", Calendar),
    ("sunday", Calendar),
    ("support", Menu),
    ("supported by", Advert),
    ("taboola", Advert),
    ("tag", Menu),
    ("tags", Menu),
    ("teilen", Share),
    ("telegram", Share),
    ("tell us what", Comment),
    ("terms", Notice),
    ("terms of service", Notice),
    ("terms of use", Notice),
    ("thu", Calendar),
    ("thursday", Calendar),
    ("toggle", Menu),
    ("top news", Related),
    ("top stories", Related),
    ("topics", Menu),
    ("trademarks", Notice),
    ("trending", Related),
    ("trending now", Related),
    ("tue", Calendar),
    ("tuesday", Calendar),
    ("tweet", Share),
    ("twitter", Share),
    ("unsubscribe", Menu),
    ("up next", Related),
    ("upcoming", Related),
    ("updated", Publishing),
    ("upvote", Comment),
    ("user agreement", Menu),
    ("via", Credit),
    ("video", Credit),
    ("videos", Related),
    ("view all", Related),
    ("view comments", Comment),
    ("view gallery", Credit),
    ("view more", Related),
    ("view this post", Credit),
    ("watch", Related),
    ("watch live", Related),
    ("watch more", Related),
    ("watch now", Related),
    ("we use cookies", Notice),
    ("wed", Calendar),
    ("wednesday", Calendar),
    ("what do you think", Comment),
    ("whatsapp", Share),
    ("written by", Byline),
    ("you may also", Related),
    ("you might also", Related),
    ("you might like", Related),
    ("your email", Menu),
    ("your inbox", Menu),
    ("youtube", Share),
    ("комментарии", Comment),
    ("поделиться", Share),
    ("фото", Credit),
    ("читайте также", Related),
];

/// Lines longer than this are prose that happens to hold such a word: only notices count there.
const PHRASE_WORDS: usize = 16;

/// What the list of phrases has for a word.
#[derive(Debug, Clone, Copy, Default)]
struct Listed {
    /// As the lists spell it.
    word: &'static str,
    /// The phrases that begin with it.
    phrases: &'static [(&'static str, Kind)],
}

/// The first words of the phrases by their hash, for one look a word.
static LISTED: LazyLock<FxHashMap<u64, Listed>> = LazyLock::new(|| {
    let first = |phrase: &'static str| phrase.split(' ').next().unwrap_or(phrase);
    let alike = PHRASES.chunk_by(|(one, _), (next, _)| first(one) == first(next));
    alike
        .map(|phrases| {
            let word = phrases.first().map_or("", |(phrase, _)| first(phrase));
            (key(word), Listed { word, phrases })
        })
        .collect()
});

/// A word of a line, with what the list of phrases has for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// As the line spells it.
    text: &'a str,
    listed: Option<&'static Listed>,
}

/// Looks up a word as it stands in a line, with what may stand inside a word.
pub(super) fn find(text: &str) -> Found<'_> {
    find_key(key(text), text)
}

/// As [`find`], for a word whose hash is known.
pub(super) fn find_key(key: u64, text: &str) -> Found<'_> {
    // Two words may have one hash.
    let listed = LISTED.get(&key).filter(|listed| spells(text, listed.word));
    Found { text, listed }
}

/// The letters and digits of a word in lower case; apostrophes inside it are left out, as are the
/// characters that make words of their own.
fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| c.is_alphanumeric() && !line::is_east_asian(*c))
        .flat_map(char::to_lowercase)
}

fn key(text: &str) -> u64 {
    lower(text).fold(FNV_START, fnv)
}

/// Whether a word of a line is `word` of a list.
fn spells(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word) || lower(text).eq(word.chars())
}

/// What the first words of a line of `words` words speak of.
pub(super) fn marks(look: &[Found], words: usize) -> Marks {
    let mut marks = Marks::default();
    for (at, found) in look.iter().enumerate() {
        for (phrase, kind) in found.listed.map_or(&[][..], |listed| listed.phrases) {
            let mut rest = look.iter().skip(at + 1);
            let mut parts = phrase.split(' ').skip(1);
            if !parts.all(|part| rest.next().is_some_and(|next| spells(next.text, part))) {
                continue;
            }
            if words > PHRASE_WORDS && !matches!(kind, Notice | Credit | Menu) {
                continue;
            }
            marks.note(phrase, *kind, at);
        }
    }
    marks
}

impl Marks {
    /// Takes note of a phrase that begins with word `at` of the line.
    fn note(&mut self, phrase: &str, kind: Kind, at: usize) {
        // `May` and `March` lead sentences too; a date mark says nothing of leading.
        self.leads |= at == 0 && kind != Calendar;
        self.points |= at == 0 && kind == Related && phrase.contains(' ');
        match kind {
            Share => self.share = true,
            Menu => self.menu = true,
            Notice => self.notice = true,
            Related => self.related = true,
            Comment => self.comment = true,
            Credit => self.credit = true,
            // `by` is a byline at the line's start alone.
            Byline => self.byline |= at == 0,
            Advert => self.advert = true,
            Calendar => self.calendar = true,
            Publishing => {
                self.publishing = true;
                self.calendar = true;
            }
        }
    }
}

/// What stands in the last words of a caption: who took the picture, or for whom.
const CREDITS: &[&str] = &[
    "(ap)",
    "(ap ",
    "(photo",
    "(picture",
    "/ap",
    "/afp",
    "afp)",
    "afp/",
    "alamy",
    "ap photo",
    "associated press",
    "bloomberg",
    "courtesy",
    "credit:",
    "file photo",
    "file)",
    "foto:",
    "getty",
    "handout",
    "image:",
    "imago",
    "istock",
    "photo:",
    "photograph:",
    "photos:",
    "picture:",
    "reuters",
    "screenshot",
    "shutterstock",
    "via ap",
    "wikimedia",
];
/// As many characters at a line's end are looked at.
const CREDIT_CHARS: usize = 48;

/// Whether a line ends with who took the picture.
pub(super) fn ends_in_credit(part: &str) -> bool {
    let from = part.char_indices().rev().take(CREDIT_CHARS).last().map_or(0, |(at, _)| at);
    let tail = part.get(from..).unwrap_or("").to_lowercase();
    CREDITS.iter().any(|credit| tail.contains(credit))
}

/// The commonest words of the languages we met most, at most 16 each: a line of prose is full of
/// them, a menu is not (the idea is jusText's, Pomikálek 2011).
const COMMON: &[&str] = &[
    "a", "al", "and", "are", "as", "at", "be", "but", "by", "con", "da", "dan", "dari", "das",
    "de", "del", "dem", "den", "der", "des", "di", "die", "do", "du", "e", "ein", "eine", "el",
    "em", "en", "er", "es", "est", "et", "for", "from", "had", "has", "have", "he", "her", "his",
    "i", "il", "in", "is", "ist", "it", "its", "la", "las", "le", "les", "lo", "los", "mit",
    "nicht", "não", "o", "of", "on", "os", "par", "para", "pas", "per", "por", "pour", "que",
    "qui", "said", "se", "she", "si", "sich", "su", "that", "the", "their", "they", "this", "to",
    "um", "un", "una", "und", "une", "untuk", "von", "was", "we", "were", "which", "who", "will",
    "with", "y", "yang", "you", "zu", "в", "и", "на", "не", "с", "что",
];

/// [`COMMON`], each word as a number.
static COMMON_PACKED: LazyLock<FxHashSet<u64>> =
    LazyLock::new(|| COMMON.iter().filter_map(|word| packed(word)).collect());

/// Whether a word of a line, as [`find`] takes it, is one of the commonest.
pub(super) fn is_common(text: &str) -> bool {
    packed(text).is_some_and(|word| COMMON_PACKED.contains(&word))
}

/// A word of a line as a number: the bytes of its lower case, of which a number holds eight; nothing
/// for a longer word. No two words have the same.
fn packed(text: &str) -> Option<u64> {
    let with = |number: u64, byte: u8| number << 8 | u64::from(byte);
    let plain = |number, byte: u8| {
        byte.is_ascii_alphanumeric().then(|| with(number, byte.to_ascii_lowercase()))
    };
    let number = if text.len() <= 8 { text.bytes().try_fold(0, plain) } else { None };
    number.or_else(|| {
        let (mut number, mut bytes) = (0, [0; 4]);
        for c in lower(text) {
            for byte in c.encode_utf8(&mut bytes).bytes() {
                if number >> 56 != 0 {
                    return None;
                }
                number = with(number, byte);
            }
        }
        Some(number)
    })
}

/// Slow twins of the look-ups, for words in lower case.
#[cfg(test)]
pub(super) mod twin {
    use super::{COMMON, Credit, Marks, Menu, Notice, PHRASE_WORDS, PHRASES};

    pub(in crate::page) fn is_common(word: &str) -> bool {
        COMMON.contains(&word)
    }

    pub(in crate::page) fn marks(look: &[String], words: usize) -> Marks {
        let mut marks = Marks::default();
        for (phrase, kind) in PHRASES {
            let parts: Vec<&str> = phrase.split(' ').collect();
            let counts = words <= PHRASE_WORDS || matches!(kind, Notice | Credit | Menu);
            for (at, window) in look.windows(parts.len()).enumerate() {
                if counts && window == parts {
                    marks.note(phrase, *kind, at);
                }
            }
        }
        marks
    }

    /// All that the lists hold, for tests to put into a text.
    pub(in crate::page) fn phrases() -> Vec<&'static str> {
        PHRASES.iter().map(|(phrase, _)| *phrase).chain(COMMON.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, LISTED, LONGEST_COMMON, PHRASES, find, is_common};

    #[test]
    fn the_lists_are_sorted_and_their_words_are_found() {
        assert!(COMMON.is_sorted());
        assert!(PHRASES.is_sorted_by_key(|(phrase, _)| *phrase));
        for word in COMMON {
            assert!(word.chars().count() <= LONGEST_COMMON, "{word}");
            assert!(is_common(word) && is_common(&word.to_uppercase()), "{word}");
        }
        for (phrase, _) in PHRASES {
            let first = phrase.split(' ').next().unwrap();
            let listed = find(&first.to_uppercase()).listed.unwrap();
            assert!(listed.phrases.iter().any(|(other, _)| other == phrase), "{phrase}");
        }
        let all: usize = LISTED.values().map(|listed| listed.phrases.len()).sum();
        assert_eq!(all, PHRASES.len());
        assert!(find("ferry").listed.is_none() && find("").listed.is_none());
    }
}
