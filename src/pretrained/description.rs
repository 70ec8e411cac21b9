//! What a model folder says of itself, where its other files do not.
//!
//! In: a folder's `standfirst.json`. Out: a [`Description`] whose fields fit its task.
//! Says nothing of sizes and layers: those stand in the model's own
//! `config.json`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder;

/// The file in which a folder describes itself.
pub const DESCRIPTION: &str = "standfirst.json";

/// Far beyond what such a file needs, and small enough that a wrong one does not fill the memory.
const MAX_BYTES: u64 = 1 << 20;

/// What a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Task {
    /// A vector for each sentence.
    SentenceEncoder,
    /// A score for any label, by whether the text entails a hypothesis with it.
    ZeroShot,
    /// A score for each of the model's own labels.
    Classifier,
    /// A summary in words of its own.
    Summarizer,
}

impl Task {
    /// The name used in `standfirst.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SentenceEncoder => "sentence-encoder",
            Self::ZeroShot => "zero-shot",
            Self::Classifier => "classifier",
            Self::Summarizer => "summarizer",
        }
    }
}

/// How a sentence encoder makes one vector of its tokens' vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The first token's.
    Cls,
    /// The largest number in each place.
    Max,
}

/// How an entailment is read as a probability: `sigmoid(slope * logit + offset)`, where the logit
/// is that of entailment less that of contradiction. One for all labels of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Calibration {
    /// What the logit is multiplied by.
    pub slope: f32,
    /// What is added then.
    pub offset: f32,
}

/// A model folder's `standfirst.json`.
///
/// ```
/// use standfirst::pretrained::{Description, Pooling};
///
/// let text = r#"{"task": "sentence-encoder", "pooling": "mean", "normalize": true}"#;
/// let description = Description::from_json(text)?;
/// assert_eq!(description.pooling, Some(Pooling::Mean));
///
/// let wrong = r#"{"task": "summarizer", "pooling": "mean"}"#;
/// let message = Description::from_json(wrong).unwrap_err().to_string();
/// assert_eq!(message, "gives pooling, which a summarizer does not have");
/// # Ok::<(), standfirst::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Description {
    /// The name that digests give; the folder's own where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the model does.
    pub task: Task,
    /// Sentence encoders: how a sentence's vector is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pooling: Option<Pooling>,
    /// Sentence encoders: whether a vector is scaled to length 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// The longest input, special tokens included; more than 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<usize>,
    /// Classifiers: the model's label to the code of an IPTC Media Topic (`medtop:04000000`), or
    /// to nothing where no topic is meant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Option<String>>,
    /// The licence of the weights, as an SPDX identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Zero-shot models: the sentence that a label makes, with one `{}` for the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hypothesis_template: Option<String>,
    /// Zero-shot models: how an entailment is read as a probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Zero-shot models and classifiers: the score from which a label is reported, in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
    /// Whether the tokenizer turns text into lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_case: Option<bool>,
    /// Summarizers: what stands before the text, as in T5's `summarize: `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

impl Description {
    /// The description in this text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when a field is unknown, missing, out of range or of another
    /// task. [`Description::read`] says in which file.
    pub fn from_json(text: &str) -> Result<Self> {
        let description: Self = serde_json::from_str(text).map_err(|cause| {
            Error::because(ErrorKind::InvalidModel, "is not a model's description", cause)
        })?;
        match description.fault() {
            Some(wrong) => Err(Error::new(ErrorKind::InvalidModel, wrong)),
            None => Ok(description),
        }
    }

