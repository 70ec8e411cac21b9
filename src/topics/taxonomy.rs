//! The labels a model scores, and how they hang together.
//!
//! In: `taxonomy.json` of a model folder. Out: codes, names and parents, in the order of the
//! head's scores. Knows no score.

use std::collections::HashMap;
use std::iter;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The deepest level; IPTC's own taxonomy has 6.
const MAX_LEVEL: u8 = 16;

/// So many labels are believed, and so many bytes of a name, a code or a line about them.
const MAX_LABELS: usize = 1 << 16;
const MAX_NAME_BYTES: usize = 1000;

/// The file of a model folder that holds a taxonomy.
pub(crate) const FILE: &str = "taxonomy.json";

/// A set of labels, each on its own or under another, in at most 16 levels.
///
/// The one in the default model is IPTC Media Topics (17 topics of level 1, 120 of level 2),
/// whose codes, labels and hierarchy are IPTC's, used under CC BY 4.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    name: String,
    version: String,
    attribution: String,
    labels: Vec<Label>,
}

/// One label of a [`Taxonomy`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The code, such as `medtop:04000000`.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// The index of the parent in [`Taxonomy::labels`]; `None` at level 1.
    pub parent: Option<usize>,
    level: u8,
}

impl Label {
    /// The depth in the taxonomy: 1, or one more than the parent's.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// This label as it stands in another list, under another parent.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn under(&self, parent: Option<usize>) -> Self {
        Self { parent, ..self.clone() }
    }
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    version: String,
    #[serde(default)]
    attribution: String,
    topics: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    code: String,
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

impl Taxonomy {
    /// Reads a `taxonomy.json`. `file` is its name, for messages.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when it is not such a file, has no topic, more than 65,536 or a
    /// code twice, or names a parent that is no topic of it; when a topic stands below itself, or
    /// deeper than level 16; or when a code or a name is blank, longer than 1,000 bytes or holds
    /// control characters.
    pub fn from_json(file: &str, json: &[u8]) -> Result<Self> {
        let invalid = |message: String| Error::new(ErrorKind::InvalidModel, message);
        let parsed: File = serde_json::from_slice(json).map_err(|cause| {
            Error::because(ErrorKind::InvalidModel, format!("{file} is not a taxonomy"), cause)
        })?;
        let File { name, version, attribution, topics } = &parsed;
        if topics.len() > MAX_LABELS {
            let count = topics.len();
            return Err(invalid(format!(
                "{file} has {count} topics, expected at most {MAX_LABELS}"
            )));
        }
        let of_topics = topics.iter().flat_map(|topic| [&topic.code, &topic.label]);
        if let Some(wrong) =
            [name, version].into_iter().chain(of_topics).find_map(|text| fault(text))
        {
            return Err(invalid(format!("{file} has {wrong}")));
        }
        if let Some(wrong) = fault(attribution).filter(|_| !attribution.is_empty()) {
            return Err(invalid(format!("{file} has {wrong} for its attribution")));
        }
        let mut index_of = HashMap::with_capacity(topics.len());
        for (index, topic) in parsed.topics.iter().enumerate() {
            if index_of.insert(topic.code.clone(), index).is_some() {
                return Err(invalid(format!("{file} has the code {} twice", topic.code)));
            }
        }
        if parsed.topics.is_empty() {
            return Err(invalid(format!("{file} has no topics")));
        }
        let label = |topic: &Entry| {
            let Entry { code, label, parent } = topic;
            let place = |parent: &String| {
                index_of.get(parent).copied().ok_or_else(|| {
                    let wrong = "which is no topic of it";
                    invalid(format!("{file}: {code} has the parent {parent}, {wrong}"))
                })
            };
            let parent = parent.as_ref().map(place).transpose()?;
            Ok(Label { code: code.clone(), name: label.clone(), parent, level: 1 })
        };
        let labels = leveled(parsed.topics.iter().map(label).collect::<Result<_>>()?);
        if let Some(label) = labels.iter().find(|label| label.level > MAX_LEVEL) {
            let deep = format!("stands below itself, or deeper than level {MAX_LEVEL}");
            return Err(invalid(format!("{file}: {} {deep}", label.code)));
        }
        let File { name, version, attribution, .. } = parsed;
        Ok(Self { name, version, attribution, labels })
    }

    /// A taxonomy of one level whose codes are its names, in the order given.
    pub(crate) fn flat(name: &str, names: Vec<String>) -> Self {
        let label = |name: String| Label { code: name.clone(), name, parent: None, level: 1 };
        Self {
            name: name.to_owned(),
            version: "1".to_owned(),
            attribution: String::new(),
            labels: names.into_iter().map(label).collect(),
        }
    }

