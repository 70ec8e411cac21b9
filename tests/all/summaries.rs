//! Summaries of texts in unlike forms and languages: what is never chosen, what stays together,
//! what is left out on request.

use proptest::prelude::*;
use standfirst::digest::Digest;
use standfirst::summary::{Length, Origin, Summary, SummarySentence, Verdict};
use standfirst::{Input, Options, SummaryOptions};

use crate::pages::{digester, with};
use crate::promises;

fn summary(title: Option<&str>, text: &str, sentences: usize) -> Summary {
    digester().summarize(title, text, Length::of_sentences(sentences)).unwrap()
}

fn sentences(title: Option<&str>, text: &str, most: usize) -> Vec<String> {
    summary(title, text, most).sentences.into_iter().map(|sentence| sentence.text).collect()
}

const LIVE: &str = "\
Last updated at 16:42

16:42

Second evacuation ordered

The county has ordered everyone in Lower Orrin to leave their homes by nightfall, after the river passed the level of 1987.

Read more: How the flood wall failed last spring in spite of every warning.

15:58 \"We are not out of danger,\" said Marta Quill, who leads the county's flood service. \"The next tide comes at eight.\"

15:20 BST

Posted by Jon Ade

The army has sent two hundred soldiers and forty boats to the valley.

Photograph: Ada Poe/Orrin Post

13:47 – The main road to the north is closed between Velle and the airport.

11:15 Good morning and welcome to our live coverage of the floods in Orrin.
";

const INTERVIEW: &str = "\
Ingrid Solberg has led the harbour authority for three years. She spoke to the Post about the strike, the new cranes and her plans for the port.

Q: Why did the strike last so long? You had promised to settle it within days.

A: We lost three weeks before the first meeting, and by then forty ships were waiting outside the harbour.

INTERVIEWER: Are you worried about the winter?

INGRID SOLBERG: Ninety people will be retrained, and nobody will be dismissed before the end of 2027.

Q Will the cranes be bought in any case?

A: The order for six electric cranes was signed on Tuesday, and the first will arrive in spring.
";

const LIST: &str = "\
1. Start at the old pier and follow the cliff path for five miles to the lighthouse.

2. The beech trees of Velle forest turn red in the second week of October.

Photo credit: Tom Reed

3) Flat and paved, the canal is the walk for wheelchairs and prams.

• Only those who are fit should climb Mount Orrin, which takes four hours.

Click here to see the map of all seven walks that we have tried for you.
";

#[test]
fn no_label_question_or_scrap_is_chosen() {
    for text in [LIVE, INTERVIEW, LIST] {
        for most in 1..=6 {
            for sentence in sentences(None, text, most) {
                for nonsense in [
                    "Last updated",
                    "Read more",
                    "BST",
                    "Posted by",
                    "Photo",
                    "Good morning",
                    "Q: ",
                    "Q Will",
                    "INTERVIEWER",
                    "You had promised",
                    "Click here",
                    "Second evacuation",
                ] {
                    assert!(!sentence.contains(nonsense), "{sentence:?} of {most}");
                }
                let opening = sentence.chars().next().unwrap();
                assert!(opening.is_uppercase() || opening == '"', "{sentence:?} of {most}");
                assert!(!sentence.starts_with("A: "), "{sentence:?}");
            }
        }
    }
}

#[test]
fn the_statements_of_a_live_blog_are_chosen_without_their_stamps() {
    let found = sentences(None, LIVE, 6);
    assert!(found.iter().any(|sentence| sentence.starts_with("The county has ordered")));
    assert!(found.iter().any(|sentence| sentence.starts_with("The main road to the north")));
}

#[test]
fn a_turn_that_was_broken_into_and_a_question_in_it_are_left_out() {
    let text = "\
MS. QUILL: The county will rebuild both bridges over the Velle within two years, at a cost of nine million marks.

MR. ABT: — and the ferry that was to sail until then has not been seen since the storm in the spring. But the \
county has paid for it every month. Who in this room can tell me where all of that money has gone?

MS. QUILL: The ferry is being repaired in Orrin and will be back in service before the end of the month.

9:10 p.m. PDT – The meeting ended without a vote on the ferry, and the bridges were put off until Monday.";
    for most in 1..=6 {
        for sentence in sentences(None, text, most) {
            let nonsense = ["Who in this room", "and the ferry that was", "PDT"];
            assert!(!nonsense.iter().any(|part| sentence.contains(part)), "{sentence:?} of {most}");
        }
    }
}

