//! What the check reports, by example and for any text.

use std::fmt::Write;

use proptest::prelude::*;

use super::{Check, DEFAULT_MIN_SUPPORT, Grounds, MAX_SOURCES, Outcome};
use crate::sentence;
use crate::span::Span;
use crate::summary::{SummaryKind, UnsupportedKind};

fn grounds<'t>(source: &'t str, title: Option<&str>) -> Grounds<'t> {
    Grounds::new(source, &sentence::split(source), title)
}

/// The reports of an abstract, as `kind text`, parted by semicolons.
fn reports(check: &Check) -> String {
    let mut shown = String::new();
    for item in check.unsupported() {
        let kind = match item.kind {
            UnsupportedKind::Number => "number",
            UnsupportedKind::Date => "date",
            UnsupportedKind::Name => "name",
        };
        let separator = if shown.is_empty() { "" } else { "; " };
        write!(shown, "{separator}{kind} {}", item.text).unwrap();
    }
    shown
}

fn check(source: &str, summary: &str, expected: &str) {
    let found = reports(&grounds(source, None).check(summary));
    assert_eq!(found, expected, "\n  source:  {source}\n  summary: {summary}");
}

/// The abstract is wholly supported.
fn fits(source: &str, summary: &str) {
    check(source, summary, "");
}

#[test]
fn numbers_compare_by_value() {
    fits("Some 1,200 people came.", "1200 people came.");
    fits("Some 1200 people came.", "About 1.2 thousand people came.");
    fits("Some 1,200 people came.", "Twelve hundred people came.");
    fits("Es kamen 1.200 Leute.", "It drew 1,200 people.");
    fits("The firm lost $3m.", "It lost $3 million.");
    fits("The firm lost $3 million.", "It lost 3,000,000 dollars.");
    fits("The firm lost £3.5bn.", "It lost £3.5 billion, or 3,500 million.");
    fits("It costs 3.3 million.", "It costs 3,300,000.");
    fits("A 3.5-million-pound plan.", "The plan costs £3,500,000.");
    fits("It pays 3 to 5 million a year.", "It pays 3 million or more.");
    fits("Around 20k runners came.", "It drew 20,000 runners.");
    fits("Output rose by two million tonnes.", "Output rose by 2 million tonnes.");
    fits("Some 45 lakh voters.", "It has 4.5 million voters.");
    fits("Cela coûte 1 200 euros.", "It costs 1,200 euros.");
    fits("It costs 1,200 euros.", "It costs 1 200 euros.");
    fits("Es kostet 3,5 Millionen Euro.", "It costs 3.5 million euros.");
    fits("It costs between £1.2m and £1.5m.", "It costs £1.2m-£1.5m.");
    check("The firm lost $3m.", "It lost $4m.", "number $4m");
    check("The firm lost $3m.", "It lost $3bn.", "number $3bn");
    check("The firm lost $3m.", "It lost $3.", "number $3");
    check("It sold 497.3 tonnes.", "It sold nearly 500 tonnes.", "number 500");
    check("It sold 1,200 tonnes.", "It sold 12,000 tonnes.", "number 12,000");
}

#[test]
fn numbers_in_words_are_numbers() {
    fits("The two boats sank.", "2 boats sank.");
    fits("Twenty-one boats sank.", "21 boats sank.");
    fits("It sank 121 boats.", "One hundred and twenty-one boats sank.");
    fits("It took 12 eggs.", "It took a dozen eggs.");
    fits("It took six eggs and two dozen pears.", "It took half a dozen eggs and 24 pears.");
    fits("It cost half a million crowns.", "It cost 500,000 crowns.");
    fits("A hundred people came.", "100 people came.");
    fits("A pair of boats sank.", "Two boats sank.");
    fits("He scored a hat-trick.", "He scored three goals.");
    fits("It took two decades.", "It took 20 years.");
    fits("Many boats sank.", "No one saw one another at first.");
    check("The two boats sank.", "Three boats sank.", "number Three");
    check("Some boats sank.", "A dozen boats sank.", "number A dozen");
    check("Many boats sank.", "1 boat sank.", "number 1");
}