    /// The text of this description, for a folder's `standfirst.json`.
    pub fn to_json(&self) -> String {
        // A struct of strings, numbers and string keys always has a JSON form.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What does not fit together, if anything does not; a sentence without its subject.
    pub(crate) fn fault(&self) -> Option<String> {
        use Task::{Classifier, SentenceEncoder, Summarizer, ZeroShot};

        let of_tasks: [(&str, bool, &[Task]); 7] = [
            ("pooling", self.pooling.is_some(), &[SentenceEncoder]),
            ("normalize", self.normalize.is_some(), &[SentenceEncoder]),
            ("labels", !self.labels.is_empty(), &[Classifier]),
            ("threshold", self.threshold.is_some(), &[Classifier, ZeroShot]),
            ("hypothesis_template", self.hypothesis_template.is_some(), &[ZeroShot]),
            ("calibration", self.calibration.is_some(), &[ZeroShot]),
            ("prefix", self.prefix.is_some(), &[Summarizer]),
        ];
        let task = self.task;
        let stray = of_tasks.iter().find(|(_, given, tasks)| *given && !tasks.contains(&task));
        if let Some((field, ..)) = stray {
            return Some(format!("gives {field}, which a {} does not have", task.as_str()));
        }
        if let Some(threshold) = self.threshold
            && !(0.0..=1.0).contains(&threshold)
        {
            return Some(format!("gives the threshold {threshold}, expected 0.0 to 1.0"));
        }
        if self.max_tokens == Some(0) {
            return Some("gives max_tokens 0, expected 1 or more".to_owned());
        }
        if let Some(template) = &self.hypothesis_template
            && template.matches("{}").count() != 1
        {
            return Some(format!(
                "gives the hypothesis_template {template:?}, expected one {{}} in it for the label"
            ));
        }
        let is_code = |code: &str| {
            code.strip_prefix("medtop:")
                .is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.labels.iter().find_map(|(label, code)| match code {
            Some(code) if !is_code(code) => Some(format!(
                "maps the label {label:?} to {code:?}, expected a code as in medtop:04000000, or null"
            )),
            _ => None,
        })
    }
}

impl Description {
    /// What a folder's [`DESCRIPTION`] says, or nothing where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the file exists and is not a description.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(DESCRIPTION);
        if !path.exists() {
            return Ok(None);
        }
        let place = format!("{DESCRIPTION} in {}", folder.display());
        let text = String::from_utf8(folder::read_file(&path, MAX_BYTES)?).map_err(|cause| {
            let at = cause.utf8_error().valid_up_to();
            let message = format!("{place} is not UTF-8 (first bad byte at {at})");
            Error::new(ErrorKind::InvalidModel, message)
        })?;
        Self::from_json(&text).map(Some).map_err(|error| {
            let message = format!("{place} {error}");
            match error.into_source() {
                Some(cause) => Error::because(ErrorKind::InvalidModel, message, cause),
                None => Error::new(ErrorKind::InvalidModel, message),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that is refused with `expected` in the message or its cause.
    fn check_refused(text: &str, expected: &str) {
        let error = Description::from_json(text).unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let whole = format!("{error}: {cause}");
        assert!(whole.contains(expected), "expected {expected:?} in {whole}");
    }

    #[test]
    fn a_description_is_read_back_as_written() {
        for text in [
            r#"{"task": "sentence-encoder", "pooling": "cls", "normalize": false}"#,
            r#"{"name": "n", "task": "zero-shot", "hypothesis_template": "Of {}.", "threshold": 0.5}"#,
            r#"{"task": "classifier", "labels": {"a": "medtop:04000000"}, "max_tokens": 512}"#,
            r#"{"task": "summarizer", "prefix": "summarize: ", "lower_case": false}"#,
        ] {
            let description = Description::from_json(text).unwrap();
            assert_eq!(Description::from_json(&description.to_json()).unwrap(), description);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        check_refused("{}", "missing field `task`");
        check_refused(r#"{"task": "tagger"}"#, "unknown variant `tagger`");
        check_refused(r#"{"task": "classifier", "label": {}}"#, "unknown field `label`");
        check_refused(r#"{"task": "classifier", "max_tokens": 0}"#, "max_tokens 0");
        check_refused(r#"{"task": "zero-shot", "hypothesis_template": "a"}"#, "one {} in it");
        check_refused(r#"{"task": "zero-shot", "hypothesis_template": "{} {}"}"#, "one {} in it");
        check_refused(r#"{"task": "classifier", "labels": {"a": "04000000"}}"#, "maps the label");
        check_refused(r#"{"task": "summarizer", "normalize": true}"#, "a summarizer does not");
        check_refused(r#"{"task": "zero-shot", "prefix": "x"}"#, "a zero-shot does not");
    }

    #[test]
    fn a_label_may_mean_no_topic() {
        let text = r#"{"task": "classifier", "labels": {"other": null}}"#;
        assert_eq!(Description::from_json(text).unwrap().labels["other"], None);
    }
}
