//! Looks for text that is slower than any known.
//!
//! Draws shapes, keeps the slowest a byte and the fastest growing, and changes them. What is over a
//! limit ends the search with a failure; it belongs into `standfirst_measure::hostile`.

use std::time::{Duration, Instant};

use fastrand::Rng;
use standfirst::Digester;
use standfirst_measure::hostile::{self, Place, Shape};

use super::hostile::{Cost, LENGTH, cost, digest, say};

/// Shapes that are kept to be changed.
const KEPT: usize = 24;
/// The lengths of a first look, in bytes.
const LOOK: [usize; 2] = [LENGTH / 16, LENGTH / 4];

/// How promising a shape is: its time a byte at the longer look, and how much of it is growth.
fn badness(digester: &Digester, place: Place, shape: &Shape) -> f64 {
    let [first, last] = LOOK.map(|bytes| {
        let input = place.input(shape, bytes);
        let (seconds, memory) = digest(digester, &input);
        (seconds / input.text().len() as f64, memory / input.text().len() as f64)
    });
    let growth = (last.0 / first.0.max(1e-9)).max(0.5);
    // Seconds a megabyte, and how far from linear they are; memory counts less.
    last.0 * 1e6 * growth.powi(2) + last.1 / 256.0
}

/// Searches for `seconds`; the same seed tries the same shapes first.
///
/// # Panics
///
/// Where a shape is over a limit.
pub fn run(digester: &Digester, seconds: u64, seed: Option<u64>) {
    let seed = seed.unwrap_or(1);
    let mut random = Rng::with_seed(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut kept: Vec<(f64, Place, Shape)> = Vec::new();
    let (mut tried, mut found) = (0, Vec::<(Place, Shape, Cost)>::new());
    while Instant::now() < end {
        let (place, shape) = match random.usize(..3) {
            0 => {
                let place = Place::ALL[random.usize(..Place::ALL.len())];
                (place, hostile::drawn(&mut random, place == Place::Html))
            }
            _ if kept.is_empty() => continue,
            _ => {
                let (_, place, shape) = &kept[random.usize(..kept.len())];
                (*place, hostile::mutated(shape, &mut random, *place == Place::Html))
            }
        };
        if kept.iter().any(|(_, _, other)| *other == shape) {
            continue;
        }
        tried += 1;
        let badness = badness(digester, place, &shape);
        if kept.len() == KEPT && badness <= kept[KEPT - 1].0 {
            continue;
        }
        // Promising: a look at full length.
        let full = cost(digester, place, &|bytes| place.input(&shape, bytes));
        if full.is_over() {
            say(&shape.name, place, &full);
            found.push((place, shape.clone(), full));
            // One of its kind is enough.
            kept.retain(|(_, _, other)| other.unit != shape.unit);
            continue;
        }
        kept.push((badness, place, shape));
        kept.sort_by(|a, b| b.0.total_cmp(&a.0));
        kept.truncate(KEPT);
    }
    println!(
        "seed {seed}: {tried} shapes tried, {} over a limit; the worst of the others:",
        found.len()
    );
    for (_, place, shape) in kept.iter().take(8) {
        let full = cost(digester, *place, &|bytes| place.input(shape, bytes));
        say(&shape.name, *place, &full);
    }
    assert!(found.is_empty(), "shapes over a limit");
}
