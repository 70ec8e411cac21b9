//! Bytes to text.
//!
//! In: the bytes of a file or of an answer, and the encoding that a header named, where one did.
//! Out: their text, and for anything but plain UTF-8 an [`Encoding`]: which one was read and who
//! said so. Bytes that are no text in any encoding are refused; one that is wrong among others is
//! not: it becomes a replacement character, and is counted.
//! Knows nothing of HTML but where a document names its encoding.
//!
//! What is UTF-8 is read as such, whatever it claims to be: text in another encoding is next to never
//! valid UTF-8 by chance, and names of encodings are wrong often. Then a byte order mark counts
//! for most, then a header, the document's own word, and last what the letters look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding as Known, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// A document names its encoding in so many bytes, if it does (the standard says 1,024).
const META_BYTES: usize = 4096;
/// So many bytes tell text without a byte order mark in 16 bits.
const SAMPLE_BYTES: usize = 1 << 16;
/// Of text of 16 bits a character, at least one in so many is of ASCII: spaces, figures, marks.
const ASCII_IN: usize = 20;
/// Of text, fewer bytes than one in so many are control characters.
const CONTROLS_IN: usize = 100;
/// UTF-8 has at least so many good characters outside ASCII for each that is broken.
const GOOD_PER_BROKEN: usize = 4;

/// Which encoding the bytes of an input were read in, and how that was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Encoding {
    /// Its name in the Encoding Standard, such as `windows-1252` or `UTF-16LE`.
    pub name: String,
    /// Who said so.
    pub from: EncodingSource,
    /// How many places of the text could not be read and hold a replacement character (U+FFFD).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Who says which encoding bytes are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EncodingSource {
    /// A byte order mark.
    Bom,
    /// The header `Content-Type` of the answer that brought them.
    Header,
    /// The document itself: `<meta charset>`, or the declaration of XML.
    Meta,
    /// Nobody: it is the likeliest by the bytes.
    Detected,
}

/// Bytes that are text in no encoding.
#[derive(Debug)]
pub(crate) struct NoText {
    /// How many of them are control characters.
    pub(crate) controls: usize,
    pub(crate) cause: std::string::FromUtf8Error,
}

/// The text of `bytes`, and what it was read from where that is not plain UTF-8. `charset` is the
/// encoding that a header names.
pub(crate) fn decode(
    bytes: Vec<u8>,
    charset: Option<&str>,
) -> Result<(String, Option<Encoding>), NoText> {
    use EncodingSource::{Bom, Detected, Header, Meta};
    if let Some((known, _)) = Known::for_bom(&bytes).filter(|(known, _)| *known != UTF_8) {
        return Ok(read(&bytes, known, Bom));
    }
    if let Some(known) = wide(&bytes) {
        return Ok(read(&bytes, known, Detected));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !text.contains(ESCAPE) => return Ok((text, None)),
        // What switches its letters by escapes is of ASCII, byte by byte.
        Ok(text) => match detect(text.as_bytes()) {
            known if known.is_ascii_compatible() => return Ok((text, None)),
            known => return Ok(read(text.as_bytes(), known, Detected)),
        },
        Err(cause) => {
            let bytes = cause.as_bytes();
            let controls = bytes.iter().filter(|byte| is_control(**byte)).count();
            if controls * CONTROLS_IN > bytes.len() {
                return Err(NoText { controls, cause });
            }
            cause.into_bytes()
        }
    };
    let header = charset.and_then(known).map(|known| (known, Header));
    let stated = header.or_else(|| Some((known(meta_charset(&bytes)?)?, Meta)));
    let (good, broken) = characters(&bytes);
    Ok(match stated {
        Some((known, from)) if known == UTF_8 && good >= broken => read(&bytes, UTF_8, from),
        Some((known, from)) if known != UTF_8 && good < GOOD_PER_BROKEN * broken => {
            read(&bytes, known, from)
        }
        _ if good >= GOOD_PER_BROKEN * broken => read(&bytes, UTF_8, Detected),
        _ => read(&bytes, detect(&bytes), Detected),
    })
}

/// The first byte of what switches between sets of letters in ISO-2022-JP.
const ESCAPE: char = '\u{1b}';