#[test]
fn a_text_of_labels_still_has_a_summary() {
    for text in
        ["16:42", "Q: Why?", "Read more: the flood wall", "\"Nobody said so.\"", "By Ada Poe"]
    {
        assert_eq!(summary(None, text, 3).sentences.len(), 1, "{text}");
    }
}

#[test]
fn a_quotation_stays_with_its_speaker() {
    let text = "The ferry to Velle will not sail this winter, the company told its passengers. Mayor Ada Poe was \
                furious. \"They took our money and gave us nothing for it in all these years,\" she said. \"We \
                shall sail to Velle with our own boats. The ferry company will hear from our lawyers.\" The county \
                has asked the company to explain itself by Friday.";
    let spans = standfirst::sentence::split(text);
    for most in 1..=6 {
        let found = sentences(None, text, most);
        let has = |part: &str| found.iter().any(|sentence| sentence.contains(part));
        assert!(!has("took our money") || has("Mayor Ada Poe"), "{found:?}");
        assert!(!has("own boats") || (has("she said") && has("our lawyers")), "{found:?}");
        assert!(!has("our lawyers") || has("own boats"), "{found:?}");
    }
    assert_eq!(spans.len(), 6);
}

/// Whether two texts are the same sentence with small edits: nearly all words of the shorter one
/// are words of the other.
fn near_duplicates(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.sort();
        words.dedup();
        words
    };
    let (a, b) = (words(a), words(b));
    let shared = a.iter().filter(|word| b.contains(word)).count();
    shared * 10 >= a.len().min(b.len()) * 9
}

const FACTS: [&str; 8] = [
    "The council of Orrin closed the harbour bridge on Monday for six months of repairs.",
    "Engineers found deep cracks in two of the stone piers during an inspection last week.",
    "Drivers must take the ring road, which is twice as long and crowded since spring.",
    "Mayor Ada Poe promised free ferries for everyone who works on the southern shore.",
    "Shops near the quay expect to lose a third of their customers until the autumn.",
    "A bus company from Velle offered eleven extra coaches at its own expense.",
    "Fishermen welcomed the silence, since traffic had frightened the herring away for decades.",
    "The government in Tessin pays nine million crowns, half of what the work will cost.",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_sentence_stands_twice_with_small_edits(
        order in prop::collection::vec((0..FACTS.len(), 0..4_usize), 2..14),
        most in 1..7_usize,
    ) {
        let edited = |&(fact, edit): &(usize, usize)| {
            let fact = FACTS[fact];
            match edit {
                0 => fact.to_owned(),
                1 => fact.to_uppercase(),
                2 => fact.replacen(" the ", " that ", 1),
                _ => format!("{}, officials said.", fact.trim_end_matches('.')),
            }
        };
        let text = order.iter().map(edited).collect::<Vec<_>>().join(" ");
        let found = sentences(None, &text, most);
        prop_assert!(!found.is_empty());
        for (index, one) in found.iter().enumerate() {
            for other in &found[index + 1..] {
                prop_assert!(!near_duplicates(one, other), "{one:?} and {other:?}");
            }
        }
    }
}

fn compressing(most: Length) -> Options {
    let summary = SummaryOptions::default().with_length(most).with_compress(true);
    Options::default().with_summary(summary)
}

fn compressed(text: &str) -> Vec<SummarySentence> {
    let most = Length::of_sentences(3);
    with(compressing(most)).summarize(None, text, most).unwrap().sentences
}

#[test]
fn compressed_sentences_are_pieces_of_the_source() {
    let text = "ORRIN, Norway (Reuters) - The harbour bridge (built in 1911) will close for six months of repairs, \
                the mayor of Orrin said on Monday.";
    let found = compressed(text);
    let [sentence] = found.as_slice() else { panic!("one sentence, found {found:?}") };
    assert_eq!(
        sentence.text,
        "The harbour bridge will close for six months of repairs, the mayor of Orrin said."
    );
    let pieces: String = sentence.spans().iter().map(|span| span.of(text)).collect();
    assert_eq!(pieces, sentence.text);
    let Origin::Verbatim { pieces } = &sentence.origin else { panic!("{sentence:?}") };
    assert_eq!(pieces.len(), 3);
    assert!(sentence.is_verbatim());
    // Without the option nothing is left out.
    let whole = summary(None, text, 3);
    assert_eq!(whole.text, text);
    assert_eq!(whole.sentences[0].origin, Origin::Verbatim { pieces: Vec::new() });
}

