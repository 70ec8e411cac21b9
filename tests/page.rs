//! The page splitter from outside: what holds for every page, then pages of the shapes we met.

use proptest::prelude::*;
use standfirst::page::{self, Page, Reason};

/// The page of our own that README shows.
const PAGE: &str = include_str!("../examples/data/page.txt");

/// Checks what holds for every page, and gives the page back.
fn checked(text: &str, page: Page) -> Page {
    let mut covered = vec![0_u8; text.len()];
    let titles = page.articles.iter().filter_map(|a| a.title);
    let paragraphs = page.articles.iter().flat_map(|a| a.paragraphs.iter().copied());
    let removed = page.removed.iter().map(|r| r.span);
    for span in titles.chain(paragraphs).chain(removed) {
        let part = span.get(text).expect("a span in range, on character boundaries");
        assert!(!part.trim().is_empty(), "an empty span {span:?}");
        assert_eq!(part, part.trim(), "white space at an end of {span:?}");
        for slot in &mut covered[span.start..span.end] {
            *slot += 1;
        }
    }
    for (at, c) in text.char_indices() {
        if !c.is_whitespace() && c != '\u{feff}' {
            assert_eq!(covered[at], 1, "{c:?} at {at} lies in {} spans", covered[at]);
        }
    }
    let mut last = 0;
    for article in &page.articles {
        assert!(!article.paragraphs.is_empty(), "an article without a body");
        for span in article.title.iter().chain(&article.paragraphs) {
            assert!(span.start >= last, "out of order: {span:?}");
            last = span.end;
        }
    }
    assert!(page.removed.is_sorted_by_key(|removed| removed.span));
    page
}

fn split(text: &str) -> Page {
    let page = checked(text, page::split(text));
    assert_eq!(page, page::split(text), "the same text, another page");
    page
}

/// Titles and numbers of paragraphs, as `title/3`; `~` after what the page cut short.
fn outline(text: &str, page: &Page) -> Vec<String> {
    page.articles
        .iter()
        .map(|a| {
            let title = a.title.map_or("-", |span| span.of(text));
            format!("{title}/{}{}", a.paragraphs.len(), if a.truncated { "~" } else { "" })
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(outline(text, &split(text)), expected, "{text}");
}

/// Pieces from which pages of every shape are put together.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Night ferry returns to Lake Orrin | Region | Post".to_owned()),
        Just("Bakers ask for a price that holds".to_owned()),
        Just("Bakers ask for a price that holds".to_owned()),
        Just("Home".to_owned()),
        Just("Share".to_owned()),
        Just("Read more".to_owned()),
        Just("Release time:Apr 14, 2024 08:32 AM".to_owned()),
        Just("By Ilse Varga".to_owned()),
        Just("| | |".to_owned()),
        Just("...".to_owned()),
        Just("The ferry crossed the lake on Sunday for the first time in nine years, and a band played.".to_owned()),
        Just("The mill at Stavne answers that it buys on the exchange. It cannot promise what it does not know. The guild has asked the savings bank for a loan of four million and a plot of land near the".to_owned()),
        Just("渡轮周日九年来首次横渡奥林湖。船上有二百人。".to_owned()),
        Just("عبرت العبارة البحيرة يوم الأحد لأول مرة منذ تسع سنوات.".to_owned()),
        "\\PC{0,40}",
    ];
    let gap = prop_oneof![
        Just("\n"),
        Just("\n\n"),
        Just("\r\n"),
        Just("\r\n\r\n"),
        Just("\u{2028}"),
        Just(" "),
        Just("\t\n \n"),
        Just("\r"),
        Just("\u{85}"),
        Just("\0"),
    ];
    prop::collection::vec((piece, gap), 0..40).prop_map(|parts| {
        parts.into_iter().flat_map(|(piece, gap)| [piece, gap.to_owned()]).collect()
    })
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_covered(text in any::<String>()) {
        split(&text);
        checked(&text, page::whole(&text));
    }

    #[test]
    fn any_page_is_covered(text in pieces()) {
        split(&text);
    }

    #[test]
    fn carriage_returns_change_offsets_only(text in pieces()) {
        let text = text.replace('\r', "");
        let wide = text.replace('\n', "\r\n");
        let (a, b) = (split(&text), split(&wide));
        let narrow = |outline: Vec<String>| -> Vec<String> {
            outline.iter().map(|article| article.replace("\r\n", "\n")).collect()
        };
        prop_assert_eq!(outline(&text, &a), narrow(outline(&wide, &b)));
        let said = |text: &str, page: &Page| -> Vec<(String, Reason)> {
            let text_of = |span: standfirst::Span| span.of(text).replace("\r\n", "\n");
            page.removed.iter().map(|r| (text_of(r.span), r.reason)).collect()
        };
        prop_assert_eq!(said(&text, &a), said(&wide, &b));
    }
}