#[test]
fn orders_shares_and_fractions() {
    fits("She came 3rd.", "She came third.");
    fits("It is their twenty-first title.", "It is their 21st title.");
    fits("Prices rose 5%.", "Prices rose 5 percent.");
    fits("Prices rose 5 per cent.", "Prices rose 5%.");
    fits("Prices rose five per cent.", "Prices rose 5%.");
    fits("Half of the boats sank.", "50% of the boats sank.");
    fits("It sank 50% of the boats.", "Half of the boats sank.");
    fits("Two-thirds of voters agreed.", "Two thirds agreed.");
    fits("A third of voters agreed.", "One third agreed.");
    fits("Three quarters of voters agreed.", "75 percent of them agreed.");
    fits("It lasted 2½ hours.", "It lasted two and a half hours.");
    fits("It lasted 2.5 hours.", "It lasted 2 1/2 hours.");
    fits("They lead after the first half.", "A first-half goal gave them the lead.");
    fits("The clip is 30 seconds long.", "A 30-second clip.");
    check("She came third.", "She came fourth.", "number fourth");
    check("A third of voters agreed.", "Two thirds of voters agreed.", "number Two thirds");
    check("Prices rose 5%.", "Prices rose 5.5%.", "number 5.5%");
    check("Some boats sank.", "Half of the boats sank.", "number Half");
}

#[test]
fn scores_ranges_times_ages_and_signs() {
    fits("Orrin won 3-1.", "A 3-1 win.");
    fits("Orrin won 3–1.", "They lost 1-3.");
    fits("Between 10 and 12 people came.", "10-12 people came.");
    fits("From 10 to 12 people came.", "10–12 people came.");
    fits("The 42-year-old man left.", "The man, 42, left.");
    fits("Ada Poe, 42, left.", "The 42-year-old left.");
    fits("It opens at 5 p.m.", "It opens at 17:00.");
    fits("It opens at 17:30.", "It opens at 5:30pm.");
    fits("It opens from 9 to 5pm.", "It opens at 9am.");
    fits("It opens at noon.", "It opens at 12pm.");
    fits("It was -5C.", "It was minus five.");
    fits("It was five degrees below zero.", "It was -5C.");
    fits("Shares moved -5%.", "Shares fell 5%.");
    fits("The 2014-15 season ended.", "The season ended in 2015.");
    check("Orrin won 3-2 after 1 hour.", "Orrin won 3-1.", "number 3-1");
    check("The 42-year-old man left.", "The 24-year-old man left.", "number 24");
    check("It opens at 5 p.m.", "It opens at 5 a.m.", "number 5 a.m.");
    check("It opens at 17:30.", "It opens at 17:00.", "number 17:00");
    check("It was 5C.", "It was -5C.", "number -5");
    check("She ran 1:23:45.", "She ran 1:23:44.", "number 1:23:44");
}