    /// The names of level 1.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn level1(&self) -> impl Iterator<Item = &str> {
        let top = self.labels.iter().filter(|label| label.parent.is_none());
        top.map(|label| label.name.as_str())
    }

    /// Some labels of another taxonomy, parents by their place among themselves.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn of(known: &Taxonomy, labels: Vec<Label>) -> Self {
        Self { labels: leveled(labels), ..known.clone() }
    }

    /// The `taxonomy.json` that [`from_json`](Self::from_json) reads back.
    pub fn to_json(&self) -> String {
        let code_of = |index: usize| self.labels.get(index).map(|label| label.code.clone());
        let entry = |label: &Label| Entry {
            code: label.code.clone(),
            label: label.name.clone(),
            parent: label.parent.and_then(code_of),
        };
        let file = File {
            name: self.name.clone(),
            version: self.version.clone(),
            attribution: self.attribution.clone(),
            topics: self.labels.iter().map(entry).collect(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// The taxonomy's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The taxonomy's release.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whose taxonomy it is and under which terms it is used; empty for own labels.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// The labels, in the order of the scores.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }
}

/// What is wrong with a code or a name that people are shown.
fn fault(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("a blank code or name".to_owned());
    }
    if text.len() > MAX_NAME_BYTES {
        let start: String = text.chars().take(20).collect();
        let bytes = text.len();
        return Some(format!(
            "a code or name of {bytes} bytes ({start:?}...), expected at most {MAX_NAME_BYTES}"
        ));
    }
    let control = text.chars().any(char::is_control);
    control.then(|| format!("the code or name {text:?}, expected no control characters"))
}

/// The labels with their levels; of one that is too deep, or below itself, one that is too large.
fn leveled(mut labels: Vec<Label>) -> Vec<Label> {
    let parents: Vec<Option<usize>> = labels.iter().map(|label| label.parent).collect();
    for label in &mut labels {
        let above = iter::successors(label.parent, |&at| parents.get(at).copied().flatten());
        label.level = above.zip(2..=MAX_LEVEL + 1).last().map_or(1, |(_, level)| level);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::{Label, Taxonomy};

    fn fails(json: &str, expected: &str) {
        let error = Taxonomy::from_json("taxonomy.json", json.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_file_that_lies_is_refused() {
        fails("[]", "taxonomy.json is not a taxonomy");
        fails(r#"{"name":"n","version":"1","topics":[]}"#, "taxonomy.json has no topics");
        fails(
            r#"{"name":"n","version":"1","topics":[{"code":"a","label":"A"},{"code":"a","label":"B"}]}"#,
            "taxonomy.json has the code a twice",
        );
        fails(
            r#"{"name":"n","version":"1","topics":[{"code":"a","label":"A","parent":"x"}]}"#,
            "taxonomy.json: a has the parent x, which is no topic of it",
        );
        fails(
            r#"{"name":"n","version":"1","topics":[{"code":"a","label":"A","parent":"b"},{"code":"b","label":"B","parent":"a"}]}"#,
            "taxonomy.json: a stands below itself, or deeper than level 16",
        );
    }

    #[test]
    fn a_name_that_nobody_should_be_shown_is_refused() {
        let file = |name: &str, code: &str, label: &str| {
            serde_json::json!({"name": name, "version": "1", "topics": [{"code": code, "label": label}]})
                .to_string()
        };
        fails(&file("n", " ", "A"), "taxonomy.json has a blank code or name");
        fails(
            &file("n", "a", "A\u{1b}[2J"),
            r#"taxonomy.json has the code or name "A\u{1b}[2J", expected no control characters"#,
        );
        fails(
            &file(&"long ".repeat(201), "a", "A"),
            r#"taxonomy.json has a code or name of 1005 bytes ("long long long long "...), expected at most 1000"#,
        );
        assert!(Taxonomy::from_json("t", file("n", "a", "A").as_bytes()).is_ok());
    }

    #[test]
    fn a_taxonomy_survives_its_file() {
        let json = r#"{"name":"n","version":"1","topics":[{"code":"c","label":"C","parent":"b"},{"code":"a","label":"A"},{"code":"b","label":"B","parent":"a"}]}"#;
        let taxonomy = Taxonomy::from_json("t", json.as_bytes()).unwrap();
        let levels: Vec<u8> = taxonomy.labels().iter().map(Label::level).collect();
        assert_eq!(levels, [3, 1, 2]);
        assert_eq!(Taxonomy::from_json("t", taxonomy.to_json().as_bytes()).unwrap(), taxonomy);
    }
}
