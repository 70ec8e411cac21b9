//! What every digest keeps, whatever the input was.

use std::ops::Range;

use standfirst::digest::{Article, Digest, Origin, Topic};
use standfirst::sentence::MAX_SHORT_SENTENCES;
use standfirst::topics::Taxonomy;
use standfirst::{Input, Offsets, Options, Span, SummaryOptions, TopicOptions};

/// Checks all that a digest of `input` promises.
pub(crate) fn check(input: &Input, options: &Options, digest: &Digest) {
    assert_eq!(digest.offsets, Offsets::Bytes);
    assert_eq!((digest.id.as_str(), digest.source.as_deref()), (input.id(), input.source()));
    let text = digest.text.as_deref().unwrap_or(input.text());
    for article in &digest.articles {
        title_is_where_it_says(text, article);
        paragraphs_lie_in_the_text(text, article);
        topics_fit_their_parents(article, options.topics.as_ref());
        summary_is_verbatim(text, article, options.summary.as_ref());
        let keywords = options.keywords.as_ref().map_or(0, |keywords| keywords.max);
        keywords_slice_the_text(text, article, keywords);
        let body = options.keep_text.then(|| article.body(text));
        assert_eq!(article.text, body, "the body's text on request, and only then");
    }
    let removed = digest.removed.iter().map(|removed| removed.span.start..removed.span.end);
    ascending(removed.clone(), text, "removed");
    if input.title().is_none() {
        no_text_is_lost(text, digest);
    }
}

/// The text at a range, which must lie in the text and on character boundaries.
fn slice<'t>(text: &'t str, range: Range<usize>, what: &str) -> &'t str {
    text.get(range.clone()).unwrap_or_else(|| {
        panic!("{what} at {range:?} is no slice of a text of {} bytes", text.len())
    })
}

/// Ranges are slices of the text, not empty, in order and apart.
fn ascending(ranges: impl Iterator<Item = Range<usize>>, text: &str, what: &str) {
    let mut last = 0;
    for range in ranges {
        assert!(
            !slice(text, range.clone(), what).trim().is_empty(),
            "{what} at {range:?} is blank"
        );
        assert!(range.start >= last, "{what} at {range:?} begins before {last}");
        last = range.end;
    }
}

fn range(span: Span) -> Range<usize> {
    span.start..span.end
}

fn title_is_where_it_says(text: &str, article: &Article) {
    let Some(title) = &article.title else { return };
    assert!(!title.text.trim().is_empty(), "a title is never blank");
    if let Some(span) = title.span {
        assert_eq!(slice(text, range(span), "title"), title.text);
    }
}

fn paragraphs_lie_in_the_text(text: &str, article: &Article) {
    assert!(!article.paragraphs.is_empty(), "an article has a paragraph");
    ascending(article.paragraphs.iter().copied().map(range), text, "paragraph");
    assert!(!article.language.is_empty());
}

fn in_a_paragraph(article: &Article, span: Span) -> bool {
    article.paragraphs.iter().any(|paragraph| paragraph.contains(span))
}

/// As [`in_a_paragraph`], or in several that nothing but white space is between: in an article of very
/// many very short sentences, neighbours are joined.
fn in_paragraphs(text: &str, article: &Article, span: Span) -> bool {
    let inside = article.paragraphs.iter().filter(|it| it.end > span.start && it.start < span.end);
    in_a_paragraph(article, span)
        || article.paragraphs.len() > MAX_SHORT_SENTENCES
            && inside.clone().next().is_some_and(|first| first.start <= span.start)
            && inside.clone().next_back().is_some_and(|last| last.end >= span.end)
            && inside.clone().zip(inside.skip(1)).all(|(one, next)| {
                text.get(one.end..next.start).is_some_and(|between| between.trim().is_empty())
            })
}

fn is_share(value: f32) -> bool {
    (0.0..=1.0).contains(&value)
}

fn topics_fit_their_parents(article: &Article, options: Option<&TopicOptions>) {
    let max = options.map_or(0, |options| options.max);
    assert_eq!(article.abstained, article.topics.is_empty() && max > 0);
    assert_eq!(article.abstained, article.abstained_because.is_some(), "and it says why");
    let mut parent: Option<&Topic> = None;
    let (mut top, mut last_top, mut last_child) = (0, 1.0, 1.0);
    for topic in &article.topics {
        assert!(is_share(topic.score), "{topic:?}");
        let least = options.and_then(|options| options.min_score).unwrap_or(0.0);
        assert!(topic.score >= least, "{topic:?}");
        let before = if topic.level == 1 {
            (top, parent, last_child) = (top + 1, Some(topic), 1.0);
            &mut last_top
        } else {
            assert_eq!(topic.level, 2);
            assert!(parent.is_some_and(|parent| topic.score <= parent.score), "{topic:?}");
            &mut last_child
        };
        assert!(topic.score <= *before, "best first: {:?}", article.topics);
        *before = topic.score;
        evidence_lies_in_paragraphs(article, topic);
    }
    assert!(top <= max);
    assert_eq!(article.scores.is_some(), options.is_some_and(|options| options.all_scores));
    for (code, &score) in article.scores.iter().flatten() {
        assert!(is_share(score), "{code} scores {score}");
    }
}

