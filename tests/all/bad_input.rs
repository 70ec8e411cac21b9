//! Text nobody asked for: each case ends in a digest or in a row that says why, never in a panic.

use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use standfirst::digest::{Article, Digest, Failed, Row};
use standfirst::summary::{Length, Summary};
use standfirst::{
    Digester, ErrorKind, Input, KeywordOptions, Options, SummaryOptions, TopicOptions, page,
};

use crate::pages::{HTML, PAGE, RATES, RATES_TITLE, digester, with};
use crate::promises;

/// The digest of an input, once it kept its promises.
fn digest(input: &Input) -> Digest {
    let digest = digester().digest(input).unwrap();
    promises::check(input, &Options::default(), &digest);
    digest
}

/// The only article of an input.
fn article(input: &Input) -> Article {
    let mut digest = digest(input);
    assert_eq!(digest.articles.len(), 1, "{digest:?}");
    digest.articles.remove(0)
}

/// The summary of an article.
fn summary(article: &Article) -> &Summary {
    article.summary.as_ref().unwrap()
}

/// An input that holds no text is refused by name.
fn check_empty(input: &Input) {
    let error = digester().digest(input).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Empty);
    assert_eq!(error.to_string(), format!("{} holds no text", input.id()));
}

/// Whether the full sizes are asked for.
fn slow() -> bool {
    std::env::var_os("STANDFIRST_SLOW").is_some()
}

/// `full` when slow tests are asked for; else `brief`, and a word about it.
fn sized<T>(brief: T, full: T) -> T {
    if slow() {
        return full;
    }
    eprintln!("a fraction of the full size; set STANDFIRST_SLOW=1 for all of it");
    brief
}

/// Digests within a bound that only a cost growing faster than the text would break.
fn check_time(input: &Input, bound: Duration) -> Digest {
    let digester = digester();
    let start = Instant::now();
    let digest = digester.digest(input).unwrap();
    let took = start.elapsed();
    promises::check(input, &Options::default(), &digest);
    assert!(
        took <= bound,
        "{} bytes took {took:?}, expected at most {bound:?}",
        input.text().len()
    );
    digest
}

/// A text's language is told, its summary is there, and topics abstain.
fn check_foreign(paragraphs: [&str; 2], language: &str) {
    let text = paragraphs.join("\n\n");
    for input in [Input::article(language, text.as_str()), Input::page(language, text)] {
        let article = article(&input);
        assert_eq!(article.language, language);
        assert!(!summary(&article).sentences.is_empty(), "{article:?}");
        assert!(article.abstained && article.topics.is_empty(), "{article:?}");
    }
}

/// A paragraph in each of some languages.
const GERMAN: &str = "Der Stadtrat von Unterhamm hat am Mittwoch beschlossen, die alte Brücke über die Velle für zwei \
    Jahre zu sperren. Die Händler der Innenstadt fürchten um ihre Kundschaft und wollen klagen.";
const RUSSIAN: &str = "Городской совет Нижнего Хамма решил в среду закрыть старый мост через реку на два года. \
    Торговцы в центре города боятся потерять покупателей.";
const CHINESE: &str = "下哈姆市议会星期三决定，将河上的老桥关闭两年。市中心的商家担心顾客会减少。";
const ARABIC: &str = "قرر مجلس المدينة يوم الأربعاء إغلاق الجسر القديم فوق النهر لمدة عامين. ويخشى التجار في وسط المدينة \
    من فقدان زبائنهم.";
const HEBREW: &str = "ראש העיר הודיע ביום רביעי כי הגשר מעל הנהר ייסגר לשנתיים. הסוחרים במרכז העיר חוששים שהלקוחות לא \
    יגיעו.";

/// Text with other line ends gives the articles of the text with plain ones.
fn check_line_ends(line_end: &str) {
    let told = |digest: Digest, text: &str| -> Vec<(Option<String>, Vec<String>, Vec<String>)> {
        let articles = digest.articles.into_iter();
        articles
            .map(|article| {
                let paragraphs = article.paragraphs.iter().map(|span| span.of(text).to_owned());
                let sentences = summary(&article).sentences.iter();
                let sentences = sentences.map(|sentence| sentence.text.clone()).collect();
                (article.title.map(|title| title.text), paragraphs.collect(), sentences)
            })
            .collect()
    };
    let other = PAGE.replace('\n', line_end);
    let found = told(digest(&Input::page("page", other.as_str())), &other);
    assert_eq!(found, told(digest(&Input::page("page", PAGE)), PAGE), "{line_end:?}");
}

