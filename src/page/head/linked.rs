//! Linked data to what it says of the document's own article.
//!
//! In: what the scripts of kind `application/ld+json` hold. Out: of the object that is the article
//! (or, where none is, the page): its headline, days, authors, description, language, publisher
//! and body. Objects are looked at where a document states what it is: at the top, in a graph, as the
//! main entity; so what hangs on an article (its pictures, videos, comments, what it reviews, the
//! items of a list) is never taken for it. Names by reference are followed by their `@id`.
//! Scripts often hold what is no JSON quite: what stands around a value, and control characters in
//! it, do no harm; from the rest, keys are read one by one.

use std::collections::BTreeMap;

use serde_json::Value;

/// Objects and arrays inside each other that are walked.
const DEPTH: usize = 32;
/// Most authors of an article.
const AUTHORS: usize = 24;

/// What linked data say of one object.
#[derive(Debug, Default, Clone)]
pub(super) struct Linked {
    /// Whether it is an article, and not just a page.
    pub(super) is_article: bool,
    pub(super) headline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) language: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) body: Option<String>,
}

/// What the scripts say of the articles of the document, in their order, and then of the document
/// as a page; what was read key by key counts as an article.
pub(super) fn read(scripts: &[String]) -> Vec<Linked> {
    let mut values = Vec::new();
    let mut loose = Vec::new();
    for script in scripts {
        let clean = without_controls(script);
        let parsed = parse(&clean);
        if parsed.is_empty() {
            loose.extend(by_keys(&clean));
        }
        values.extend(parsed);
    }
    let mut named = BTreeMap::new();
    let mut objects = Vec::new();
    for value in &values {
        walk(value, DEPTH, &mut named, &mut objects);
    }
    let mut found: Vec<Linked> =
        objects.into_iter().filter_map(|object| of_object(object, &named)).chain(loose).collect();
    // In the order of the document among equals.
    found.sort_by_key(|linked| !linked.is_article);
    found
}

/// A script without control characters: those in strings, which JSON does not allow, are white
/// space, and line breaks stay such.
fn without_controls(script: &str) -> String {
    let mut clean = String::with_capacity(script.len());
    let (mut inside, mut escaped) = (false, false);
    for c in script.chars() {
        match c {
            '\n' if inside && !escaped => clean.push_str("\\n"),
            c if c.is_control() => clean.push(' '),
            c => clean.push(c),
        }
        inside ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    clean
}

/// The values in a script: none where it does not begin with one.
fn parse(script: &str) -> Vec<Value> {
    let Some(brace) = script.find('{') else { return Vec::new() };
    let (before, _) = script.split_at_checked(brace).unwrap_or_default();
    let before = before.trim_end();
    let listed = before.ends_with('[') && !before.ends_with("CDATA[");
    let start = if listed { before.len().saturating_sub(1) } else { brace };
    let rest = script.get(start..).unwrap_or("");
    let values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    values.map_while(Result::ok).collect()
}

type Object = serde_json::Map<String, Value>;

/// Gathers the objects that say what the document is, and all that have an `@id` beside a name.
fn walk<'a>(
    value: &'a Value,
    depth: usize,
    named: &mut BTreeMap<&'a str, &'a Object>,
    objects: &mut Vec<&'a Object>,
) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(items) => {
            for item in items {
                walk(item, deeper, named, objects);
            }
        }
        Value::Object(object) => {
            if let Some(id) = object.get("@id").and_then(Value::as_str)
                && object.contains_key("name")
            {
                named.entry(id).or_insert(object);
            }
            objects.push(object);
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = object.get(key) {
                    walk(inner, deeper, named, objects);
                }
            }
        }
        _ => {}
    }
}

/// Whether an object is of a type that `fits`.
fn is_of(object: &Object, fits: impl Fn(&str) -> bool) -> bool {
    let name = |kind: &Value| {
        kind.as_str().is_some_and(|kind| fits(kind.rsplit(['/', ':']).next().unwrap_or(kind)))
    };
    match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(name),
        Some(kind) => name(kind),
        None => false,
    }
}

/// What an object says, if it is an article or a page.
fn of_object(object: &Object, named: &BTreeMap<&str, &Object>) -> Option<Linked> {
    // Some say what it is by its properties alone.
    let says = |key: &&str| object.contains_key(*key);
    let untyped =
        || !object.contains_key("@type") && ["headline", "datePublished"].iter().any(says);
    let is_article = untyped()
        || is_of(object, |kind| {
            ["Article", "Posting", "Report"].iter().any(|end| kind.ends_with(end))
                && kind != "JobPosting"
        });
    if !is_article && !is_of(object, |kind| kind.ends_with("Page")) {
        return None;
    }
    let text = |keys: &[&str]| keys.iter().find_map(|key| text_of(object.get(*key)?));
    let names = |key: &str| object.get(key).map(|value| names_of(value, named));
    let authors = names("author").filter(|names| !names.is_empty()).or_else(|| names("creator"));
    let publisher = names("publisher").and_then(|names| names.into_iter().next());
    Some(Linked {
        is_article,
        headline: text(&["headline", "name"]),
        published: text(&["datePublished", "dateCreated", "uploadDate"]),
        modified: text(&["dateModified"]),
        authors: authors.unwrap_or_default(),
        description: text(&["description"]),
        language: text(&["inLanguage"]),
        publisher,
        body: text(&["articleBody", "text"]),
    })
}