#[test]
fn a_title_that_returns_among_cut_stories_is_covered() {
    let story = "The mill at Stavne answers that it buys on the exchange. It cannot promise what it does not know. The guild has asked the savings bank for a loan of four million and a plot of land near the";
    split(&format!(
        "Bakers ask for a price that holds\n{story} 渡轮周日九年来首次横渡奥林湖。船上有二百人。 {story}\n\
         Release time:Apr 14, 2024 08:32 AM\nBakers ask for a price that holds\nHome\n\
         The ferry crossed the lake on Sunday for the first time in nine years, and a band played. Home\n\
         Bakers ask for a price that holds\n"
    ));
}

#[test]
fn our_page_splits_into_its_six_stories() {
    let page = split(PAGE);
    assert_eq!(
        outline(PAGE, &page),
        [
            "Night ferry returns to Lake Orrin after nine years/18",
            "Bakers of three valleys ask the mill for a price that holds/1~",
            "Chess club of Hemmeln wins the cup with a team of grandmothers/1~",
            "Observatory finds a comet that was thought to be lost/1~",
            "Court orders Vessby to reopen its footpath through the orchards/1~",
            "Record frost in April halves the cherry harvest/1~",
        ]
    );
    assert_eq!(page.articles[0].published.as_deref(), Some("2024-05-06T07:45:00"));
    assert!(page.articles[1..].iter().all(|article| article.published.is_none()));
    let body: Vec<&str> = page.articles[0].paragraphs.iter().map(|p| p.of(PAGE)).collect();
    for heading in [
        "A bridge that nobody could pay for",
        "Batteries below, a canteen above",
        "What the crossing costs",
    ] {
        assert!(body.contains(&heading), "{heading} is part of the story");
    }
    assert!(body.iter().all(|p| !p.starts_with("Night ferry returns")));
    let why = |part: &str| {
        page.removed.iter().find(|r| r.span.of(PAGE).starts_with(part)).map(|r| r.reason)
    };
    assert_eq!(why("| Region | Orrin"), Some(Reason::TitleSuffix));
    assert_eq!(why("Night ferry returns"), Some(Reason::RepeatedLine));
    assert_eq!(why("Release time"), Some(Reason::DateLine));
    assert_eq!(why("Share on"), Some(Reason::Share));
    assert_eq!(why("By Ilse"), Some(Reason::Byline));
    assert_eq!(why("Home | Region"), Some(Reason::Navigation));
}

