//! A page's articles.
use std::io::{BufRead, Write};

use standfirst::page::{self, Page};

fn main() -> anyhow::Result<()> {
    let has = |name: &str| std::env::args().any(|a| a == name);
    let (facts, use_html) = (has("--line-facts"), has("--html"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let row: serde_json::Value = serde_json::from_str(&line?)?;
        let text = row["text"].as_str().unwrap_or("");
        let html = row["html"].as_str().unwrap_or("");
        if facts {
            let (text, lines) =
                if use_html { html_facts(html) } else { (text.to_owned(), page::line_facts(text)) };
            let rows: Vec<_> =
                lines.into_iter().map(|(s, f)| serde_json::json!([s.start, s.end, f])).collect();
            writeln!(out, "{}", serde_json::json!({"id": row["id"], "text": text, "lines": rows}))?;
            continue;
        }
        let (text, page) =
            if use_html { split_html(html) } else { (text.to_owned(), page::split(text)) };
        let articles: Vec<_> = page
            .articles
            .iter()
            .map(|a| {
                serde_json::json!({
                    "title": a.title.map(|t| serde_json::json!({"text": t.of(&text), "start": t.start, "end": t.end})),
                    "published": a.published, "truncated": a.truncated, "paragraphs": a.paragraphs,
                })
            })
            .collect();
        let mut digest =
            serde_json::json!({"id": row["id"], "articles": articles, "removed": page.removed});
        if use_html {
            digest["text"] = text.into();
        }
        writeln!(out, "{digest}")?;
    }
    Ok(())
}

#[cfg(feature = "html")]
fn html_facts(html: &str) -> (String, Vec<(standfirst::Span, Vec<f32>)>) {
    page::html_line_facts(html)
}
#[cfg(feature = "html")]
fn split_html(html: &str) -> (String, Page) {
    page::split_html(html)
}
#[cfg(not(feature = "html"))]
fn html_facts(_: &str) -> (String, Vec<(standfirst::Span, Vec<f32>)>) {
    Default::default()
}
#[cfg(not(feature = "html"))]
fn split_html(_: &str) -> (String, Page) {
    Default::default()
}
