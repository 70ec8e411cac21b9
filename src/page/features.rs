//! What the line model sees of a line.
//!
//! In: a line. Out: [`LineFeatures`], from the line alone. The other two kinds are worked out where
//! they can be seen: [`PlaceFeatures`] in `places.rs`, [`MarkupFeatures`] in `markup.rs`. All are
//! about 0 to 1, so that their weights compare. `data/lines` has the weights under the same
//! names; `models/recipe/pages` learns them.
//! Knows no weights.

use crate::named::{flag, named};
use crate::page::line::{Ending, Line};

/// Words from which a line is long.
const LONG: usize = 10;

named! {
    /// A line by itself.
    pub(super) struct LineFeatures {
        /// Logarithm of the number of words.
        words,
        /// 4 words or more; and so on.
        words_from_4,
        words_from_8,
        words_from_14,
        words_from_25,
        words_from_50,
        /// Ends like a sentence.
        sentence_end,
        /// The same of a line of 10 words or more, as every `_long`.
        sentence_end_long,
        /// Ends in `…` and the like.
        ellipsis,
        /// Ends in a colon.
        colon,
        /// Ends in no mark.
        open_end_long,
        /// Share of words with a capital first.
        capitalised,
        capitalised_long,
        /// Share of words all in capitals.
        shouted,
        /// Share of words that are among the commonest of their language.
        common,
        common_long,
        /// Share of digits among the characters.
        digits,
        commas,
        /// Ends of sentences before the line's own.
        inner_stops,
        /// Holds a bar or another mark that parts the items of a menu.
        separators,
        starts_lower,
        starts_quote,
        /// Starts with the mark of a list's item.
        bullet,
        /// Holds an address of the web or a name on a network.
        address,
        /// Comes after a blank line.
        after_blank,
        /// Stands on the page more than once.
        repeated,
        repeated_long,
        /// Holds a date and little else.
        dated,
        /// Says words of sharing; and so on for the kinds of furniture.
        share,
        menu,
        notice,
        related_or_advert,
        comment,
        credit,
        byline,
        /// Starts with the words of some furniture.
        furniture_first,
        /// Starts with a furniture phrase of several words.
        furniture_phrase,
        /// Words that speak to the reader or of the publisher.
        reader,
        /// Holds the address of a mailbox.
        mailbox,
        /// Ends with who took the picture.
        credited,
        /// Holds a sign of copyright.
        copyright,
        /// Starts with the number of a picture among others.
        counter,
    }
}

impl LineFeatures<f32> {
    pub(super) fn of(line: &Line) -> Self {
        let words = line.words as f32;
        let marks = line.marks;
        let long = flag(line.words >= LONG);
        let sentence_end = flag(line.ending == Ending::Sentence);
        let capitalised = line.share(line.capitalised);
        let common = line.share(line.common);
        let repeated = flag(line.repeated);
        Self {
            words: (1.0 + words).ln() / 4.0,
            words_from_4: flag(line.words >= 4),
            words_from_8: flag(line.words >= 8),
            words_from_14: flag(line.words >= 14),
            words_from_25: flag(line.words >= 25),
            words_from_50: flag(line.words >= 50),
            sentence_end,
            sentence_end_long: sentence_end * long,
            ellipsis: flag(line.ending == Ending::Ellipsis),
            colon: flag(line.ending == Ending::Colon),
            open_end_long: flag(line.ending == Ending::Open) * long,
            capitalised,
            capitalised_long: capitalised * long,
            shouted: line.share(line.shouted),
            common,
            common_long: common * long,
            digits: (line.digits as f32 / (1.0 + line.chars as f32)).min(1.0),
            commas: (line.commas as f32 / 4.0).min(1.0),
            inner_stops: (line.inner_stops as f32 / 3.0).min(1.0),
            separators: flag(line.separators > 0),
            starts_lower: flag(line.starts_lower),
            starts_quote: flag(line.starts_quote),
            bullet: flag(line.bullet),
            address: flag(line.address),
            after_blank: flag(line.blank_before),
            repeated,
            repeated_long: repeated * long,
            dated: flag(line.dated),
            share: flag(marks.share),
            menu: flag(marks.menu),
            notice: flag(marks.notice),
            related_or_advert: flag(marks.related) + flag(marks.advert),
            comment: flag(marks.comment),
            credit: flag(marks.credit),
            byline: flag(marks.byline),
            furniture_first: flag(marks.leads),
            furniture_phrase: flag(marks.phrase),
            reader: (line.reader as f32 / 3.0).min(1.0),
            mailbox: flag(line.mailbox),
            credited: flag(line.credited),
            copyright: flag(line.copyright),
            counter: flag(line.counter),
        }
    }
}

