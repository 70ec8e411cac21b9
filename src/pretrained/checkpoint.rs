//! A pretrained model's folder to what it says it is.
//!
//! In: a folder with the files of the Hugging Face Hub, and perhaps our own `standfirst.json`.
//! Out: a [`Checkpoint`]: architecture, task, labels, tokenizer and window, each checked against
//! the others. Builds no model.

use std::fmt::Display;
use std::path::Path;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde_json::{Map, Value, json};

use super::description::{DESCRIPTION, Description, Task};
use crate::error::{Error, Result};
use crate::model::folder::{CONFIG, Folder, TOKENIZER, invalid_model};
use crate::tokens::{Frame, Tokenizer};

/// The largest window that is believed, in tokens.
const MAX_WINDOW: usize = 1 << 17;
/// The largest number of layers that is believed.
const MAX_LAYERS: u64 = 512;

/// An architecture, as the `model_type` of a config names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModelType {
    Bert,
    DistilBert,
    Roberta,
    #[serde(rename = "xlm-roberta")]
    XLMRoberta,
    Albert,
    MobileBert,
    Longformer,
    Bart,
    T5,
    LongT5,
    Pegasus,
    ProphetNet,
}

/// An opened folder.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    pub(crate) folder: Folder,
    pub(crate) architecture: ModelType,
    pub(crate) task: Task,
    pub(crate) config: Value,
    /// What the folder says of itself; without that, what its config lets guess.
    pub(crate) description: Option<Description>,
}

