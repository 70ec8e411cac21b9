//! How fast rten encodes sentences with an ONNX model, and the vectors that it gives.
//!
//! In: an ONNX file, a `tokenizer.json` and a file with one sentence a line. Out: the rates on
//! standard output and, where asked for, the vectors as 32-bit floats, little-endian.
//!
//! ```text
//! int8-trial RTEN MODEL TOKENIZER SENTENCES [--batch alone|filled|equal] [--threads N] [--limit N]
//!     [--rounds N] [--out FILE]
//! ```
//!
//! RTEN is 24 or 27. Sentences go in calls of 28, the sentences of a Daily Mail article, as many
//! calls at once as there are threads; a model run has one thread. `--batch filled` makes batches
//! of a call's sentences as `src/engine/rust_bert/batch.rs` does, `equal` only of those of equal
//! length, `alone` makes none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokenizers::Tokenizer;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const CALL: usize = 28;
const TOKEN_BUDGET: usize = 1024;
const MAX_FILLING: f32 = 0.1;
/// Special tokens included.
const WINDOW: usize = 512;

/// Rows of one length, filled up with 0: their pooled vectors.
trait Run: Sync {
    fn tokens(&self, ids: Vec<i32>, mask: Vec<i32>, rows: usize, length: usize) -> Result<Vec<f32>, Failure>;
}

macro_rules! runner {
    ($module:ident, $rten:ident, $tensor:ident) => {
        mod $module {
            use std::sync::Arc;

            use $rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
            use $tensor::NdTensor;

            use super::Failure;

            pub struct Runner {
                model: Model,
                inputs: [NodeId; 3],
                output: NodeId,
            }

            thread_local! {
                static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
            }

            impl Runner {
                pub fn load(path: &str) -> Result<Self, Failure> {
                    let mut options = ModelOptions::with_all_ops();
                    options.prepack_weights(true);
                    let model = options.load_file(path)?;
                    let inputs = [
                        model.node_id("input_ids")?,
                        model.node_id("attention_mask")?,
                        model.node_id("token_type_ids")?,
                    ];
                    let output = model.node_id("tokens")?;
                    Ok(Self { model, inputs, output })
                }
            }

            impl super::Run for Runner {
                fn tokens(
                    &self, ids: Vec<i32>, mask: Vec<i32>, rows: usize, length: usize,
                ) -> Result<Vec<f32>, Failure> {
                    let types = NdTensor::<i32, 2>::zeros([rows, length]);
                    let ids = NdTensor::from_data([rows, length], ids);
                    let mask = NdTensor::from_data([rows, length], mask);
                    let [a, b, c] = self.inputs;
                    let options = POOL.with(|pool| RunOptions::default().with_thread_pool(Some(pool.clone())));
                    let inputs = vec![(a, ids.into()), (b, mask.into()), (c, types.into())];
                    let [found] = self.model.run_n(inputs, [self.output], Some(options))?;
                    let Value::FloatTensor(found) = found else { return Err("not floats".into()) };
                    Ok(found.into_data())
                }
            }
        }
    };
}