named! {
    /// Where a line stands on its page. *Prose* is counted in words, of lines that read like it;
    /// what stands around a line counts the less the farther off it is.
    pub(super) struct PlaceFeatures {
        /// Always 1.
        bias,
        /// Share of the page's lines above it.
        position,
        /// Logarithm of the number of lines above it.
        lines_above,
        /// Logarithm of the number of lines from it to the page's end.
        lines_below,
        /// The page's headline has been said again above it, or in it.
        after_headline,
        /// Logarithm of the number of lines since then.
        lines_since_headline,
        /// The headline is said again, but below it.
        before_headline,
        /// It says the headline again.
        is_headline,
        /// How often the headline has been said again.
        headlines,
        /// A label such as *Related* stands above it.
        after_related,
        /// The same, the less the farther above.
        near_related,
        /// A label of readers' comments stands above it.
        after_comments,
        /// In the page's heaviest block of prose.
        in_block,
        /// Logarithm of the number of lines below that block's end.
        lines_below_block,
        /// Logarithm of the number of lines above that block's start.
        lines_above_block,
        /// Prose near it.
        prose_above,
        prose_below,
        /// The lesser of the two.
        prose_around,
        /// Share of the page's prose above it.
        prose_share_above,
        /// Share of the headline's words that it says.
        headline_words,
        /// The same of a line of 10 words or more.
        headline_words_long,
        /// Logarithm of the page's prose.
        page_prose,
        /// Share of its telling words that the heaviest block says too.
        block_words,
        /// The same of a line of 14 words or more.
        block_words_long,
        /// The same of a line outside the block.
        block_words_outside,
        /// Prose near it and farther off.
        wide_prose_above,
        wide_prose_below,
        wide_prose_around,
        /// Short lines near it that end in no mark, as the items of menus and lists.
        items_above,
        items_below,
        /// Dates and buttons near it and farther off, as readers' comments have them.
        stamps_above,
        stamps_below,
        stamps_around,
        /// Such stamps since the headline.
        stamps_since_headline,
        /// Stamps around it, below a label of readers' comments.
        stamps_in_comments,
        /// It is an item, and prose is on both sides.
        item_in_prose,
        item_in_wide_prose,
    }
}

named! {
    /// What the markup says of a line. A class or an element that speaks against its content is
    /// not believed where it holds most of the page; *text* is the share of a line outside links.
    pub(super) struct MarkupFeatures {
        /// Share of its characters that stand in links.
        links,
        /// More than 0.8 of them do.
        link_line,
        /// In elements of that name or role; for some, in those whose class says so.
        paragraph,
        headline,
        subhead,
        item,
        table,
        nav,
        footer,
        header,
        aside,
        figure,
        form,
        article,
        main,
        /// In an element whose class or id is that of a story's body on many sites.
        body,
        /// In elements whose class or id says so.
        story,
        comment,
        share,
        related,
        advert,
        menu,
        signup,
        meta,
        caption,
        hidden,
        quote,
        /// Text in the block element that holds most prose.
        block_text,
        /// Outside the body that the page has.
        outside_body,
        /// Outside the article element that the page has.
        outside_article,
        /// In the block element that holds most prose.
        in_block,
        /// In it and in no block inside it.
        right_in_block,
        /// Prose in elements of the same names and classes, relative to the most there is.
        prose_like_class,
        /// Prose in elements of the same names.
        prose_like_name,
        /// Text, where there is prose in elements of the same names and classes.
        prose_like_class_text,
        /// Text of an item in the block.
        block_item_text,
        /// A subhead in the block.
        block_subhead,
        /// Its class says comment, believed or not.
        class_comment,
        /// Its class says related, believed or not.
        class_related,
        /// In the article element that holds the headline.
        headline_article,
        /// Outside it.
        outside_headline_article,
        /// The last subhead above it, in it or below the headline, is a link.
        linked_head,
    }
}
