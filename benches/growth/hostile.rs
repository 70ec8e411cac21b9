//! Text made to be slow, at n, 2n and 4n bytes.
//!
//! Each shape of `standfirst_measure::hostile`, in each place that it can stand in, is digested at
//! three lengths: the time is the thread's own on the processor, the memory the most that was
//! allocated at once beyond the input and what the digest itself holds.

use cpu_time::ThreadTime;
use standfirst::{Digester, ErrorKind, Input};
use standfirst_measure::hostile::{self, Place, Shape};

use super::MEMORY;

/// n, in bytes; the others are twice and four times that.
pub const LENGTH: usize = 32 << 10;
/// Shapes drawn beside those by name.
const DRAWN: usize = 80;
/// The time may grow with at most this power of the length from n to 4n.
pub const MOST_EXPONENT: f64 = 1.25;
/// At 4n, so many bytes a second are the fewest. Nearly all shapes reach three times that; pages of
/// lines of one letter do not, of which each line is read as any line.
pub const LEAST_SPEED: f64 = 5e5;
/// At 4n, so many bytes of memory a byte of input are the most, beyond [`CONSTANT`], for one article.
pub const MOST_MEMORY: f64 = 64.0;
/// The same for pages: what is known of a line takes some 600 bytes, and a line may be two.
pub const MOST_MEMORY_OF_PAGES: f64 = 400.0;
/// What any digest may hold: the ranker's two thousand sentences that may be short, the keywords of
/// 64 KiB.
const CONSTANT: f64 = (12 << 20) as f64;
/// What is over a limit is measured so often more before it is believed: the machine has other work.
const AGAIN: usize = 4;

/// What one shape cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Seconds at n, 2n and 4n.
    pub seconds: [f64; 3],
    /// The lengths as they came out.
    pub bytes: [f64; 3],
    /// The most memory at 4n, in bytes.
    pub memory: f64,
    /// Whether it was read as a page, line by line.
    pub page: bool,
}

impl Cost {
    /// The power of the length that the time grows with, from n to 4n.
    pub fn exponent(&self) -> f64 {
        // A tenth of a millisecond is what starting costs: below, nothing can be told.
        let [first, _, last] = self.seconds.map(|seconds| seconds.max(1e-4));
        (last / first).ln() / (self.bytes[2] / self.bytes[0]).ln()
    }

    /// Bytes a second at 4n.
    pub fn speed(&self) -> f64 {
        self.bytes[2] / self.seconds[2]
    }

    /// Bytes of memory a byte of input at 4n.
    pub fn memory_per_byte(&self) -> f64 {
        ((self.memory - CONSTANT) / self.bytes[2]).max(0.0)
    }

    pub fn is_over(&self) -> bool {
        self.exponent() > MOST_EXPONENT
            || self.speed() < LEAST_SPEED
            || self.memory_per_byte() > if self.page { MOST_MEMORY_OF_PAGES } else { MOST_MEMORY }
    }

    fn best(self, other: Self) -> Self {
        let seconds = std::array::from_fn(|at| self.seconds[at].min(other.seconds[at]));
        Self { seconds, ..self }
    }
}

/// The time and the memory of one digest.
pub fn digest(digester: &Digester, input: &Input) -> (f64, f64) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = ThreadTime::now();
    let digest = digester.digest(input);
    let took = start.elapsed().as_secs_f64();
    let (most, after) = (MEMORY.peak_usage(), MEMORY.current_usage());
    if let Err(error) = &digest {
        assert_eq!(error.kind(), ErrorKind::Empty, "{error}");
    }
    drop(std::hint::black_box(digest));
    let output = after.saturating_sub(before);
    (took, most.saturating_sub(before + output) as f64)
}

fn once(digester: &Digester, page: bool, make: &dyn Fn(usize) -> Input) -> Cost {
    let mut cost = Cost { seconds: [0.0; 3], bytes: [0.0; 3], memory: 0.0, page };
    for (at, times) in [1, 2, 4].into_iter().enumerate() {
        let input = make(LENGTH * times);
        let length = input.text().len() + input.title().map_or(0, str::len);
        let (seconds, memory) = digest(digester, &input);
        (cost.seconds[at], cost.bytes[at], cost.memory) = (seconds, length as f64, memory);
    }
    cost
}

/// What the inputs that `make` makes cost; again where that is over a limit.
pub fn cost(digester: &Digester, place: Place, make: &dyn Fn(usize) -> Input) -> Cost {
    let page = !matches!(place, Place::Whole | Place::Row);
    let mut cost = once(digester, page, make);
    for _ in 0..AGAIN {
        if !cost.is_over() {
            break;
        }
        cost = cost.best(once(digester, page, make));
    }
    cost
}

/// Where a shape is tried: those with elements only in documents.
pub fn places(shape: &Shape) -> impl Iterator<Item = Place> {
    let markup = shape.unit.contains('<') || shape.head.contains('<');
    Place::ALL.into_iter().filter(move |place| !markup || *place == Place::Html)
}

/// One line of the table.
pub fn say(name: &str, place: Place, cost: &Cost) {
    println!(
        "{:<9} exponent {:>5.2}, {:>7.2} MB/s, {:>6.1} bytes a byte  {name}",
        place.as_str(),
        cost.exponent(),
        cost.speed() / 1e6,
        cost.memory_per_byte(),
    );
}

/// What makes an input of so many bytes.
type Make = fn(usize) -> Input;

/// Digests all shapes in all places; `all` prints each, otherwise only those over a limit and the
/// worst.
///
/// # Panics
///
/// Where one is over a limit.
pub fn run(digester: &Digester, all: bool) {
    digester.digest(&Input::page("warm", "The ferry is back.")).expect("it digests");
    let mut costs: Vec<(String, Place, Cost)> = Vec::new();
    for shape in hostile::known().into_iter().chain(hostile::generated(DRAWN)) {
        for place in places(&shape) {
            let cost = cost(digester, place, &|bytes| place.input(&shape, bytes));
            costs.push((shape.name.clone(), place, cost));
            if all || cost.is_over() {
                say(&shape.name, place, &cost);
            }
        }
    }
    let distinct: [(&str, Place, Make); 2] = [
        ("attributes of distinct names", Place::Html, hostile::distinct_attributes),
        ("Han characters, no two runs the same", Place::Row, hostile::distinct_han),
    ];
    for (name, place, make) in distinct {
        let cost = cost(digester, place, &make);
        if all || cost.is_over() {
            say(name, place, &cost);
        }
        costs.push((name.to_owned(), place, cost));
    }
    let mut worst = |what: &str, of: &dyn Fn(&Cost) -> f64| {
        costs.sort_by(|a, b| of(&b.2).total_cmp(&of(&a.2)));
        println!("\nby {what}, the worst of {}:", costs.len());
        costs.iter().take(8).for_each(|(name, place, cost)| say(name, *place, cost));
    };
    worst("exponent", &Cost::exponent);
    worst("speed", &|cost| -cost.speed());
    worst("memory", &Cost::memory_per_byte);
    let over = costs.iter().filter(|(_, _, cost)| cost.is_over()).count();
    assert_eq!(over, 0, "shapes over a limit");
}