/// The page this library started from; it is not ours to pass on, so it lies beside the checkout.
#[test]
fn the_first_page_splits_into_its_six_stories() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seed/page.txt");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no {path}");
        return;
    };
    let page = split(&text);
    assert_eq!(page.articles.len(), 6);
    let starts = [
        "Common Prosperity China Practice",
        "Guiding the right direction",
        "Strengthening",
        "The overall stable operation of domestic prices",
        "The Construction of Modern Civilization",
        "what's so special",
    ];
    for (article, start) in page.articles.iter().zip(starts) {
        let title = article.title.map_or("", |span| span.of(&text));
        assert!(title.starts_with(start), "{title}");
        for site in ["| News | China", "| Population |", "| Overall", "| General Secretary"] {
            assert!(!title.contains(site), "{title}");
        }
    }
    assert_eq!(page.articles[0].published.as_deref(), Some("2024-04-14T08:32:00"));
    let body: Vec<&str> = page.articles[0].paragraphs.iter().map(|p| p.of(&text)).collect();
    assert_eq!(body.len(), 48);
    assert!(body.iter().all(|p| !p.contains("| News | China")));
    for heading in [
        "Innovative Development Strategies",
        "Building a Solid Foundation",
        "\"Red Lady\" Zhao Hongyi",
        "How can Zhejiang",
    ] {
        assert!(body.iter().any(|p| p.starts_with(heading)), "{heading}");
    }
    assert!(page.articles[1..].iter().all(|article| article.paragraphs.len() == 1));
    let cut: Vec<bool> = page.articles.iter().map(|article| article.truncated).collect();
    assert_eq!(cut, [false, false, true, true, false, true]);
}

#[test]
fn pages_without_much_on_them() {
    check("", &[]);
    check(" \n\r\n\t", &[]);
    check("Ferry", &["-/1"]);
    check("The ferry sails again, the mayor said on Monday.", &["-/1"]);
    check(
        "Ferry sails again\n\nThe ferry crossed the lake on Sunday for the first time in nine years.",
        &["Ferry sails again/1"],
    );
}

const STORY: &str = "The ferry crossed Lake Orrin on Sunday for the first time in nine years, with a band on deck.\n\n\
    The town paid for the repair with the money that it had put aside for a bridge, the mayor said.\n\n\
    Two hundred people came along, and the baker at the pier had sold out before the ship cast off.";

#[test]
fn a_story_between_menus_loses_them() {
    let text = format!(
        "Ferry sails again - Orrin Post\n\nHome\nNews\nSport\nSign in\nSubscribe\n\n\
         Ferry sails again\n\nPublished 10:21 EDT, 3 May 2019\n\nShare\n\n{STORY}\n\nMost read\n\n\
         Frost halves the harvest\nCourt opens the path\n\nPrivacy policy\nTerms of use\n\
         \u{a9} 2019 Orrin Post, all rights reserved"
    );
    let page = split(&text);
    assert_eq!(outline(&text, &page), ["Ferry sails again/3"]);
    assert_eq!(page.articles[0].published.as_deref(), Some("2019-05-03T10:21:00"));
}

#[test]
fn readers_comments_are_no_part_of_the_story() {
    let comments: String = [
        (
            "oarsman",
            "I remember the old ferry well, and she was never on time. Not once in thirty years!",
        ),
        (
            "Ilse from the pier",
            "You are wrong about that. She was late on Mondays only, because of the milk.",
        ),
        (
            "oarsman",
            "Which is what I said. Mondays are days too, and the bridge would have cost less.",
        ),
        (
            "Tomas",
            "Nobody needs a bridge. I go across twice a week and I have yet to see a queue there.",
        ),
    ]
    .iter()
    .enumerate()
    .map(|(n, (who, said))| {
        format!("\n\n{who} says:\n\nMay {}, 2019 at 6:1{n} am\n\n{said}\n\nReply", n + 4)
    })
    .collect();
    let text = format!(
        "Ferry sails again - Orrin Post\n\nHome\nNews\nSport\nSign in\n\nFerry sails again\n\n\
         Published 3 May 2019\n\n{STORY}\n\n4 responses to \u{201c}Ferry sails again\u{201d}{comments}\n\n\
         Leave a comment\n\nYour email address will not be published."
    );
    check(&text, &["Ferry sails again/3"]);
}