#[test]
fn compression_keeps_every_promise() {
    let text = format!(
        "{LIVE}\n{INTERVIEW}\nVELLE (AP) — The ferry (our oldest) sank, police said on Friday."
    );
    for most in [Length::of_sentences(4), Length::of_words(50)] {
        let options = compressing(most);
        let digester = with(options.clone());
        for input in [Input::article("a", text.as_str()), Input::page("b", text.as_str())] {
            promises::check(&input, &options, &digester.digest(&input).unwrap());
        }
    }
}

const BRIDGE_ZH: &str = "\
市议会昨天下午开会。会议进行了四个小时。

港口大桥将从星期一起关闭六个月，因为工程师在两个桥墩上发现了裂缝。司机必须绕行环城公路。

“大桥关闭期间，渡轮将免费运送行人。”市长表示。许多商店担心失去顾客。

港口大桥建于一九一一年，修复桥墩的费用约为九百万克朗，政府承担一半。
";

#[test]
fn chinese_is_summed_up_and_not_only_its_lead() {
    let found = sentences(Some("港口大桥因桥墩裂缝关闭六个月"), BRIDGE_ZH, 1);
    assert_eq!(found, ["港口大桥将从星期一起关闭六个月，因为工程师在两个桥墩上发现了裂缝。"]);
    let found = sentences(Some("港口大桥因桥墩裂缝关闭六个月"), BRIDGE_ZH, 3);
    assert!(found.iter().all(|sentence| sentence.ends_with('。')), "{found:?}");
}

#[test]
fn a_word_of_chinese_is_a_character() {
    let found = digester().summarize(None, BRIDGE_ZH, Length::of_words(60)).unwrap();
    let han = found.text.chars().filter(|c| c.is_alphabetic()).count();
    assert!((20..=60).contains(&han), "{}", found.text);
}

#[test]
fn chinese_sentences_do_not_repeat_each_other() {
    let text = "港口大桥将从星期一起关闭六个月。市长说，渡轮将免费运送行人。港口大桥从星期一起将关闭六个月。商店担心失去顾客。";
    let found = sentences(None, text, 3);
    let closes = found.iter().filter(|sentence| sentence.contains("关闭六个月")).count();
    assert_eq!(closes, 1, "{found:?}");
}

#[test]
fn chinese_has_keywords() {
    let digest = digester().digest(&Input::article("zh", BRIDGE_ZH)).unwrap();
    let keywords: Vec<&str> =
        digest.articles[0].keywords.iter().map(|keyword| keyword.text.as_str()).collect();
    assert!(keywords.contains(&"港口大桥"), "{keywords:?}");
    assert!(digest.articles[0].abstained);
}