runner!(rten_24, rten24, rten24_tensor);
runner!(rten_27, rten27, rten27_tensor);

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [version, model, tokenizer, sentences, ..] = args.as_slice() else {
        return Err("usage: int8-trial RTEN MODEL TOKENIZER SENTENCES [options]".into());
    };
    let after = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1).map(String::as_str);
    let number = |name: &str, usual: usize| after(name).map_or(Ok(usual), str::parse);
    let (threads, rounds) = (number("--threads", 1)?, number("--rounds", 3)?);
    let limit = number("--limit", usize::MAX)?;
    let batch = after("--batch").unwrap_or("alone");

    let runner: Arc<dyn Run + Send> = match version.as_str() {
        "24" => Arc::new(rten_24::Runner::load(model)?),
        "27" => Arc::new(rten_27::Runner::load(model)?),
        _ => return Err("RTEN is 24 or 27".into()),
    };
    let mut tokenizer = Tokenizer::from_file(tokenizer)?;
    tokenizer.with_padding(None).with_truncation(None)?;
    let text = std::fs::read_to_string(sentences)?;
    let lines: Vec<&str> = text.lines().take(limit).collect();

    let mut best = 0_f64;
    let mut vectors = Vec::new();
    for _ in 0..rounds {
        let (next, start, cpu) = (AtomicUsize::new(0), Instant::now(), user_seconds());
        let calls: Vec<&[&str]> = lines.chunks(CALL).collect();
        let found = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut own = Vec::new();
                        loop {
                            let index = next.fetch_add(1, Ordering::Relaxed);
                            let Some(texts) = calls.get(index) else { return Ok::<_, Failure>(own) };
                            own.push((index, encode(&*runner, &tokenizer, texts, batch)?));
                        }
                    })
                })
                .collect();
            let mut all = Vec::new();
            for caller in callers {
                all.extend(caller.join().map_err(|_| "a thread panicked")??);
            }
            Ok::<_, Failure>(all)
        })?;
        let (wall, cpu) = (start.elapsed().as_secs_f64(), user_seconds() - cpu);
        let rate = lines.len() as f64 / wall;
        best = best.max(rate);
        println!("{rate:.0} sentences/s by the clock, {:.0} by user CPU time", lines.len() as f64 / cpu);
        let ordered: BTreeMap<usize, Vec<Vec<f32>>> = found.into_iter().collect();
        vectors = ordered.into_values().flatten().collect();
    }
    println!("best: {best:.0} sentences/s (rten 0.{version}, {model}, batch {batch}, threads {threads})");
    if let Some(path) = after("--out") {
        let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

fn encode(runner: &dyn Run, tokenizer: &Tokenizer, texts: &[&str], batch: &str) -> Result<Vec<Vec<f32>>, Failure> {
    let mut rows = Vec::with_capacity(texts.len());
    for text in texts {
        let ids = tokenizer.encode(*text, true)?;
        let ids = ids.get_ids();
        let mut own: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
        if own.len() > WINDOW {
            let last = own[own.len() - 1];
            own.truncate(WINDOW - 1);
            own.push(last);
        }
        rows.push(own);
    }
    let batches = match batch {
        "alone" => (0..rows.len()).map(|row| vec![row]).collect(),
        "equal" => batches(&rows, TOKEN_BUDGET, 0.0),
        _ => batches(&rows, TOKEN_BUDGET, MAX_FILLING),
    };
    let mut vectors = vec![Vec::new(); rows.len()];
    for batch in batches {
        let longest = batch.iter().map(|&row| rows[row].len()).max().unwrap_or(0);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for &row in &batch {
            let rest = longest - rows[row].len();
            ids.extend(rows[row].iter().copied().chain(std::iter::repeat_n(0, rest)));
            mask.extend(std::iter::repeat_n(1, rows[row].len()).chain(std::iter::repeat_n(0, rest)));
        }
        let tokens = runner.tokens(ids, mask, batch.len(), longest)?;
        let width = tokens.len() / (batch.len() * longest);
        for (&row, tokens) in batch.iter().zip(tokens.chunks_exact(width * longest)) {
            let mut sum = vec![0.0; width];
            for token in tokens.chunks_exact(width).take(rows[row].len()) {
                sum.iter_mut().zip(token).for_each(|(sum, value)| *sum += value);
            }
            let norm = sum.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-12);
            vectors[row] = sum.into_iter().map(|value| value / norm).collect();
        }
    }
    Ok(vectors)
}

fn batches(rows: &[Vec<i32>], budget: usize, max_filling: f32) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(rows[index].len()), index));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let (mut longest, mut sum) = (0, 0);
    for index in order {
        let own = rows[index].len();
        if let Some(open) = batches.last_mut() {
            let padded = longest * (open.len() + 1);
            let filling = (padded - sum - own) as f32 / padded.max(1) as f32;
            if padded <= budget && filling <= max_filling {
                open.push(index);
                sum += own;
                continue;
            }
        }
        batches.push(vec![index]);
        (longest, sum) = (own, own);
    }
    batches
}

/// User CPU time of this process so far (Linux: 100 ticks a second).
fn user_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11)?.parse::<f64>().ok());
    ticks.unwrap_or(0.0) / 100.0
}