#[test]
fn dates_compare_by_their_parts() {
    for source in [
        "It opened on 14 April 2024.",
        "It opened on April 14, 2024.",
        "It opened on Apr. 14, 2024.",
        "It opened on 14/04/2024.",
        "It opened on 4/14/2024.",
        "It opened on 2024-04-14.",
        "It opened on 14.04.2024.",
        "It opened on the 14th of April 2024.",
        "它于2024年4月14日开放。",
        "Eröffnet am 14 April 2024.",
        "Abierto el 14 de abril de 2024.",
    ] {
        for summary in [
            "It opened on 14 April 2024.",
            "It opened on April 14, 2024.",
            "It opened on 14/04/2024.",
            "It opened on 2024-04-14.",
            "It opened on April 14.",
            "It opened on 14th April.",
            "It opened on the 14th.",
            "It opened in April 2024.",
            "It opened in April.",
            "It opened in 2024.",
        ] {
            fits(source, summary);
        }
        check(source, "It opened on 15 April 2024.", "date 15 April 2024");
        check(source, "It opened on May 14, 2024.", "date May 14, 2024");
        check(source, "It opened on 14 April 2023.", "date 14 April 2023");
    }
    fits("It opened on 3 April 2024.", "It opened on 03/04/2024.");
    fits("It opened on March 4, 2024.", "It opened on 03/04/2024.");
    fits("It opened on April 14. The year 2024 was wet.", "It opened on 14 April 2024.");
    fits("It ran on April 14-16.", "It ran until April 16.");
    fits("It closed in the 1990s.", "It closed in the '90s.");
    fits("It closed in the nineties.", "It closed in the 1990s.");
    fits("It was founded in 1999.", "Founded in '99, it closed.");
    fits("The storm of September 11 hit.", "It was the 9/11 storm.");
    fits("The Sept. 11 storm hit.", "The storm of 11 September hit.");
    fits("It opens on Monday.", "It is to open Monday.");
    fits("It may open. The May fair is in May.", "It opens in May.");
    check("It may open.", "It opens in May.", "date May");
    check(
        "It opened on 14 April 2023. In 2024 it closed.",
        "It opened on 14 April 2024.",
        "date 14 April 2024",
    );
    check("It closed in the 1990s.", "It closed in the 1980s.", "date 1980s");
    check("It closed in the 1990s.", "It closed in 1990.", "date 1990");
    check("It opens on Monday.", "It opens on Tuesday.", "date Tuesday");
    check("It opened in 2019.", "It opened in 2018.", "date 2018");
    check("It opened on March 12.", "It opened to 12 people.", "number 12");
}

#[test]
fn names_must_occur() {
    fits("Mayor Ada Poe left.", "The mayor, Poe, left.");
    fits("Mr. Poe left.", "Dr Poe left.");
    fits("The mayor’s aide, Ada Poe, left.", "It was Ada Poe's aide.");
    fits("They met in Zürich.", "They met in Zurich.");
    fits("They met in São Paulo.", "They met in Sao Paulo.");
    fits("Jean-Claude Arno left.", "It was Jean Claude Arno.");
    fits("Jack O'Neill left.", "It was Jack O’Neill.");
    fits("MAYOR POE LEAVES ORRIN", "The city of Orrin loses Mayor Poe.");
    fits("It was posted on You Tube.", "It was on YouTube.");
    fits("The Kennedys met.", "A Kennedy was there.");
    fits("John Smith left.", "The man is J. Smith.");
    fits("Sen. Ada Poe left.", "Senator Ada Poe left.");
    fits("Senator Ada Poe left.", "Sen. Ada Poe left.");
    fits("A man named Ada Poe left.", "The Poes' house; Poe's house.");
    fits("George Poe left.", "The man is George W. Poe.");
    fits("Manchester City won.", "A win for Man City.");
    check("Anna Smith left.", "The man is J. Smith.", "name J");
    check("Ada Poe left.", "The mayor, Ada Holm, left.", "name Holm");
    check("Ada Poe left.", "The mayor, Eva Holm, left.", "name Eva Holm");
    check("The team met in France.", "A French team met.", "name French");
    check("They met in Orrin.", "They met in Orrin, Norland.", "name Norland");
    check("He met the Poes of Orrin.", "He met iPhone makers.", "name iPhone");
    check("Jean-Claude Arno left.", "It was Jean-Luc Arno.", "name Luc");
}

#[test]
fn acronyms_fit_their_expansions() {
    fits("The U.S. left.", "It says the US left.");
    fits("The US left.", "It says the U.S. left.");
    fits("The United States left.", "It says the U.S. left.");
    fits("The U.S. left.", "It says the United States left.");
    fits("The European Central Bank met.", "The ECB met.");
    fits("The Department of Justice sued.", "The DOJ sued, said the DoJ.");
    fits("The body mass index rose.", "Their BMI rose.");
    fits("The Orrin Harbour Authority (OHA) met.", "A meeting of the OHA.");
    fits("Members of Parliament met.", "The MPs met.");
    fits("Nato met.", "It was NATO.");
    check("They told us.", "They told the US.", "name US");
    check("The European Central Bank met.", "The IMF met.", "name IMF");
    check("A big new tax came.", "The BNT came.", "name BNT");
}