/// A short story in several languages: four sentences, of which the second is the news.
const BRIDGES: [(&str, &str); 8] = [
    (
        "de",
        "Der Stadtrat tagte am 3. Oktober. Die Hafenbrücke wird ab Montag für sechs Monate gesperrt, weil in zwei Pfeilern Risse entdeckt wurden. „Die Fähren fahren kostenlos“, sagte der Bürgermeister. Die Reparatur kostet neun Millionen Kronen.",
    ),
    (
        "fr",
        "Le conseil s'est réuni hier. Le pont du port fermera lundi pour six mois, car des fissures ont été découvertes dans deux piliers. « Les bacs seront gratuits », a déclaré le maire. Les travaux coûteront neuf millions de couronnes.",
    ),
    (
        "es",
        "El consejo se reunió ayer. El puente del puerto cerrará el lunes durante seis meses, porque se hallaron grietas en dos pilares. «Los transbordadores serán gratuitos», dijo el alcalde. La obra costará nueve millones de coronas.",
    ),
    (
        "ar",
        "اجتمع المجلس أمس. سيغلق جسر الميناء يوم الاثنين لمدة ستة أشهر بعد اكتشاف تشققات في اثنين من أعمدته. وقال رئيس البلدية إن العبارات ستكون مجانية. وستكلف الأعمال تسعة ملايين كرونة.",
    ),
    (
        "hi",
        "परिषद की बैठक कल हुई। बंदरगाह का पुल सोमवार से छह महीने के लिए बंद रहेगा, क्योंकि उसके दो खंभों में दरारें मिली हैं। महापौर ने कहा कि नावें मुफ्त चलेंगी। मरम्मत पर नब्बे लाख क्रोन खर्च होंगे।",
    ),
    (
        "ja",
        "市議会は昨日開かれた。港の橋は月曜日から六か月間閉鎖される。二本の橋脚にひびが見つかったためだ。「渡し船は無料です。」と市長は話した。修理には九百万クローネかかる。",
    ),
    (
        "ru",
        "Совет собрался вчера. Портовый мост закроют в понедельник на шесть месяцев, потому что в двух опорах нашли трещины. «Паромы будут бесплатными», — сказал мэр. Ремонт обойдётся в девять миллионов крон.",
    ),
    (
        "ko",
        "시의회가 어제 열렸다. 항구 다리는 교각 두 곳에서 균열이 발견되어 월요일부터 여섯 달 동안 폐쇄된다. 시장은 나룻배가 무료로 운행될 것이라고 말했다. 수리에는 구백만 크로네가 든다.",
    ),
];

#[test]
fn other_languages_are_split_and_summed_up_without_nonsense() {
    let digester = digester();
    for (language, text) in BRIDGES {
        assert_eq!(standfirst::language::detect(text), Some(language));
        let whole: Vec<&str> =
            standfirst::sentence::split(text).into_iter().map(|span| span.of(text)).collect();
        assert_eq!(whole.len(), if language == "ja" { 5 } else { 4 }, "{whole:?}");
        let digest = digester.digest(&Input::article(language, text)).unwrap();
        let article = &digest.articles[0];
        assert!(article.abstained, "{language}");
        let sentences = &article.summary.as_ref().unwrap().sentences;
        assert_eq!(sentences.len(), 3, "{language}");
        for sentence in sentences {
            assert!(whole.contains(&sentence.text.as_str()), "{sentence:?}");
        }
        promises::check(&Input::article(language, text), &Options::default(), &digest);
    }
}

#[test]
fn every_sentence_is_said_to_be_taken_or_left() {
    let text = include_str!("../../examples/data/page.txt");
    let options = SummaryOptions::default().with_considered(true);
    let digester = with(Options::default().with_summary(options));
    let plain = with(Options::default()).digest(&Input::page("page", text)).unwrap();
    let digest = digester.digest(&Input::page("page", text)).unwrap();
    for (article, plain) in digest.articles.iter().zip(&plain.articles) {
        let summary = article.summary.as_ref().unwrap();
        let taken = summary.considered.iter().filter(|it| it.verdict == Verdict::Taken);
        let taken: Vec<_> = taken.map(|it| (it.span, it.text.as_str(), it.score)).collect();
        let shown = summary.sentences.iter().map(|it| (it.span, it.text.as_str(), it.score));
        assert_eq!(taken, shown.collect::<Vec<_>>());
        assert!(summary.considered.windows(2).all(|two| two[0].span.end <= two[1].span.start));
        assert!(summary.considered.iter().all(|it| it.span.of(text) == it.text));
        // What would not have been taken anyway is outranked.
        let adds_nothing =
            summary.considered.iter().filter(|it| it.verdict == Verdict::AddsNothing);
        assert!(adds_nothing.count() <= Length::DEFAULT_SENTENCES);
        let plain = plain.summary.as_ref().unwrap();
        assert!(plain.considered.is_empty() && plain.sentences == summary.sentences);
    }
    let considered = |digest: &Digest, verdict| {
        let all = digest.articles.iter().filter_map(|it| it.summary.as_ref());
        all.flat_map(|it| &it.considered).any(|it| it.verdict == verdict)
    };
    assert!(considered(&digest, Verdict::Label) && considered(&digest, Verdict::Outranked));
}