#[test]
fn empty_and_blank_inputs_are_refused_by_name() {
    for text in ["", " ", "\n\n\n", "\r\n \t\u{a0}\u{3000}\u{2028}"] {
        check_empty(&Input::page("nothing", text));
        check_empty(&Input::article("nothing", text));
        check_empty(&Input::article("nothing", text).with_title(RATES_TITLE));
        check_empty(&Input::html("nothing", text));
    }
}

#[test]
fn one_word_is_an_article_of_one_word() {
    for text in ["Rain", "Rain.", "\n\n  Rain \n"] {
        let article = article(&Input::article("word", text));
        assert_eq!(summary(&article).text, text.trim());
        assert_eq!(article.paragraphs.len(), 1);
    }
    digest(&Input::page("word", "Rain"));
    digest(&Input::html("word", "Rain"));
}

#[test]
fn text_without_a_word_is_no_panic() {
    for text in ["?", "...", "— — —", "***\n***", "0", "12:30", "\u{200b}", "\u{301}"] {
        digest(&Input::page("marks", text));
        digest(&Input::article("marks", text));
    }
}

#[test]
fn a_headline_alone_is_told() {
    let digest = digest(&Input::page("headline", RATES_TITLE));
    let told = digest.articles.len() + digest.removed.len();
    assert!(told > 0, "{digest:?}");
}

#[test]
fn megabytes_on_one_line_are_digested_in_time() {
    let bytes = sized(2 << 20, 50 << 20);
    let line = RATES.replace("\n\n", " ").repeat(bytes / RATES.len() + 1);
    let bound = sized(Duration::from_secs(60), Duration::from_secs(900));
    let digest = check_time(&Input::article("line", line.as_str()), bound);
    assert!(!summary(&digest.articles[0]).sentences.is_empty());
    check_time(&Input::page("line", line), bound);
}

#[test]
fn megabytes_on_one_line_without_punctuation_are_digested_in_time() {
    let bytes = sized(2 << 20, 50 << 20);
    let words: String = RATES.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let bound = sized(Duration::from_secs(60), Duration::from_secs(900));
    let line = format!("{words} ").repeat(bytes / words.len() + 1);
    let digest = check_time(&Input::article("words", line), bound);
    assert!(!summary(&digest.articles[0]).sentences.is_empty());
    let one_word = "a".repeat(bytes);
    check_time(&Input::article("one word", one_word.as_str()), bound);
    check_time(&Input::page("one word", one_word), bound);
}

#[test]
fn many_short_lines_are_digested_in_time() {
    let count = sized(40_000, 1_000_000);
    let bound = sized(Duration::from_secs(60), Duration::from_secs(900));
    let different: String = (0..count).map(|line| format!("Stop {line}\n")).collect();
    check_time(&Input::page("different lines", different.as_str()), bound);
    check_time(&Input::article("different lines", different), bound);
    check_time(&Input::page("same lines", "Rain fell.\n".repeat(count)), bound);
    check_time(&Input::page("bars", "Home | News\n\n".repeat(count)), bound);
    let stories: String = (0..count / 4)
        .map(|n| format!("Bridge {n} opens\nBridge {n} opens\n\nThe bridge number {n} over the\n"))
        .collect();
    check_time(&Input::page("teasers", stories), bound);
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_position() {
    for (bytes, at) in [
        (b"\x7fELF\x02\x01\x01\0\xe9".to_vec(), 8),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), 0),
        (b"rain \x01\xc0\x80".to_vec(), 6),
    ] {
        let error = Input::from_bytes("front.txt", bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidUtf8);
        let expected = format!("front.txt is not UTF-8 (first bad byte at {at}), and no text in");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
    }
}

#[test]
fn a_page_in_another_encoding_is_read_and_its_row_carries_the_text() {
    let quoted = format!("“Café,” {PAGE}");
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&quoted);
    let input = Input::from_bytes("old.txt", bytes.into_owned()).unwrap();
    let found = digest(&input);
    assert_eq!(found.text.as_deref(), Some(quoted.as_str()));
    assert_eq!(serde_json::to_value(&found.encoding).unwrap()["name"], "windows-1252");
    let plain = digest(&Input::page("new.txt", quoted));
    assert_eq!((&found.articles, plain.text, plain.encoding), (&plain.articles, None, None));
}