#[test]
fn words_of_a_full_name_must_occur_together() {
    fits("David and Victoria Arno met.", "It was David Arno.");
    fits("The bank of England met.", "It was the Bank of England.");
    fits("He read at Oxford University.", "He read at the University of Oxford.");
    fits("President Ada Poe spoke. The US agreed.", "It was US President Ada Poe.");
    fits("Mexican coaches met. Ada Poe spoke.", "It was Mexican coach Ada Poe.");
    fits("The president met Ada. Poe left.", "It was President Ada.");
    check("John Holm met her. Anna Miller left.", "It was John Miller.", "name John Miller");
    check("Chelsea won. Eva Holm scored. Ada Poe left.", "A goal by Eva Poe.", "name Eva Poe");
    check("Only Anna Miller left.", "It was John Miller.", "name John");
}

#[test]
fn the_first_word_is_a_name_only_by_evidence() {
    fits("The harbour closed.", "Harbour closes.");
    fits("Rain fell.", "Scientists say rain fell.");
    fits("It rained.", "Residents left. “Nobody stayed.”");
    fits("It rained.", "Horrified owners left.");
    fits("The protester left.", "Protesters left.");
    check("It rained.", "Falmark left.", "name Falmark");
    check("It rained.", "Poe Holm left.", "name Poe Holm");
    fits("It rained in Falmark.", "Falmark is wet.");
    fits(
        "Ferries stop at night as a storm nears the coast.",
        "Night Ferries Stop As Storm Nears The Coast",
    );
    check(
        "Ferries stop at night as a storm nears the coast.",
        "Night Ferries Stop As Storm Nears The Falmark Coast",
        "name Falmark",
    );
}

#[test]
fn scripts_without_capitals_have_numbers_and_dates() {
    fits("公司去年亏损３０００万元。", "亏损3000万元。");
    fits("公司亏损三千万元。", "亏损3000万元。");
    fits("他们有三个孩子。", "有3个孩子。");
    check("公司亏损3000万元。", "亏损5000万元。", "number 5000万");
    check("它于4月14日开放。", "它于4月15日开放。", "date 4月15日");
    check("亏损٣٠٠ مليون", "亏损400。", "number 400");
    fits("خسرت ٣٠٠ سفينة", "300");
}

#[test]
fn the_title_counts_as_the_source() {
    let source = "The mayor left on Monday.";
    let found = grounds(source, Some("Ada Poe quits after 12 years"))
        .check("Mayor Ada Poe left after 12 years.");
    assert_eq!(reports(&found), "");
    assert_eq!(found.sentences[0].sources[0].span.of(source), source);
}

#[test]
fn only_the_sentences_given_are_the_source() {
    let text = "Ada Poe left. Eva Holm stayed.";
    let spans = sentence::split(text);
    let found = Grounds::new(text, &spans[..1], None).check("She is called Eva Holm.");
    assert_eq!(reports(&found), "name Eva Holm");
}

#[test]
fn sources_are_those_that_cover_most() {
    let text = "The tidal barrier failed on Monday. Rain fell. Engineers blamed a rusty hinge.";
    let found = grounds(text, None).check("A rusty hinge made the tidal barrier fail.");
    let sentence = &found.sentences[0];
    let sources: Vec<&str> = sentence.sources.iter().map(|source| source.span.of(text)).collect();
    assert_eq!(sources, ["The tidal barrier failed on Monday.", "Engineers blamed a rusty hinge."]);
    assert!(sentence.support > 0.99, "{sentence:?}");
    let none = grounds(text, None).check("Zebras juggle.");
    assert!(none.sentences[0].sources.is_empty() && none.sentences[0].support == 0.0);
}

#[test]
fn one_source_is_enough_for_what_it_covers_alone() {
    let text = "The tidal barrier failed. The barrier is tidal and old.";
    let found = grounds(text, None).check("Tidal barrier fails.");
    assert_eq!(found.sentences[0].sources.len(), 1);
}

