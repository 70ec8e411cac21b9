//! Rows to what a person reads.

use std::io::{Result, Write};

use standfirst::digest::{
    Abstention, Article, Considered, Digest, Row, SummarySentence, Topic, Unsupported,
    UnsupportedKind, Verdict,
};

use super::shown::{one_line, shown};

/// Plain text.
pub fn text(out: &mut impl Write, row: &Row) -> Result<()> {
    let digest = match row {
        Row::Digest(digest) => digest,
        Row::Failed(failed) => {
            let (id, message) = (shown(&failed.id), shown(&failed.error.message));
            return writeln!(out, "{id}: {message}\n");
        }
    };
    writeln!(out, "{}: {}", shown(&digest.id), count(digest))?;
    for article in &digest.articles {
        writeln!(out, "\n{}", title(article))?;
        writeln!(out, "  {}", facts(article))?;
        writeln!(out, "  topics    {}", topics(article))?;
        if !article.keywords.is_empty() {
            writeln!(out, "  keywords  {}", keywords(article))?;
        }
        for sentence in article.summary.iter().flat_map(|summary| &summary.sentences) {
            let mark = if sentence.is_verbatim() { "" } else { " [generated]" };
            writeln!(out, "  - {}{mark}", one_line(&sentence.text))?;
        }
        if let Some(listed) = unsupported(article) {
            writeln!(out, "  not in the article: {listed}")?;
        }
        for considered in article.summary.iter().flat_map(|summary| &summary.considered) {
            let Considered { score, verdict, .. } = considered;
            let why = verdict_words(*verdict);
            writeln!(out, "  {score:.3}  {why:<14}{}", one_line(&considered.text))?;
        }
    }
    writeln!(out)
}

/// Why a sentence was taken or left, in a few words.
fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "taken",
        Verdict::Label => "label",
        Verdict::Unfit => "unfit",
        Verdict::Repeats => "repeats",
        Verdict::TooLong => "too long",
        Verdict::PointsBack => "points back",
        Verdict::AddsNothing => "adds nothing",
        Verdict::Outranked => "outranked",
        _ => "left",
    }
}