#[test]
fn a_document_without_text_is_a_row_that_says_why() {
    for (html, why) in [
        ("<html><body><script>start()</script></body></html>", "script-only"),
        ("<html><body><p> </p><!-- Rain --><img src=a.png></body></html>", "no-text"),
        ("<title>Oops</title><h1>Page not found</h1><p>It may have moved.</p>", "error-page"),
    ] {
        let found = digest(&Input::html("shell", html));
        assert!(found.articles.is_empty(), "{html}");
        assert_eq!(found.no_article.unwrap().as_str(), why, "{html}");
    }
    check_empty(&Input::html("blank", " "));
}

#[test]
fn a_bad_input_is_a_failed_row_and_the_run_goes_on() {
    let unreadable = Input::from_bytes("photo.txt", b"\xff\xd8\xff\xe0\0\x10".to_vec())
        .map_err(|error| Failed::from_error("photo.txt", Some("photo.txt"), &error));
    let inputs = [
        Ok(Input::article("a", RATES)),
        unreadable,
        Ok(Input::page("b", " ")),
        Ok(Input::page("c", PAGE)),
    ];
    for jobs in [1, 4] {
        let digester = digester();
        let rows: Vec<Row> =
            digester.rows(inputs.clone(), NonZeroUsize::new(jobs).unwrap()).collect();
        let kinds: Vec<&str> = rows
            .iter()
            .map(|row| match row {
                Row::Digest(_) => "digest",
                Row::Failed(failed) => failed.error.kind.as_str(),
            })
            .collect();
        assert_eq!(kinds, ["digest", "invalid-utf8", "empty", "digest"]);
    }
}

#[test]
fn nul_bytes_are_text_like_any_other() {
    let text = RATES.replace("Thursday", "Thurs\0day").replace("autumn.", "autumn.\0");
    let found = article(&Input::article("nul", text));
    assert!(summary(&found).sentences.iter().any(|sentence| sentence.text.contains("Marrowland")));
    digest(&Input::page("nul", "\0"));
    digest(&Input::page("nul", PAGE.replace(' ', "\0")));
    digest(&Input::html("nul", HTML.replace("Velle", "Vel\0le")));
}

#[test]
fn line_ends_of_any_kind_give_the_same_articles() {
    check_line_ends("\r\n");
    check_line_ends("\r");
    check_line_ends("\u{2028}");
    check_line_ends("\u{85}");
}

#[test]
fn a_line_separator_parts_lines_and_no_summary_holds_one() {
    let text = format!("{RATES_TITLE}\u{2028}\u{2029}{}", RATES.replace("\n\n", "\u{2029}"));
    let found = article(&Input::page("separators", text));
    assert_eq!(found.title.as_ref().unwrap().text, RATES_TITLE);
    assert_eq!(found.paragraphs.len(), 5);
    assert!(!summary(&found).text.contains(['\u{2028}', '\u{2029}']));
}