#[test]
fn nothing_comes_of_nothing() {
    assert!(grounds("", None).check("").sentences.is_empty());
    let found = grounds("", None).check("Ada Poe left in 2019.");
    assert_eq!(reports(&found), "name Ada Poe; date 2019");
    assert_eq!(found.sentences[0].support, 0.0);
    let summary = grounds("", None).summary("Ada Poe left.", &found, &[]);
    assert_eq!(summary.sentences[0].span, Span::new(0, 0));
}

const STORY: &str =
    "The harbour bridge closes on Monday. Repairs cost $3m. Ferries run instead. It rained.";

#[test]
fn what_does_not_hold_gives_way() {
    let grounds = grounds(STORY, None);
    let summary = "Repairs to cost $9m. The bridge closes on Monday. Zebras juggle. Eva Holm sang. Lions roar.";
    let check = grounds.check(summary);
    let outcomes = grounds.fall_back(&check, &[0, 2, 9, 1], DEFAULT_MIN_SUPPORT);
    assert_eq!(
        outcomes,
        [
            Outcome::Replaced { sentence: 1 },
            Outcome::Kept,
            Outcome::Replaced { sentence: 2 },
            Outcome::Dropped,
            Outcome::Dropped,
        ]
    );
    let made = grounds.summary(summary, &check, &outcomes);
    assert_eq!(made.kind, SummaryKind::Abstractive);
    assert_eq!(made.text, "Repairs cost $3m. The bridge closes on Monday. Ferries run instead.");
    assert!(made.unsupported.is_empty());
    let [first, second, _] = made.sentences.as_slice() else { panic!("three sentences") };
    assert!(first.sources().is_empty() && first.span.of(STORY) == first.text);
    assert_eq!(second.sources().len(), 1);
    assert_eq!(second.span.of(STORY), "The harbour bridge closes on Monday.");
}

#[test]
fn a_summary_kept_whole_lists_what_does_not_hold() {
    let grounds = grounds(STORY, None);
    let summary = "It rained. Repairs cost $9m, said Holm.";
    let made = grounds.summary(summary, &grounds.check(summary), &[]);
    let listed: Vec<(&str, usize)> =
        made.unsupported.iter().map(|item| (item.text.as_str(), item.sentence)).collect();
    assert_eq!(listed, [("$9m", 1), ("Holm", 1)]);
    assert!(made.sentences[0].sources().is_empty(), "taken verbatim");
    assert_eq!(made.sentences[0].span.of(STORY), "It rained.");
}

/// News-like text that touches every rule.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-z]{1,7}",
        2 => "[A-Z][a-z]{1,6}",
        1 => "[A-Z]{2,4}|[A-Z]\\.|Mr\\.|U\\.S\\.",
        2 => "[0-9]{1,4}|[0-9],[0-9]{3}|[0-9]\\.[0-9]|[0-9]+(m|bn|%|th|pm|s)|\\$[0-9]+",
        2 => "two|third|half|dozen|million|hundred|and|a|of|to|May|April|Monday|1990s|quarter|minus",
        1 => "[0-9]{1,2}[-/:][0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|-|–|:|“|”|\\(",
        1 => "[三十万年月日好]{1,3}|É[a-z]{2}|[ا-ي]{3}",
    ];
    let sentence = proptest::collection::vec(word, 1..9)
        .prop_flat_map(|words| ("[.!?。\n ]", Just(words.join(" "))))
        .prop_map(|(end, words)| format!("{words}{end}"));
    proptest::collection::vec(sentence, 0..6).prop_map(|sentences| sentences.join(" "))
}