impl Checkpoint {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let folder = Folder::open(folder)?;
        let Some(config) = folder.json(CONFIG)? else {
            return Err(folder.invalid(CONFIG, "is not there"));
        };
        let description = Description::read(folder.place())?;
        let architecture = architecture(&folder, &config)?;
        check_sizes(&folder, &config)?;
        let said = description.as_ref().map(|said| Ok(said.task));
        let task = said.unwrap_or_else(|| guess(&folder, &config))?;
        Ok(Self { folder, architecture, task, config, description })
    }

    /// The name for digests.
    pub(crate) fn name(&self) -> String {
        self.said(|said| said.name.clone()).unwrap_or_else(|| self.folder.title())
    }

    /// A part of the folder's description, where it is there.
    pub(crate) fn said<T>(&self, part: impl Fn(&Description) -> Option<T>) -> Option<T> {
        self.description.as_ref().and_then(part)
    }

    /// An error unless the model is for `task`.
    pub(crate) fn expect(&self, task: Task) -> Result<()> {
        if self.task == task {
            return Ok(());
        }
        Err(invalid_model(format!(
            "model folder {} holds a {}, expected a {}; if it is one, say so as \"task\" in its {DESCRIPTION}",
            self.name(),
            self.task.as_str(),
            task.as_str()
        )))
    }

    /// An error about the config.
    pub(crate) fn invalid(&self, what: impl Display) -> Error {
        self.folder.invalid(CONFIG, what)
    }

    /// A whole number of the config, by the first of `keys` that is there.
    pub(crate) fn number(&self, keys: &[&str]) -> Option<usize> {
        let number = keys.iter().find_map(|key| self.config.get(*key)?.as_i64())?;
        usize::try_from(number).ok()
    }

    /// A text of the config.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.config.get(key).and_then(Value::as_str)
    }

    /// The token that fills up.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn pad(&self) -> i64 {
        let said = self.config.get("pad_token_id").and_then(Value::as_i64);
        match self.architecture {
            // Whatever the config says: rust-bert counts places with it.
            ModelType::Roberta | ModelType::XLMRoberta => 1,
            ModelType::Bart | ModelType::Longformer => said.unwrap_or(1),
            _ => said.unwrap_or(0),
        }
    }

    /// The most tokens that the model reads at once, special ones counted.
    pub(crate) fn window(&self) -> Result<usize> {
        let positions = self.number(&["max_position_embeddings", "n_positions"]);
        // Places that are never a token's: these count from behind the filling token's.
        let lost = match self.architecture {
            ModelType::Roberta | ModelType::XLMRoberta | ModelType::Longformer => 2,
            ModelType::ProphetNet => 1,
            _ => 0,
        };
        let positions = positions.map(|positions| positions.saturating_sub(lost));
        let trained = match self.folder.json("sentence_bert_config.json")? {
            Some(said) if self.task == Task::SentenceEncoder => {
                said.get("max_seq_length").and_then(Value::as_u64).map(|length| length as usize)
            }
            _ => None,
        };
        let asked = self.said(|said| said.max_tokens).or(trained);
        let window = match (asked, positions) {
            (Some(asked), Some(positions)) if asked > positions => {
                let what = format!("reads {positions} tokens at most, but {asked} are asked for");
                return Err(self.invalid(what));
            }
            (asked, positions) => asked.or(positions).unwrap_or(512),
        };
        if !(8..=MAX_WINDOW).contains(&window) {
            let what = format!("has a window of {window} tokens, expected 8 to {MAX_WINDOW}");
            return Err(self.invalid(what));
        }
        Ok(window)
    }

    /// The model's own labels, in the order of its logits.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn labels(&self) -> Result<Vec<String>> {
        let missing = || self.invalid("has no labels (id2label from 0 on)");
        let map = self.config.get("id2label").and_then(Value::as_object).ok_or_else(missing)?;
        let label =
            |index: usize| map.get(&index.to_string()).and_then(Value::as_str).map(str::to_owned);
        let labels: Option<Vec<String>> = (0..map.len()).map(label).collect();
        labels.filter(|labels| !labels.is_empty()).ok_or_else(missing)
    }

    /// The tokenizer: `tokenizer.json`, or one made of the vocabulary files.
    pub(crate) fn tokenizer(&self) -> Result<(Tokenizer, Frame)> {
        let folder = &self.folder;
        let (file, json) = if folder.has(TOKENIZER) {
            (TOKENIZER, folder.read(TOKENIZER)?)
        } else if folder.has("vocab.txt") {
            ("vocab.txt", self.word_pieces()?)
        } else if folder.has("vocab.json") && folder.has("merges.txt") {
            ("vocab.json", self.byte_pairs()?)
        } else {
            return Err(folder.invalid(
                TOKENIZER,
                "is not there, and neither is vocab.txt, nor vocab.json with merges.txt",
            ));
        };
        let name = folder.name(file);
        let tokenizer = Tokenizer::from_json(&name, &json)?;
        let vocab_size = self.vocab_size()?;
        if !tokenizer.fits(vocab_size) {
            let what = format!(
                "has ids beyond the {vocab_size} tokens that {CONFIG} says: is it another model's?"
            );
            return Err(folder.invalid(file, what));
        }
        let frame = tokenizer.frame(&name)?;
        if let Some(what) = frame.fault(vocab_size) {
            return Err(folder.invalid(file, what));
        }
        Ok((tokenizer, frame))
    }

    /// Length of a token's vector behind the last layer.
    pub(crate) fn width(&self) -> Result<usize> {
        let width = self.number(&["hidden_size", "dim", "d_model"]);
        width.ok_or_else(|| self.invalid("says no width"))
    }

    pub(crate) fn vocab_size(&self) -> Result<usize> {
        self.number(&["vocab_size"]).ok_or_else(|| self.invalid("has no vocab_size"))
    }

    /// A BERT vocabulary as a `tokenizer.json`.
    fn word_pieces(&self) -> Result<Vec<u8>> {
        let text = self.file("vocab.txt")?;
        let vocab: Map<String, Value> =
            text.lines().enumerate().map(|(id, piece)| (piece.to_owned(), json!(id))).collect();
        let id = |piece: &str| {
            let missing = || format!("has no {piece}: is it a BERT vocabulary?");
            vocab.get(piece).ok_or_else(|| self.folder.invalid("vocab.txt", missing()))
        };
        let (cls, sep) = (id("[CLS]")?, id("[SEP]")?);
        id("[UNK]")?;
        let of_tokenizer = self.folder.json("tokenizer_config.json")?;
        let said = of_tokenizer.as_ref().and_then(|config| config.get("do_lower_case")?.as_bool());
        let lower = self.said(|said| said.lower_case).or(said).unwrap_or(true);
        let tokenizer = json!({
            "version": "1.0",
            "added_tokens": [],
            "normalizer": {"type": "BertNormalizer", "clean_text": true,
                "handle_chinese_chars": true, "strip_accents": null, "lowercase": lower},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", sep], "cls": ["[CLS]", cls]},
            "decoder": null,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocab},
        });
        Ok(tokenizer.to_string().into_bytes())
    }

    /// A byte-level vocabulary and its merges (RoBERTa, BART) as a `tokenizer.json`.
    fn byte_pairs(&self) -> Result<Vec<u8>> {
        let vocab = self.folder.json("vocab.json")?.unwrap_or(Value::Null);
        let id = |piece: &str| {
            let missing = || format!("has no {piece}: is it a RoBERTa vocabulary?");
            vocab.get(piece).ok_or_else(|| self.folder.invalid("vocab.json", missing()))
        };
        let (cls, sep) = (id("<s>")?, id("</s>")?);
        let text = self.file("merges.txt")?;
        let merges: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("#version") && !line.is_empty()).collect();
        let tokenizer = json!({
            "version": "1.0",
            "added_tokens": [],
            "normalizer": null,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
                "trim_offsets": true, "use_regex": true},
            "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", sep],
                "cls": ["<s>", cls], "trim_offsets": true, "add_prefix_space": false},
            "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
                "use_regex": true},
            "model": {"type": "BPE", "dropout": null, "unk_token": null,
                "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
                "byte_fallback": false, "ignore_merges": false, "vocab": vocab, "merges": merges},
        });
        Ok(tokenizer.to_string().into_bytes())
    }

    fn file(&self, name: &str) -> Result<String> {
        let text = String::from_utf8(self.folder.read(name)?);
        text.map_err(|cause| self.folder.because(name, "is not UTF-8", cause))
    }
}