/// Markdown, with the places of the summary's sentences.
pub fn markdown(out: &mut impl Write, row: &Row) -> Result<()> {
    let digest = match row {
        Row::Digest(digest) => digest,
        Row::Failed(failed) => {
            return writeln!(
                out,
                "# {}\n\n**Failed:** {}\n",
                escaped(&shown(&failed.id)),
                escaped(&shown(&failed.error.message))
            );
        }
    };
    writeln!(out, "# {}\n\n{}\n", escaped(&shown(&digest.id)), count(digest))?;
    for article in &digest.articles {
        writeln!(out, "## {}\n", escaped(&title(article)))?;
        writeln!(out, "*{}*\n", facts(article))?;
        writeln!(out, "**Topics:** {}\n", escaped(&topics(article)))?;
        if !article.keywords.is_empty() {
            writeln!(out, "**Keywords:** {}\n", escaped(&keywords(article)))?;
        }
        for sentence in article.summary.iter().flat_map(|summary| &summary.sentences) {
            let text = escaped(&one_line(&sentence.text));
            writeln!(out, "- {text} <sub>{}</sub>", places(sentence))?;
        }
        if let Some(listed) = unsupported(article) {
            writeln!(out, "\n**Not in the article:** {}", escaped(&listed))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Where a sentence stands, or what it was generated from.
fn places(sentence: &SummarySentence) -> String {
    let place = |span: &standfirst::Span| format!("{}–{}", span.start, span.end);
    if sentence.is_verbatim() {
        return sentence.spans().iter().map(place).collect::<Vec<_>>().join(", ");
    }
    let places: Vec<String> = sentence.sources().iter().map(|source| place(&source.span)).collect();
    if places.is_empty() {
        return "generated, without support".to_owned();
    }
    format!("generated from {}", places.join(", "))
}

/// What a summary says that the article does not, if anything.
fn unsupported(article: &Article) -> Option<String> {
    let summary = article.summary.as_ref().filter(|summary| !summary.unsupported.is_empty())?;
    let named = |item: &Unsupported| {
        let kind = match item.kind {
            UnsupportedKind::Number => "number",
            UnsupportedKind::Date => "date",
            UnsupportedKind::Name => "name",
            _ => "other",
        };
        format!("{} ({kind})", one_line(&item.text))
    };
    Some(summary.unsupported.iter().map(named).collect::<Vec<_>>().join(", "))
}

fn count(digest: &Digest) -> String {
    let (articles, removed) = (digest.articles.len(), digest.removed.len());
    let plural = |count| if count == 1 { "" } else { "s" };
    let why = digest.no_article.map(|why| format!(" ({})", why.as_str())).unwrap_or_default();
    format!(
        "{articles} article{}{why}, {removed} piece{} of furniture removed",
        plural(articles),
        plural(removed)
    )
}

fn title(article: &Article) -> String {
    article.title.as_ref().map_or_else(|| "(no title)".to_owned(), |title| one_line(&title.text))
}

fn facts(article: &Article) -> String {
    let mut facts = vec![article.language.clone()];
    facts.extend(article.published.clone());
    let changed = article.modified.as_ref().filter(|day| Some(*day) != article.published.as_ref());
    facts.extend(changed.map(|day| format!("changed {day}")));
    if !article.authors.is_empty() {
        let names = article.authors.iter().map(|author| one_line(&author.text));
        facts.push(format!("by {}", names.collect::<Vec<_>>().join(" and ")));
    }
    facts.push(format!(
        "{} paragraph{}",
        article.paragraphs.len(),
        if article.paragraphs.len() == 1 { "" } else { "s" }
    ));
    if article.truncated {
        facts.push("cut short by the page".to_owned());
    }
    facts.join(", ")
}

/// Level 1 with its score, level 2 in brackets behind it.
fn topics(article: &Article) -> String {
    if article.abstained {
        return match article.abstained_because {
            Some(Abstention::Language) => {
                format!("none: the model does not know the language ({})", article.language)
            }
            Some(Abstention::TooShort) => "none: there is not a word to go by".to_owned(),
            _ => "none is certain enough".to_owned(),
        };
    }
    let named = |topic: &Topic| format!("{} {:.2}", one_line(&topic.label), topic.score);
    let mut parts: Vec<String> = Vec::new();
    let mut children: Vec<String> = Vec::new();
    for topic in article.topics.iter().rev() {
        if topic.level > 1 {
            children.push(named(topic));
        } else if children.is_empty() {
            parts.push(named(topic));
        } else {
            children.reverse();
            parts.push(format!("{} ({})", named(topic), children.join(", ")));
            children.clear();
        }
    }
    parts.reverse();
    parts.join("; ")
}

fn keywords(article: &Article) -> String {
    let keywords: Vec<String> =
        article.keywords.iter().map(|keyword| one_line(&keyword.text)).collect();
    keywords.join(", ")
}

/// `text` without what Markdown would read as more than text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '~') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use standfirst::digest::Row;

    use super::{markdown, text};

    /// A row as JSON has it, with an abstract of three sentences: supported, taken from the article,
    /// invented.
    fn abstractive() -> Row {
        let sentences = json!([
            {"text": "Ilse Marten raised rates.", "start": 8, "end": 40, "score": 0.5,
             "sources": [{"start": 8, "end": 40, "weight": 0.5}]},
            {"text": "The bank met.", "start": 50, "end": 63, "score": 1.0},
            {"text": "Nobody juggles.", "start": 0, "end": 0, "score": 0.0},
        ]);
        let summary = json!({
            "kind": "abstractive",
            "text": "Ilse Marten raised rates. The bank met. Nobody juggles.",
            "sentences": sentences,
            "unsupported": [{"text": "Ilse Marten", "kind": "name", "sentence": 0}],
        });
        let article = json!({
            "language": "en", "paragraphs": [{"start": 0, "end": 63}], "truncated": false,
            "topics": [], "keywords": [], "summary": summary,
        });
        serde_json::from_value(json!({
            "schema": "standfirst/digest-1", "id": "rates",
            "engine": {"name": "embedded", "model": "m"}, "articles": [article], "removed": [],
        }))
        .unwrap()
    }

    #[test]
    fn what_is_generated_is_marked_for_people() {
        let (mut plain, mut marked_up) = (Vec::new(), Vec::new());
        text(&mut plain, &abstractive()).unwrap();
        markdown(&mut marked_up, &abstractive()).unwrap();
        let [plain, marked_up] = [plain, marked_up].map(|out| String::from_utf8(out).unwrap());
        for line in [
            "  - Ilse Marten raised rates. [generated]\n",
            "  - The bank met.\n",
            "  - Nobody juggles. [generated]\n",
            "  not in the article: Ilse Marten (name)\n",
        ] {
            assert!(plain.contains(line), "expected {line:?} in: {plain}");
        }
        for line in [
            "- Ilse Marten raised rates. <sub>generated from 8–40</sub>\n",
            "- The bank met. <sub>50–63</sub>\n",
            "- Nobody juggles. <sub>generated, without support</sub>\n",
            "**Not in the article:** Ilse Marten (name)\n",
        ] {
            assert!(marked_up.contains(line), "expected {line:?} in: {marked_up}");
        }
    }
}