/// No score of level 2 lies above its parent's, among the scores of all topics too.
pub(crate) fn children_score_below_their_parents(taxonomy: &Taxonomy, digest: &Digest) {
    for scores in digest.articles.iter().filter_map(|article| article.scores.as_ref()) {
        for label in taxonomy.labels() {
            let Some(parent) = label.parent else { continue };
            let parent = &taxonomy.labels()[parent].code;
            assert!(scores.get(&label.code) <= scores.get(parent), "{} and {parent}", label.code);
        }
    }
}

fn evidence_lies_in_paragraphs(article: &Article, topic: &Topic) {
    let mut last = 1.0;
    for evidence in &topic.evidence {
        assert!(is_share(evidence.weight) && evidence.weight <= last, "{topic:?}");
        assert!(!evidence.span.is_empty(), "{topic:?}");
        assert!(in_a_paragraph(article, evidence.span), "{topic:?}");
        last = evidence.weight;
    }
    let sum: f32 = topic.evidence.iter().map(|evidence| evidence.weight).sum();
    // Three weights, each rounded to four decimals.
    assert!(sum <= 1.0002, "weights are shares of one whole, found {sum}");
}

fn summary_is_verbatim(text: &str, article: &Article, options: Option<&SummaryOptions>) {
    assert_eq!(article.summary.is_some(), options.is_some());
    let Some((summary, options)) = article.summary.as_ref().zip(options) else { return };
    let (sentences, joined, length) = (&summary.sentences, &summary.text, options.length);
    ascending(sentences.iter().map(|sentence| range(sentence.span)), text, "sentence");
    for sentence in sentences {
        let spans = sentence.spans();
        ascending(spans.iter().copied().map(range), text, "piece");
        let pieces: String = spans.iter().map(|&span| slice(text, range(span), "piece")).collect();
        assert_eq!(pieces, sentence.text);
        let ends = spans.first().zip(spans.last());
        let whole = ends.map(|(first, last)| Span::new(first.start, last.end));
        assert_eq!(whole, Some(sentence.span));
        let Origin::Verbatim { pieces } = &sentence.origin else { panic!("{sentence:?}") };
        assert!(options.compress || pieces.is_empty(), "{sentence:?}");
        assert!(in_paragraphs(text, article, sentence.span), "{sentence:?}");
        assert!(is_share(sentence.score), "{sentence:?}");
    }
    let parts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(*joined, parts.join(" "));
    let within = |limit: Option<usize>, found: usize| limit.is_none_or(|limit| found <= limit);
    assert!(within(length.sentences, sentences.len()), "{length:?}: {joined:?}");
    assert!(within(length.words, joined.split_whitespace().count()), "{length:?}: {joined:?}");
    assert!(within(length.chars, joined.chars().count()), "{length:?}: {joined:?}");
}

fn keywords_slice_the_text(text: &str, article: &Article, limit: usize) {
    assert!(article.keywords.len() <= limit);
    let mut last = 1.0;
    for keyword in &article.keywords {
        assert_eq!(slice(text, range(keyword.span), "keyword"), keyword.text);
        assert!(in_a_paragraph(article, keyword.span), "{keyword:?}");
        assert!(is_share(keyword.score) && keyword.score <= last, "{keyword:?}");
        last = keyword.score;
    }
}

/// Each character that is not white space or a byte order mark lies in exactly one title,
/// paragraph or removed span.
fn no_text_is_lost(text: &str, digest: &Digest) {
    let titles = digest.articles.iter().filter_map(|article| {
        let title = article.title.as_ref()?;
        title.span.map(range)
    });
    let paragraphs =
        digest.articles.iter().flat_map(|article| article.paragraphs.iter().copied().map(range));
    let removed = digest.removed.iter().map(|removed| range(removed.span));
    let mut told: Vec<Range<usize>> = titles.chain(paragraphs).chain(removed).collect();
    told.sort_by_key(|range| (range.start, range.end));
    let mut last = 0;
    for range in told.into_iter().chain(std::iter::once(text.len()..text.len())) {
        assert!(range.start >= last, "{range:?} overlaps what ends at {last}");
        let between = slice(text, last..range.start, "gap");
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        assert!(
            between.trim_matches(blank).is_empty(),
            "nothing says what became of {between:?} at {last}"
        );
        last = range.end;
    }
}