/// A value's text: of a list, its first; of an object, its `@value` or name.
fn text_of(value: &Value) -> Option<String> {
    let value = match value {
        Value::Array(items) => items.first()?,
        value => value,
    };
    let text = match value {
        Value::String(text) => text,
        Value::Object(object) => object.get("@value").or(object.get("name"))?.as_str()?,
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The names of persons or firms in a value, by reference too.
fn names_of(value: &Value, named: &BTreeMap<&str, &Object>) -> Vec<String> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let mut names = Vec::new();
    for item in items.iter().take(AUTHORS) {
        let by_reference = || {
            let id = item.get("@id")?.as_str()?;
            named.get(id)?.get("name")
        };
        match item.get("name").or_else(by_reference) {
            // Some list the names of several in one.
            Some(Value::Array(list)) => names.extend(list.iter().take(AUTHORS).filter_map(text_of)),
            Some(name) => names.extend(text_of(name)),
            None => names.extend(text_of(item)),
        }
    }
    names
}

/// What can be read of a script that is no JSON: the first value of each key.
fn by_keys(script: &str) -> Option<Linked> {
    let value = |key: &str| {
        let (_, rest) = script.split_once(&format!("\"{key}\""))?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let raw = rest.get(..end?.0)?;
        let quoted = format!("\"{raw}\"");
        let text: String = serde_json::from_str(&quoted).unwrap_or_else(|_| raw.to_owned());
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let linked = Linked {
        is_article: true,
        headline: value("headline"),
        published: value("datePublished"),
        modified: value("dateModified"),
        body: value("articleBody"),
        ..Linked::default()
    };
    let says = [&linked.headline, &linked.published, &linked.modified, &linked.body];
    says.iter().any(|value| value.is_some()).then_some(linked)
}

#[cfg(test)]
mod tests {
    use super::{Linked, read};

    fn first(script: &str) -> Linked {
        read(&[script.to_owned()]).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn the_article_is_told_from_what_hangs_on_it() {
        let found = first(
            r##"{"@context":"https://schema.org","@graph":[
            {"@type":"WebPage","datePublished":"2001-01-01","name":"Orrin Post"},
            {"@type":"VideoObject","datePublished":"2015-01-01","name":"A film"},
            {"@type":["Thing","NewsArticle"],"headline":"The ferry sails again",
             "image":{"@type":"ImageObject","datePublished":"2014-01-01"},
             "comment":[{"@type":"Comment","datePublished":"2024-04-20","text":"Well done"}],
             "author":[{"@id":"#ada"},{"@type":"Person","name":"Tom Lind"}],
             "publisher":{"@id":"#post"},"datePublished":"2024-04-14"},
            {"@type":"Person","@id":"#ada","name":"Ada Poe"},
            {"@type":"Organization","@id":"#post","name":"Orrin Post"}]}"##,
        );
        assert_eq!(found.headline.as_deref(), Some("The ferry sails again"));
        assert_eq!(found.published.as_deref(), Some("2024-04-14"));
        assert_eq!(found.authors, ["Ada Poe", "Tom Lind"]);
        assert_eq!(found.publisher.as_deref(), Some("Orrin Post"));
        assert_eq!(found.body, None);
    }

    #[test]
    fn what_is_no_json_quite_is_read() {
        for script in [
            "<!-- {\"@type\":\"Article\",\"headline\":\"The ferry\tsails\nagain\"} -->",
            "//<![CDATA[\n[{\"@type\":\"BlogPosting\",\"headline\":\"The ferry sails again\"}]//]]>",
            "{\"@type\":\"Article\",\"headline\":\"The ferry sails again\"};",
            "{\"@type\":\"Article\",\"headline\" : \"The ferry sails again\",}",
        ] {
            let headline = first(script).headline.unwrap_or_default().replace('\n', " ");
            assert_eq!(headline, "The ferry sails again", "{script}");
        }
    }

    #[test]
    fn nesting_without_end_is_no_matter() {
        let deep = format!("{}{}", "[".repeat(100_000), "{\"@graph\":".repeat(100_000));
        assert!(read(&[deep]).is_empty());
        let closed = format!("{}1{}", "{\"@graph\":".repeat(100), "}".repeat(100));
        assert!(read(&[closed]).is_empty());
    }
}
