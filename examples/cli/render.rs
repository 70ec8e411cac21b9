//! Rows to what a person reads.

use std::io::{Result, Write};

use standfirst::digest::{
    Abstention, Article, Digest, Row, SummarySentence, Topic, Unsupported, UnsupportedKind,
};

/// Plain text.
pub fn text(out: &mut impl Write, row: &Row) -> Result<()> {
    let digest = match row {
        Row::Digest(digest) => digest,
        Row::Failed(failed) => return writeln!(out, "{}: {}\n", failed.id, failed.error.message),
    };
    writeln!(out, "{}: {}", digest.id, count(digest))?;
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
    }
    writeln!(out)
}

/// Markdown, with the places of the summary's sentences.
pub fn markdown(out: &mut impl Write, row: &Row) -> Result<()> {
    let digest = match row {
        Row::Digest(digest) => digest,
        Row::Failed(failed) => {
            return writeln!(
                out,
                "# {}\n\n**Failed:** {}\n",
                escaped(&failed.id),
                escaped(&failed.error.message)
            );
        }
    };
    writeln!(out, "# {}\n\n{}\n", escaped(&digest.id), count(digest))?;
    for article in &digest.articles {
        writeln!(out, "## {}\n", escaped(&title(article)))?;
        writeln!(out, "*{}*\n", facts(article))?;
        writeln!(out, "**Topics:** {}\n", topics(article))?;
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
    format!(
        "{articles} article{}, {removed} piece{} of furniture removed",
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
    let named = |topic: &Topic| format!("{} {:.2}", topic.label, topic.score);
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
    let keywords: Vec<&str> =
        article.keywords.iter().map(|keyword| keyword.text.as_str()).collect();
    keywords.join(", ")
}

/// Text from a page, on one line and without control characters that a terminal would obey.
pub fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(visible).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