/// The architecture, by the config's `model_type`.
fn architecture(folder: &Folder, config: &Value) -> Result<ModelType> {
    let said = config.get("model_type").and_then(Value::as_str).unwrap_or("none");
    if said.starts_with("deberta") {
        // Measured: models/recipe/parity/NOTES.md.
        let what = format!(
            "has the model_type {said:?}, whose logits rust-bert 0.23 gets wrong: take another checkpoint"
        );
        return Err(folder.invalid(CONFIG, what));
    }
    let found: std::result::Result<_, serde::de::value::Error> =
        ModelType::deserialize(said.into_deserializer());
    found.map_err(|cause| folder.because(CONFIG, "has a model_type that is not known", cause))
}

/// Numbers that would fill the memory before any file contradicts them.
fn check_sizes(folder: &Folder, config: &Value) -> Result<()> {
    let layers = "num_hidden_layers n_layers num_layers encoder_layers decoder_layers \
        num_encoder_layers num_decoder_layers";
    let widths = "hidden_size dim d_model embedding_size intermediate_size hidden_dim \
        encoder_ffn_dim decoder_ffn_dim d_ff d_kv";
    let counts = "vocab_size max_position_embeddings type_vocab_size";
    for (keys, limit) in [(layers, MAX_LAYERS), (widths, 1 << 16), (counts, 1 << 24)] {
        for key in keys.split_whitespace() {
            let Some(found) = config.get(key).filter(|found| found.is_number()) else { continue };
            if found.as_u64().is_none_or(|found| found > limit) {
                let what = format!("says {found} for {key}, expected a whole number up to {limit}");
                return Err(folder.invalid(CONFIG, what));
            }
        }
    }
    // rust-bert builds as many layers there as here.
    let layers = |key: &str| config.get(key).and_then(Value::as_u64);
    if let (Some(here), Some(there)) = (layers("num_layers"), layers("num_decoder_layers"))
        && here != there
    {
        let what = format!(
            "says {here} layers for the encoder and {there} for the decoder, which rust-bert cannot tell apart"
        );
        return Err(folder.invalid(CONFIG, what));
    }
    Ok(())
}

/// The task, where no description says it.
fn guess(folder: &Folder, config: &Value) -> Result<Task> {
    if folder.has("modules.json") || folder.has("sentence_bert_config.json") {
        return Ok(Task::SentenceEncoder);
    }
    let architectures = config.get("architectures").and_then(Value::as_array).into_iter().flatten();
    let architectures: Vec<&str> = architectures.filter_map(Value::as_str).collect();
    let ends_with = |ending: &str| architectures.iter().any(|name| name.ends_with(ending));
    if ends_with("ForSequenceClassification") {
        let labels = config.get("id2label").and_then(Value::as_object).into_iter();
        let entails = labels.flat_map(Map::values).filter_map(Value::as_str).any(is_entailment);
        return Ok(if entails { Task::ZeroShot } else { Task::Classifier });
    }
    if ends_with("ForConditionalGeneration") {
        return Ok(Task::Summarizer);
    }
    let what = format!(
        "does not tell what the model is for (architectures {architectures:?}); say it as \"task\" in {DESCRIPTION}"
    );
    Err(folder.invalid(CONFIG, what))
}

/// Whether a label of an entailment model says that the text says the hypothesis.
pub(crate) fn is_entailment(label: &str) -> bool {
    label.to_lowercase().starts_with("entail")
}