#[test]
fn a_byte_order_mark_counts_in_the_offsets() {
    let marked = format!("\u{feff}{PAGE}");
    let digest = digest(&Input::from_bytes("mark", marked.into_bytes()).unwrap());
    assert_eq!(digest.articles.len(), 3);
    let title = digest.articles[0].title.as_ref().unwrap();
    assert_eq!(
        title.span.map(|span| span.start),
        PAGE.find("Storm closes").map(|at| at + '\u{feff}'.len_utf8())
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_title_or_sentence() {
    let page = article(&Input::page("mark", format!("\u{feff}{RATES_TITLE}\n\n{RATES}")));
    assert_eq!(page.title.unwrap().text, RATES_TITLE);
    let whole = article(&Input::article("mark", "\u{feff}Rain fell on Velle all night."));
    assert_eq!(summary(&whole).text, "Rain fell on Velle all night.");
}

#[test]
fn right_to_left_text_keeps_its_order() {
    check_foreign(
        [HEBREW, "העבודות יעלו ארבעים מיליון, והאוטובוסים ייסעו בדרך אחרת עד לסיום העבודות בגשר."],
        "he",
    );
    let mixed = format!("{RATES}\n\n\u{202b}{HEBREW}\u{202c}");
    assert_eq!(digest(&Input::article("mixed", mixed)).articles[0].language, "en");
}

#[test]
fn emoji_are_never_cut_in_two() {
    let family = "👩‍👩‍👧‍👦";
    let text = format!("🎉 {} {family}{family}! 🇳🇴🇳🇴 Fans danced 🕺🏽 in Velle 🌧️. 😀😀😀", RATES);
    let found = article(&Input::article("emoji", text));
    assert_eq!(found.language, "en");
    digest(&Input::page("emoji", "😀"));
    digest(&Input::article("emoji", "😀".repeat(5000)));
}

#[test]
fn a_language_the_model_does_not_know_is_told_and_topics_abstain() {
    let german = "Der Umbau kostet nach Angaben der Verwaltung vierzig Millionen Mark, Busse fahren eine andere Strecke.";
    check_foreign([GERMAN, german], "de");
    let russian =
        "Ремонт обойдётся в сорок миллионов, сообщила мэрия, а автобусы поедут другой дорогой.";
    check_foreign([RUSSIAN, russian], "ru");
    check_foreign(
        [CHINESE, "市政府表示，维修工程将耗资四千万元，公共汽车也会改道，居民可以使用下游的新桥。"],
        "zh",
    );
    let arabic = "وقالت البلدية إن أعمال الترميم ستكلف أربعين مليونا وإن الحافلات ستسلك طريقا آخر حتى انتهاء الأعمال.";
    check_foreign([ARABIC, arabic], "ar");
}

#[test]
fn a_page_of_one_paragraph_is_an_article() {
    let sentence = "The ferry to Lower Hamm sails again from Monday after nine years, the harbour office said.";
    for text in [sentence, GERMAN, RUSSIAN, CHINESE, ARABIC, HEBREW] {
        let article = article(&Input::page("paragraph", text));
        assert!(!summary(&article).sentences.is_empty(), "{text}");
    }
    article(&Input::html("paragraph", format!("<p>{sentence}</p>")));
}

#[test]
fn a_paragraph_of_whole_sentences_is_no_title() {
    let ferry = "The ferry to Lower Hamm sails again from Monday after nine years, the harbour office said.";
    let crew =
        "It will leave twice a day, and tickets cost four marks, said the captain, Ines Tarr.";
    let english = format!("{ferry} {crew}");
    for paragraph in [english.as_str(), GERMAN, RUSSIAN, CHINESE, ARABIC, HEBREW] {
        let text = format!("{paragraph}\n\n{RATES}");
        assert_eq!(article(&Input::page("untitled", text)).title, None, "{paragraph}");
    }
}

#[test]
fn a_line_that_stands_once_is_no_repeated_line() {
    for text in ["Rain", "Velle Courier"] {
        for removed in digest(&Input::page("once", text)).removed {
            assert_ne!(removed.reason.as_str(), "repeated-line", "{text}");
        }
    }
}

/// The headline, and a line of the story that FNV-1a, by which lines were compared, takes for it.
#[test]
fn a_line_made_to_hash_like_the_headline_is_story() {
    let (headline, crafted) =
        ("The ferry sails at noon 땎뇎믠뾇가", "The ferry sails at noon 쓙뿵꿷솸룼");
    let mut paragraphs: Vec<&str> = RATES.split("\n\n").collect();
    paragraphs.insert(2, crafted);
    let page = format!("{headline}\n\n{}", paragraphs.join("\n\n"));
    let article = article(&Input::page("crafted", page));
    assert_eq!(article.title.unwrap().text, headline);
    assert_eq!(article.paragraphs.len(), paragraphs.len());
}

/// Five letters for a number, and the hash of them.
fn letters(number: u32) -> (String, u64) {
    let letter = |power| char::from(b'a' + (number / 26_u32.pow(power) % 26) as u8);
    let word: String = (0..5).map(letter).collect();
    let with = |hash: u64, c: char| (hash ^ u64::from(c)).wrapping_mul(FNV_PRIME);
    let hash = word.chars().fold(0xcbf2_9ce4_8422_2325, with);
    (word, hash)
}

const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// Words that a map by FxHash over FNV-1a, which words of a page were kept in, has all in one place:
/// bits 38 to 55 of their hash times a constant are 0. A last character changes the low 16 bits of
/// what is multiplied, so those that do it are looked up.
fn words_of_one_place(count: usize) -> Vec<String> {
    const BITS: u64 = (1 << 56) - 1;
    let factor = FNV_PRIME.wrapping_mul(0xf135_7aea_2e62_a9c5);
    let mut products: Vec<(u64, u64)> =
        (0..1 << 16).map(|low: u64| (low.wrapping_mul(factor) & BITS, low)).collect();
    products.sort_unstable();
    let crafted = |number| {
        let (word, hash) = letters(number);
        let (high, low) = (hash & !0xffff, hash & 0xffff);
        let least = high.wrapping_mul(factor).wrapping_neg() & BITS;
        let &(product, found) = products.get(products.partition_point(|&(p, _)| p < least))?;
        let end = char::from_u32((found ^ low) as u32)?;
        let is_plain = end.is_alphanumeric() && end.to_lowercase().eq([end]);
        (product - least < 1 << 38 && is_plain).then(|| format!("{word}{end}"))
    };
    (0..).filter_map(crafted).take(count).collect()
}

#[test]
fn words_made_to_meet_in_a_map_take_no_longer() {
    let time = |words: &[String]| {
        let lines: Vec<String> = words.chunks(300).map(|line| line.join(" ")).collect();
        let text = lines.join("\n");
        let start = Instant::now();
        assert!(!page::split(&text).articles.is_empty());
        start.elapsed()
    };
    let crafted = words_of_one_place(200_000);
    let others: Vec<String> =
        (0..crafted.len()).map(|n| format!("{}가", letters(n as u32).0)).collect();
    let (crafted, others) = (time(&crafted), time(&others));
    assert!(crafted < 3 * others, "{crafted:?} for crafted words, {others:?} for others");
}

#[test]
fn deeply_nested_html_is_digested_in_time() {
    let story = format!("<p>{}</p>", RATES.replace("\n\n", "</p><p>"));
    let depth = 100_000;
    let closed = format!("{}{story}{}", "<div>".repeat(depth), "</div>".repeat(depth));
    let bound = Duration::from_secs(60);
    let digest = check_time(&Input::html("nested", closed), bound);
    assert_eq!(digest.articles.len(), 1);
    for tag in ["div", "span", "b", "ul><li", "table><tr><td", "p", "blockquote", "font"] {
        let open = format!("{}{story}", format!("<{tag}>").repeat(depth));
        check_time(&Input::html(tag, open), bound);
    }
    check_time(&Input::html("closes", format!("{}{story}", "</div></p>".repeat(depth))), bound);
}

#[test]
fn broken_html_still_gives_its_text() {
    let story = format!("<p>{}", RATES.replace("\n\n", "<p>"));
    let plain = RATES.replace("\n\n", " ");
    for html in [
        story.clone(),
        format!("<html><body><div>{story}</div></p></span>"),
        format!("<p class=\"a>never closed</p><p title=\"\">{story}</p>"),
        format!("{story}</p><!-- never closed <p>more</p>"),
        format!("{story}</p><script>var a = '<p>';"),
        format!("{story}</p><p"),
        format!("{story}</p>&#xFFFFFFFF;&#0;&nosuch;&"),
        format!("<![CDATA[ {plain} ]]>{story}"),
        format!("<table>{story}</table>"),
        format!("<p><b><i>{story}</b></i></p>"),
        format!("{story}</body></html></html>"),
        RATES.to_owned(),
    ] {
        let digest = digest(&Input::html("broken", html.as_str()));
        assert!(digest.text.unwrap().contains("mortgages would cost more"), "{html}");
        assert_eq!(digest.articles.len(), 1, "{html}");
    }
    for html in ["<", "<!", "<!--", "<p", "</", "<p a='", "&", "&#", "<svg><math></p>", "<title>a"]
    {
        match digester().digest(&Input::html("broken", html)) {
            Ok(digest) => {
                promises::check(&Input::html("broken", html), &Options::default(), &digest)
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Empty, "{html}"),
        }
    }
}

#[test]
fn a_page_of_html_read_as_text_is_no_panic() {
    digest(&Input::page("html as text", HTML));
    digest(&Input::article("html as text", HTML));
}

/// What strings are made of: any characters, and the pieces that pages are built from.
fn strings() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Storm closes three bridges over the Velle",
        " | Local | Velle Courier",
        "\n",
        "\n\n",
        "\r\n",
        "\u{2028}",
        " ",
        "  ",
        "\t",
        ". ",
        "? ",
        "! ",
        "...",
        "…",
        "“",
        "”",
        "\"",
        "'",
        "U.S.",
        " Dr. ",
        " 3.5 ",
        "(",
        ")",
        "The mayor said that the bridge would open on Saturday",
        "But he did not",
        "a",
        "1",
        "é",
        "ß",
        "İ",
        "ﬁ",
        "日本語。",
        "。",
        "؟",
        "العربية",
        "😀",
        "\u{301}",
        "\u{200d}",
        "\u{feff}",
        "\0",
        "Share this article",
        "Published: March 9, 2023 6:15 PM",
        "2023-03-09T18:15:00",
        "Copyright 2023",
        "http://velle.example",
        "By Ines Tarr",
        "- ",
        "• ",
        "<p>",
        "</p>",
        "<div class=\"nav\">",
        "</div>",
        "<h1>",
        "</h1>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "&amp;",
        "&",
        "<",
        "<br>",
        "<li>",
        "<meta ",
        "<article>",
        "<time datetime=\"2023-03-09\">",
        "{\"@type\":\"NewsArticle\"",
    ]);
    prop_oneof![
        1 => any::<String>(),
        1 => "(?s).{0,200}",
        4 => prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat()),
        1 => prop::collection::vec("[A-Z][a-z]{1,8}( [a-z]{1,8}){0,12}[.!?]? ?\n{0,2}", 0..30)
            .prop_map(|lines| lines.concat()),
    ]
}