#[test]
fn an_unmarked_teaser_is_told_by_its_words_and_a_caption_is_not() {
    let text = format!(
        "Ferry sails again | Region\n\n{STORY}\n\n\
         The ferry at the Lake Orrin pier on Sunday, with the band on her deck\n\n\
         The ferry will cross Lake Orrin twice a day. The mayor said that the town had no money \
         left for a bridge. The baker at the pier has bought a second oven. He will open on \
         Sunday as well, he said.\n\n\
         Chess club of Hemmeln wins the provincial cup\n\n\
         The youngest player is sixty-eight. On Saturday the women of Hemmeln beat the \
         favourites from the capital by three boards to one. Their captain, Rosa Ekdal, learned \
         chess at fifty from a library book, because the novels"
    );
    check(&text, &["Ferry sails again/5", "Chess club of Hemmeln wins the provincial cup/1~"]);
}

#[test]
fn each_date_goes_to_the_story_it_stands_at() {
    let text = format!(
        "Ferry sails again | Region\n\nPosted: 2 May 2024\n\n{STORY}\n\n\
         Chess club wins the cup | Sport\nChess club wins the cup | Sport\n\nPosted: 1 May 2024\n\n\
         The youngest player is sixty-eight. On Saturday the women beat the favourites by three boards..."
    );
    let page = split(&text);
    let dates: Vec<_> = page.articles.iter().map(|a| a.published.as_deref()).collect();
    assert_eq!(dates, [Some("2024-05-02"), Some("2024-05-01")]);
}

#[test]
fn where_the_page_stops_the_article_is_truncated() {
    for (end, truncated) in [
        ("and then the band played.", false),
        ("and then the band played.\u{201d}", false),
        ("and then the band\u{2026}", true),
        ("and then the band...", true),
        ("and then the band [...]", true),
        ("and then the band was asked to", true),
        ("and then the band played. Read more", true),
    ] {
        let text = format!(
            "Ferry sails again | Region\n\n\
             The ferry crossed Lake Orrin on Sunday with two hundred people, {end}"
        );
        let page = split(&text);
        assert_eq!(page.articles[0].truncated, truncated, "{end}");
    }
}

#[test]
fn a_whole_article_keeps_every_line() {
    let text = "Share\n\nThe ferry sails again.\r\n\r\nHome";
    let page = checked(text, page::whole(text));
    assert_eq!(outline(text, &page), ["-/3"]);
    assert!(page.removed.is_empty());
}

#[test]
fn reasons_have_the_names_of_the_wire_format() {
    for reason in [Reason::RepeatedLine, Reason::TitleSuffix, Reason::DateLine, Reason::Other] {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
    }
}

#[test]
fn a_long_line_and_many_lines_take_no_more_than_their_length() {
    let started = std::time::Instant::now();
    let long = "word, ".repeat(1 << 20);
    assert_eq!(page::split(&long).articles.len(), 1);
    page::split(&"Share on everything\n".repeat(1 << 17));
    page::split(&"Ferry sails again | Region\n\nThe ferry sails.\n".repeat(1 << 15));
    page::split(&(0..1 << 16).map(|i| format!("Line {i} | News\n")).collect::<String>());
    for mark in [" |", " »", "- ", " - ", " : ", " :: "] {
        page::split(&format!("Hello big world{} end\n\nThe ferry sails.\n", mark.repeat(1 << 18)));
    }
    // Generous: a quadratic step would take hours.
    assert!(started.elapsed().as_secs() < 120);
}

#[cfg(feature = "html")]
mod html {
    use super::{STORY, checked, outline};
    use proptest::prelude::*;
    use standfirst::page::{self, Page, Reason};

    fn split_html(html: &str) -> (String, Page) {
        let (text, page) = page::split_html(html);
        let page = checked(&text, page);
        (text, page)
    }

    fn document(head: &str, body: &str) -> String {
        format!("<!doctype html><html><head>{head}</head><body>{body}</body></html>")
    }