/// What holds of any check.
fn check_invariants(grounds: &Grounds<'_>, text: &str, summary: &str) -> Result<(), TestCaseError> {
    let check = grounds.check(summary);
    let spans: Vec<Span> = check.sentences.iter().map(|sentence| sentence.span).collect();
    prop_assert_eq!(spans, sentence::split(summary));
    for sentence in &check.sentences {
        prop_assert!((0.0..=1.0).contains(&sentence.support));
        prop_assert!(sentence.sources.len() <= MAX_SOURCES);
        prop_assert!(sentence.sources.windows(2).all(|pair| pair[0].weight >= pair[1].weight));
        for source in &sentence.sources {
            prop_assert!(source.weight > 0.0 && source.weight <= 1.0);
            prop_assert!(source.span.get(text).is_some());
        }
        let mut last = sentence.span.start;
        for item in &sentence.unsupported {
            prop_assert_eq!(item.span.get(summary), Some(item.text.as_str()));
            prop_assert!(!item.text.trim().is_empty() && sentence.span.contains(item.span));
            prop_assert!(item.span.start >= last, "in order and apart: {:?}", sentence.unsupported);
            last = item.span.end;
        }
        if let Some(place) = sentence.verbatim {
            prop_assert_eq!(place.of(text), sentence.span.of(summary));
        }
    }
    let outcomes = grounds.fall_back(&check, &[2, 0, 1], DEFAULT_MIN_SUPPORT);
    let made = grounds.summary(summary, &check, &outcomes);
    prop_assert!(made.unsupported.is_empty());
    for sentence in made.sentences.iter().filter(|sentence| sentence.sources().is_empty()) {
        let verbatim = sentence.span.get(text) == Some(sentence.text.as_str());
        prop_assert!(verbatim || sentence.span.is_empty());
    }
    let made = grounds.summary(summary, &check, &[]);
    prop_assert_eq!(made.unsupported.len(), check.unsupported().count());
    prop_assert!(
        made.unsupported.iter().all(|item| made.sentences[item.sentence].text.contains(&item.text))
    );
    Ok(())
}

proptest! {
    #[test]
    fn any_two_strings_can_be_compared(text in "\\PC{0,120}", summary in "\\PC{0,120}", title in "\\PC{0,30}") {
        check_invariants(&grounds(&text, Some(&title)), &text, &summary)?;
    }

    #[test]
    fn any_prose_can_be_compared(text in prose(), summary in prose()) {
        check_invariants(&grounds(&text, None), &text, &summary)?;
    }

    #[test]
    fn what_is_taken_verbatim_is_supported(
        (text, order) in prop_oneof![prose(), "\\PC{0,120}"].prop_flat_map(|text| {
            let count = sentence::split(&text).len();
            let order = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
            (Just(text), order, 0..=count).prop_map(|(text, order, take)| {
                (text, order.into_iter().take(take).collect::<Vec<_>>())
            })
        }),
    ) {
        let spans = sentence::split(&text);
        let parts: Vec<&str> = order.iter().map(|&index| spans[index].of(&text)).collect();
        let summary = parts.join(" ");
        let check = Grounds::new(&text, &spans, None).check(&summary);
        prop_assert_eq!(reports(&check), "", "{}", summary);
        for sentence in &check.sentences {
            prop_assert_eq!(sentence.support, 1.0, "{}", summary);
        }
    }

    #[test]
    fn what_is_put_in_is_reported(text in prose(), fresh in "[A-Z][qxz][a-z]{4}[aox]|[5-9][1-9]{6}", at in 0_usize..40) {
        prop_assume!(!text.to_lowercase().contains(&fresh.to_lowercase()));
        let mut words: Vec<&str> = text.split(' ').collect();
        let at = at.min(words.len());
        words.insert(at, &fresh);
        let summary = words.join(" ");
        let check = grounds(&text, None).check(&summary);
        let found = check.unsupported().any(|item| item.text.contains(&fresh));
        prop_assert!(found, "{fresh} in {summary:?}: {}", reports(&check));
    }
}

/// Each group of digits looks at a few others: at all of them, it would take minutes.
#[test]
fn a_long_row_of_figures_is_read_once() {
    let text = "1 200 ".to_owned() + &"100 ".repeat(100_000) + "ends.";
    let grounds = Grounds::new(&text, &[Span::new(0, text.len())], None);
    assert_eq!(reports(&grounds.check("It was 200 and 7.")), "number 7");
}