/// Handles with options of all kinds: a model is loaded once for each, not once a case.
static HANDLES: LazyLock<Vec<(Options, Digester)>> = LazyLock::new(|| {
    let (all, topics) = (Options::default(), TopicOptions::default());
    let length = |length| SummaryOptions::default().with_length(length);
    let keywords = |max| KeywordOptions::default().with_max(max);
    let scores = topics.clone().with_all_scores(true);
    let mut endless = Length::default();
    endless.sentences = None;
    let options = [
        all.clone(),
        all.clone().with_summary(length(Length::of_sentences(1))).with_topics(scores.clone()),
        all.clone()
            .with_summary(length(Length::of_words(12)))
            .with_topics(topics.clone().with_max(1)),
        all.clone()
            .with_summary(length(Length::of_chars(40)))
            .with_topics(topics.clone().with_max(0)),
        all.clone()
            .with_summary(length(Length::of_words(1).with_sentences(200)))
            .with_keywords(keywords(0)),
        all.clone().with_summary(length(endless)).with_topics(scores.clone()),
        all.clone()
            .with_summary(length(Length::of_sentences(5).with_words(60).with_chars(200)))
            .with_topics(scores.with_min_score(0.9)),
        all.clone()
            .with_topics(topics.clone().with_min_score(0.0).with_max(17))
            .with_keywords(keywords(100)),
        all.clone().with_topics(topics.with_precise(true)),
        all.clone().with_topics(None).with_keep_text(true),
        all.clone().with_summary(None),
        all.with_keywords(None).with_summary(SummaryOptions::default().with_compress(true)),
    ];
    let built = |options: Options| (options.clone(), with(options));
    options.into_iter().map(built).collect()
});