    fn paragraphs() -> String {
        STORY.split("\n\n").map(|p| format!("<p>{p}</p>")).collect()
    }

    fn markup() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<div class='story-body'>",
            "</div>",
            "<a href=x>",
            "</a>",
            "<li>",
            "<ul>",
            "</ul>",
            "<h1>",
            "</h1>",
            "<td>",
            "<table>",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "<script type=application/ld+json>",
            "<!--",
            "-->",
            "<figcaption>",
            "</figure>",
            "<figure>",
            "<textarea>",
            "&amp;",
            "&#0;",
            "<br>",
            "\r\n",
            "<svg>",
            "</svg>",
            "\u{feff}",
            "The ferry crossed the lake on Sunday for the first time in nine years.",
            "Home",
            "\"datePublished\": \"2024-04-14\"",
            "<plaintext>",
            "<time datetime=2024-04-14>",
        ])
    }

    proptest! {
        #![proptest_config(super::config())]

        #[test]
        fn any_html_is_covered(html in any::<String>()) {
            split_html(&html);
        }

        #[test]
        fn any_markup_is_covered(parts in prop::collection::vec(markup(), 0..60)) {
            split_html(&parts.concat());
        }
    }

    #[test]
    fn markup_tells_story_from_furniture() {
        let html = document(
            "<title>Ferry sails again - Orrin Post</title>\
             <meta property='og:title' content='Ferry sails again'>",
            &format!(
                "<nav><ul><li><a>Home</a><li><a>News</a></ul></nav>\
                 <main><article><h1>Ferry sails again</h1>{}\
                 <figure><img><figcaption>The ferry at the pier on Sunday, with the band on her \
                 deck.</figcaption></figure></article></main>\
                 <aside><h2>Most read</h2>\
                 <p><a>Frost halves the harvest of cherries along the river</a></p></aside>\
                 <footer>Orrin Post, all rights reserved</footer>",
                paragraphs()
            ),
        );
        let (text, page) = split_html(&html);
        assert_eq!(outline(&text, &page), ["Ferry sails again/3"]);
        let caption = page.removed.iter().find(|r| r.span.of(&text).starts_with("The ferry at"));
        assert_eq!(caption.map(|r| r.reason), Some(Reason::Caption));
    }

    #[test]
    fn the_head_states_the_date() {
        let zoned = "2024-04-14T08:32:00+02:00";
        for (head, expected) in [
            ("<meta property='article:published_time' content='2024-04-14T08:32:00+02:00'>", zoned),
            (
                "<script type='application/ld+json'>{\"datePublished\" : \"2024-04-14T08:32:00Z\"}</script>",
                "2024-04-14T08:32:00",
            ),
            ("<meta itemprop=datePublished content='2024-04-14 08:32'>", "2024-04-14T08:32:00"),
        ] {
            let (_, page) = split_html(&document(head, &paragraphs()));
            let published = page.articles.first().and_then(|a| a.published.as_deref());
            assert_eq!(published, Some(expected), "{head}");
        }
    }

    #[test]
    fn text_comes_out_readable() {
        let html = "<p>One &amp; two<b>three</b> <i>four</i></p>five<br>six<script>seven</script>\
                    <style>eight</style><li>nine";
        let (text, _) = split_html(html);
        assert_eq!(text, "One & twothree four\n\nfive\nsix\nnine");
    }

    #[test]
    fn deep_nesting_is_only_deep() {
        let started = std::time::Instant::now();
        let deep = 100_000;
        let html = format!("{}{STORY}{}", "<div>".repeat(deep), "</div>".repeat(deep));
        assert_eq!(split_html(&html).1.articles.len(), 1);
        split_html(&"<b><p><table><a>".repeat(deep));
        split_html(&"</i></p>".repeat(deep));
        split_html(&"<".repeat(deep));
        assert!(started.elapsed().as_secs() < 60);
    }
}
