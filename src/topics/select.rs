//! Scores to the topics worth reporting.
//!
//! In: one score a label, in `0.0..=1.0`, and the thresholds. Out: indices of labels: level 1
//! best first, each followed by those under it, best first; equal scores keep label order.
//! Knows nothing of models: the same code serves any taxonomy.

use super::taxonomy::Taxonomy;

/// What decides whether a label is reported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut<'a> {
    /// The score from which a label is reported, one a label.
    pub(crate) thresholds: &'a [f32],
    /// Where no label of level 1 reaches its threshold, the best is reported if it reaches this.
    pub(crate) floor: f32,
    pub(crate) limits: Limits,
}

/// What limits the topics of an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// At most this many labels of level 1.
    pub(crate) max_level1: usize,
    /// The score from which a label is reported in place of thresholds and floor, where there is
    /// one.
    pub(crate) min_score: Option<f32>,
    /// Whether the head's precise thresholds hold, where it has them.
    pub(crate) precise: bool,
}

/// The labels to report, in order; none when nothing is certain enough.
pub(crate) fn select(taxonomy: &Taxonomy, scores: &[f32], cut: Cut<'_>) -> Vec<usize> {
    let labels = taxonomy.labels().len();
    debug_assert_eq!(scores.len(), labels, "a score a label");
    debug_assert_eq!(cut.thresholds.len(), labels, "a threshold a label");
    let Limits { max_level1, min_score, .. } = cut.limits;
    let score = |label: usize| scores.get(label).copied().unwrap_or(0.0);
    let threshold = |label: usize| {
        min_score.unwrap_or_else(|| cut.thresholds.get(label).copied().unwrap_or(1.0))
    };
    let children_of = |parent: Option<usize>| {
        let all = taxonomy.labels().iter().enumerate();
        let mut labels: Vec<usize> =
            all.filter(|(_, label)| label.parent == parent).map(|(index, _)| index).collect();
        labels.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        labels
    };
    let ranked = children_of(None);
    let mut top: Vec<usize> =
        ranked.iter().copied().filter(|&label| score(label) >= threshold(label)).collect();
    if top.is_empty() {
        let bar = min_score.unwrap_or(cut.floor);
        top.extend(ranked.first().filter(|&&label| score(label) >= bar));
    }
    top.truncate(max_level1);
    let mut chosen = Vec::new();
    let mut waiting: Vec<usize> = top.into_iter().rev().collect();
    while let Some(label) = waiting.pop() {
        chosen.push(label);
        let children = children_of(Some(label));
        waiting
            .extend(children.into_iter().rev().filter(|&child| score(child) >= threshold(child)));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::{Cut, Limits, select};
    use crate::topics::Taxonomy;

    fn taxonomy() -> Taxonomy {
        let json = br#"{"name":"n","version":"1","topics":[
            {"code":"a","label":"A"},{"code":"b","label":"B"},{"code":"c","label":"C"},
            {"code":"b1","label":"B1","parent":"b"},{"code":"b2","label":"B2","parent":"b"},
            {"code":"a1","label":"A1","parent":"a"}]}"#;
        Taxonomy::from_json("t", json).unwrap()
    }

    fn check(scores: [f32; 6], min_score: Option<f32>, max_level1: usize, expected: &[usize]) {
        let limits = Limits { max_level1, min_score, precise: false };
        let cut = Cut { thresholds: &[0.5; 6], floor: 0.3, limits };
        assert_eq!(select(&taxonomy(), &scores, cut), expected, "{scores:?}");
    }

    #[test]
    fn children_follow_their_parents_best_first() {
        check([0.6, 0.9, 0.1, 0.5, 0.8, 0.4], None, 3, &[1, 4, 3, 0]);
        check([0.6, 0.6, 0.6, 0.1, 0.1, 0.1], None, 3, &[0, 1, 2]);
    }

    #[test]
    fn a_label_of_any_level_stands_behind_its_parent() {
        let json = br#"{"name":"n","version":"1","topics":[
            {"code":"a","label":"A"},{"code":"a1","label":"A1","parent":"a"},
            {"code":"a2","label":"A2","parent":"a"},{"code":"a11","label":"A11","parent":"a1"},
            {"code":"a111","label":"A111","parent":"a11"}]}"#;
        let taxonomy = Taxonomy::from_json("t", json).unwrap();
        let chosen = |scores: [f32; 5]| {
            let limits = Limits { max_level1: 3, min_score: None, precise: false };
            select(&taxonomy, &scores, Cut { thresholds: &[0.5; 5], floor: 0.3, limits })
        };
        assert_eq!(chosen([0.9, 0.7, 0.8, 0.6, 0.5]), [0, 2, 1, 3, 4]);
        assert_eq!(chosen([0.9, 0.7, 0.8, 0.4, 0.4]), [0, 2, 1]);
        assert_eq!(chosen([0.9, 0.4, 0.8, 0.4, 0.4]), [0, 2]);
    }

    #[test]
    fn limits_and_the_floor_hold() {
        check([0.6, 0.9, 0.1, 0.5, 0.8, 0.4], Some(0.85), 3, &[1]);
        check([0.6, 0.9, 0.1, 0.5, 0.8, 0.4], None, 1, &[1, 4, 3]);
        check([0.31, 0.2, 0.1, 0.0, 0.0, 0.9], None, 3, &[0, 5]);
        check([0.29, 0.2, 0.1, 0.0, 0.0, 0.0], None, 3, &[]);
        check([0.31, 0.2, 0.1, 0.0, 0.0, 0.0], Some(0.4), 3, &[]);
        check([0.9; 6], None, 0, &[]);
        // A minimum score lowers a threshold as it raises one.
        check([0.6, 0.2, 0.1, 0.5, 0.8, 0.4], Some(0.15), 3, &[0, 5, 1, 4, 3]);
    }
}