fn check_any(input: &Input, handle: prop::sample::Index) {
    let (options, digester) = handle.get(&HANDLES);
    match digester.digest(input) {
        Ok(digest) => {
            promises::check(input, options, &digest);
            promises::children_score_below_their_parents(digester.taxonomy(), &digest);
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Empty),
    }
}

/// Few cases a run, many when slow tests are asked for; a failure prints its input, to be added as
/// a test of its own.
fn cases() -> ProptestConfig {
    let cases = sized(96, 5000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_string_is_a_page(text in strings(), handle in any::<prop::sample::Index>()) {
        check_any(&Input::page("any", text), handle);
    }

    #[test]
    fn any_string_is_an_article(text in strings(), title in strings(), handle in any::<prop::sample::Index>()) {
        check_any(&Input::article("any", text.as_str()), handle);
        check_any(&Input::article("any", text).with_title(&title), handle);
    }

    #[test]
    fn any_string_is_html(text in strings(), handle in any::<prop::sample::Index>()) {
        check_any(&Input::html("any", text.as_str()), handle);
        check_any(&Input::html("any", text).into_article(), handle);
    }

    #[test]
    fn any_bytes_are_text_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match Input::from_bytes("any", bytes.clone()) {
            Ok(input) if input.encoding().is_some() => assert!(!input.text().is_empty()),
            Ok(input) => assert_eq!(input.text().as_bytes(), bytes),
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidUtf8),
        }
    }
}
