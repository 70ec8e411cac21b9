//! What is measured, when and on what.
//!
//! In: the setting. Out: the report's first lines. No path and no name of the machine is among
//! them: a report is read elsewhere.

use std::fs;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use standfirst::{Digester, Input};
use standfirst_hub::resolve;
use standfirst_measure::machine;

use super::Setting;
use super::figures::About;
use crate::subject::EMBEDDED;

/// The weights inside the program.
pub const WEIGHTS: &[u8] = include_bytes!("../../../../../../models/embedded/model.safetensors");

pub fn about(setting: &Setting<'_>, digester: &Digester) -> Result<About> {
    // A digest says which model made it.
    let engine = digester.digest(&Input::article("model", "Rain fell."))?.engine;
    Ok(About {
        date: Timestamp::now().to_zoned(TimeZone::UTC).date().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: engine.model,
        sha256: weights_sha256(setting.model)?,
        machine: machine::machine(),
        command: match setting.model {
            EMBEDDED => "evaluate --all DATA".to_owned(),
            _ => "evaluate --all DATA --model FOLDER".to_owned(),
        },
    })
}

/// The sha256 of a model's weights; none where the folder holds them in another form.
fn weights_sha256(model: &str) -> Result<Option<String>> {
    if model == EMBEDDED {
        return Ok(Some(sha256(WEIGHTS)));
    }
    let path = resolve(model)?.join("model.safetensors");
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Some(sha256(&bytes)))
}

/// The sha256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_sha256() {
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::sha256(b""), of_nothing);
    }
}