fn read(bytes: &[u8], known: &'static Known, from: EncodingSource) -> (String, Option<Encoding>) {
    // A mark of UTF-8 is part of the text, as it is where all of it is UTF-8.
    let (text, replaced) = match from {
        EncodingSource::Bom => known.decode_with_bom_removal(bytes),
        _ => known.decode_without_bom_handling(bytes),
    };
    let replaced = if replaced { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
    let encoding = Encoding { name: known.name().to_owned(), from, replaced };
    (text.into_owned(), Some(encoding))
}

/// The encoding of that name. Who can read the name has a document of single bytes before them, so
/// that one of 16 bits is none.
fn known(label: &str) -> Option<&'static Known> {
    Known::for_label_no_replacement(label.trim().as_bytes()).map(|known| match known.name() {
        "UTF-16LE" | "UTF-16BE" => UTF_8,
        "x-user-defined" => WINDOWS_1252,
        _ => known,
    })
}

/// The likeliest encoding by the bytes, UTF-8 aside.
fn detect(bytes: &[u8]) -> &'static Known {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Text of 16 bits a character, without a byte order mark: characters of ASCII have a zero in one
/// of two bytes, always the same.
fn wide(bytes: &[u8]) -> Option<&'static Known> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let (mut first, mut second, mut units) = (0_usize, 0_usize, 0_usize);
    for unit in sample.chunks_exact(2) {
        units += 1;
        match unit {
            [0, 0] => return None,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let (known, zeros) = match (first, second) {
        (0, zeros) => (UTF_16LE, zeros),
        (zeros, 0) => (UTF_16BE, zeros),
        _ => return None,
    };
    if zeros == 0 || zeros * ASCII_IN < units || units < 2 {
        return None;
    }
    let (text, broken) = known.decode_without_bom_handling(sample.get(..2 * units)?);
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    // A sample may end within a pair.
    let broken = broken && text.matches(char::REPLACEMENT_CHARACTER).count() > 1;
    (!broken && controls * CONTROLS_IN <= units).then_some(known)
}

/// Whether a byte is one of the control characters that no text needs.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !byte.is_ascii_whitespace() && !matches!(byte, 0x0b | 0x1b)
}

/// How many characters outside ASCII are whole as UTF-8, and how many places are broken; that the
/// last character was cut off is no fault.
fn characters(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let cut = bytes.utf8_chunks().last().is_some_and(|last| {
        std::str::from_utf8(last.invalid()).is_err_and(|cause| cause.error_len().is_none())
    });
    (good, broken - usize::from(cut && good > 0))
}

/// The encoding that the document names: in a tag `<meta …>` or in the declaration of XML.
fn meta_charset(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..META_BYTES).unwrap_or(bytes);
    let tags = head.split(|byte| *byte == b'<').skip(1);
    let mut tags = tags.filter_map(|tag| tag.split(|byte| *byte == b'>').next());
    tags.find_map(|tag| {
        if starts(tag, b"meta") {
            value_of(tag, b"charset")
        } else if starts(tag, b"?xml") {
            value_of(tag, b"encoding")
        } else {
            None
        }
    })
}

/// What follows `key` and a sign of equality, without quotes.
fn value_of<'a>(tag: &'a [u8], key: &[u8]) -> Option<&'a str> {
    let mut at = tag.windows(key.len()).enumerate();
    at.find_map(|(start, window)| {
        if !window.eq_ignore_ascii_case(key) {
            return None;
        }
        let rest = tag.get(start + key.len()..)?.trim_ascii_start();
        let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let ends = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\'' | b';');
        let value = rest.split(ends).next()?;
        std::str::from_utf8(value).ok().filter(|value| !value.is_empty())
    })
}

fn starts(tag: &[u8], with: &[u8]) -> bool {
    tag.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// The encoding that the value of a header `Content-Type` names.
pub(crate) fn charset_of(content_type: &str) -> Option<&str> {
    value_of(content_type.as_bytes(), b"charset")
}

#[cfg(test)]
mod tests {
    use super::{Encoding, EncodingSource, charset_of, decode};
    use EncodingSource::{Bom, Detected, Header, Meta};

    const FERRY: &str = "“The ferry’s café reopens,” the mayor said: coffee costs 2 € on Sunday, \
        naïve guests pay more, and the déjà vu of nine years’ waiting is over.";

    fn check(bytes: &[u8], charset: Option<&str>, text: &str, name: &str, from: EncodingSource) {
        let (found, encoding) = decode(bytes.to_vec(), charset).unwrap();
        assert_eq!(found, text);
        assert_eq!(encoding, Some(Encoding { name: name.to_owned(), from, replaced: 0 }));
    }

    fn in_encoding(text: &str, name: &str) -> Vec<u8> {
        encoding_rs::Encoding::for_label(name.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_8_is_text_as_it_is() {
        for text in
            ["", "a", "\0", FERRY, "\u{feff}The ferry", "Паром вернулся", "\u{1b}[1mThe ferry"]
        {
            for charset in [None, Some("utf-8"), Some("windows-1252"), Some("none such")] {
                let decoded = decode(text.as_bytes().to_vec(), charset).unwrap();
                assert_eq!(decoded, (text.to_owned(), None));
            }
        }
    }

    #[test]
    fn single_bytes_are_read_by_header_by_meta_and_by_their_letters() {
        let bytes = in_encoding(FERRY, "windows-1252");
        check(&bytes, None, FERRY, "windows-1252", Detected);
        check(&bytes, Some("ISO-8859-1"), FERRY, "windows-1252", Header);
        check(&bytes, Some("utf-8"), FERRY, "windows-1252", Detected);
        for head in [
            "<meta charset=windows-1252>",
            "<html><META content='text/html; charset=Latin1' http-equiv=Content-Type>",
            "<meta name=a content=b><meta charset = \"cp1252\" />",
            "<?xml version='1.0' encoding=\"windows-1252\"?>",
        ] {
            let bytes = [head.as_bytes(), &bytes].concat();
            check(&bytes, None, &format!("{head}{FERRY}"), "windows-1252", Meta);
        }
        // The header knows better.
        let paris = "<meta charset=windows-1252>Паром вернулся на озеро в воскресенье.";
        let bytes = in_encoding(paris, "koi8-r");
        check(&bytes, Some("koi8-r"), paris, "KOI8-R", Header);
    }

    #[test]
    fn other_scripts_are_told_by_their_bytes() {
        for (text, name) in [
            ("Паром вернулся на озеро в воскресенье, сообщил мэр города.", "windows-1251"),
            ("フェリーは日曜日に湖を渡り、町の人々が集まった。", "Shift_JIS"),
            ("フェリーは日曜日に湖を渡り、町の人々が集まった。", "EUC-JP"),
            ("フェリーは日曜日に湖を渡り、町の人々が集まった。", "ISO-2022-JP"),
            ("渡轮星期天九年来第一次横渡湖泊，市长说全镇居民都很高兴。", "GBK"),
            ("여객선이 일요일에 호수를 건넜다고 시장이 말했다.", "EUC-KR"),
        ] {
            check(&in_encoding(text, name), None, text, name, Detected);
        }
    }

    #[test]
    fn characters_of_16_bits_are_read_with_and_without_a_mark() {
        for text in [FERRY, "The ferry", "フェリーは 2024 年に湖を渡った。\n町の人々が集まった。\n"]
        {
            check(&wide(text, u16::to_le_bytes), None, text, "UTF-16LE", Detected);
            check(&wide(text, u16::to_be_bytes), Some("utf-8"), text, "UTF-16BE", Detected);
            let marked = format!("\u{feff}{text}");
            check(&wide(&marked, u16::to_le_bytes), Some("utf-8"), text, "UTF-16LE", Bom);
            check(&wide(&marked, u16::to_be_bytes), None, text, "UTF-16BE", Bom);
        }
    }

    #[test]
    fn a_byte_that_is_wrong_costs_itself_alone() {
        for (charset, from) in
            [(None, Detected), (Some("utf-8"), Header), (Some("latin1"), Detected)]
        {
            let bytes = [FERRY.as_bytes(), b" It sails\x92 again."].concat();
            let (text, encoding) = decode(bytes, charset).unwrap();
            assert_eq!(text, format!("{FERRY} It sails\u{fffd} again."));
            let expected = Encoding { name: "UTF-8".to_owned(), from, replaced: 1 };
            assert_eq!(encoding, Some(expected));
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let noise: Vec<u8> =
            (0..4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let picture = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &noise].concat();
        for bytes in [noise, picture] {
            assert!(decode(bytes, Some("windows-1252")).is_err());
        }
    }

    #[test]
    fn a_header_names_its_charset_in_any_form() {
        assert_eq!(charset_of("text/html; charset=utf-8"), Some("utf-8"));
        assert_eq!(charset_of("text/html;Charset=\"koi8-r\"; x=y"), Some("koi8-r"));
        assert_eq!(charset_of("text/html"), None);
    }
}
