//! The inner loops that most of the arithmetic is in.
//!
//! In: floats and rows of 8-bit integers. Out: products with a fixed matrix, sums of rows, layer
//! norms and softmaxes.
//! Knows no model; the only file that names the `multiversion` crate, which compiles a loop for
//! several kinds of processor and takes the one for the processor at hand.
//!
//! Each value is computed by itself, its terms in the order of their index, and never depends on
//! how many rows there are. A processor that multiplies and adds in one step (`fma`) rounds once
//! where others round twice; otherwise the kind of processor changes nothing.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use std::cell::RefCell;

use ndarray::Array2;

/// Outputs that are computed together: two registers of eight on most processors.
const LANES: usize = 16;

/// Rows that are computed together: with `LANES`, as many sums as there are registers for.
const ROWS: usize = 6;

/// Terms that are added up before they are added to the others.
const TERMS: usize = 256;

/// A matrix that many vectors are multiplied by: (out, in), laid out for that.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    out: usize,
    input: usize,
    /// Panels of `LANES` outputs, in each of them one line an input; what is missing is 0.
    panels: Vec<f32>,
}

impl Matrix {
    /// Of a matrix (out, in), its value at `(row, column)` given by `at`.
    pub(crate) fn of(out: usize, input: usize, at: impl Fn(usize, usize) -> f32) -> Self {
        let mut matrix = Self { out: 0, input: 0, panels: Vec::new() };
        matrix.fill(out, input, at);
        matrix
    }

    /// Becomes another matrix, in the memory it has.
    pub(crate) fn fill(&mut self, out: usize, input: usize, at: impl Fn(usize, usize) -> f32) {
        (self.out, self.input) = (out, input);
        self.panels.clear();
        self.panels.resize(out.div_ceil(LANES) * input * LANES, 0.0);
        for (panel, lines) in self.panels.chunks_exact_mut((input * LANES).max(1)).enumerate() {
            let first = panel * LANES;
            for (column, line) in lines.chunks_exact_mut(LANES).enumerate() {
                for (row, value) in (first..out).zip(line) {
                    *value = at(row, column);
                }
            }
        }
    }

    /// The matrix of some of the outputs.
    pub(crate) fn select(&self, outputs: &[usize]) -> Self {
        let all = self.out;
        debug_assert!(outputs.iter().all(|&output| output < all), "{outputs:?} of {all} outputs");
        let at = |row: usize, column: usize| {
            let output = outputs.get(row).copied().unwrap_or(all);
            let line = output / LANES * self.input + column;
            self.panels.get(line * LANES + output % LANES).copied().unwrap_or(0.0)
        };
        Self::of(outputs.len(), self.input, at)
    }

    /// Number of inputs.
    pub(crate) fn input(&self) -> usize {
        self.input
    }

    /// The products of rows of `input` values each, as they stand in `x`: written to `y`, as many
    /// rows of `out` values each.
    pub(crate) fn times(&self, x: &[f32], y: &mut [f32]) {
        let Self { out, input, .. } = *self;
        debug_assert_eq!(x.len() * out, y.len() * input, "rows of {input} to as many of {out}");
        self.times_strided(x, input, y, out);
    }

    /// As [`times`](Self::times), for rows that begin every `x_stride` and `y_stride` values.
    pub(crate) fn times_strided(&self, x: &[f32], x_stride: usize, y: &mut [f32], y_stride: usize) {
        if self.out == 0 {
            return;
        }
        if self.input == 0 {
            y.chunks_mut(y_stride.max(1))
                .flat_map(|y| y.iter_mut().take(self.out))
                .for_each(|y| *y = 0.0);
            return;
        }
        // The last row need not be followed by the rest of its stride.
        let count = |len: usize, row: usize, stride: usize| {
            len.checked_sub(row).and_then(|rest| rest.checked_div(stride)).map_or(0, |n| n + 1)
        };
        let Self { out, input, .. } = *self;
        let rows = count(y.len(), out, y_stride);
        debug_assert_eq!(count(x.len(), input, x_stride), rows, "rows of x, rows of y");
        PACKED.with_borrow_mut(|memory| {
            let packed = pack(memory, x, x_stride, rows, input);
            products(&self.panels, packed, y, Shape { rows, out, input, y_stride });
            if memory.len() > MOST_KEPT {
                *memory = Vec::new();
            }
        });
    }
}

/// What the loops over a product need to know of it.
#[derive(Debug, Clone, Copy)]
struct Shape {
    rows: usize,
    out: usize,
    input: usize,
    /// From where a row of results begins to where the next does.
    y_stride: usize,
}

impl From<&Array2<f32>> for Matrix {
    fn from(weight: &Array2<f32>) -> Self {
        let (out, input) = weight.dim();
        Self::of(out, input, |row, column| weight.get((row, column)).copied().unwrap_or(0.0))
    }
}

thread_local! {
    /// Memory for [`pack`], which a digest asks for some thirty times. Nothing is read from it that
    /// was not written for the same product.
    static PACKED: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// The most values for which [`PACKED`] stays from one product to the next.
const MOST_KEPT: usize = 1 << 16;

/// Rows of `input` values, those of `ROWS` rows side by side: in each block one line an input.
fn pack<'m>(
    memory: &'m mut Vec<f32>,
    x: &[f32],
    x_stride: usize,
    rows: usize,
    input: usize,
) -> &'m [f32] {
    if memory.len() < rows * input {
        memory.resize(rows * input, 0.0);
    }
    let packed = memory.get_mut(..rows * input).unwrap_or_default();
    let row = |row: usize| {
        let start = row * x_stride;
        x.get(start..start + input).unwrap_or_default()
    };
    for (block, lines) in packed.chunks_mut((ROWS * input).max(1)).enumerate() {
        let first = block * ROWS;
        let count = ROWS.min(rows - first);
        for index in 0..count {
            let values = row(first + index).iter();
            if count < ROWS {
                let places = lines.iter_mut().skip(index).step_by(count);
                places.zip(values).for_each(|(place, &value)| *place = value);
                continue;
            }
            let (lines, _) = lines.as_chunks_mut::<ROWS>();
            for (line, &value) in lines.iter_mut().zip(values) {
                if let Some(place) = line.get_mut(index) {
                    *place = value;
                }
            }
        }
    }
    packed
}

/// The products of packed rows with all panels, written to `y` every `y_stride` values.
#[multiversion(targets("x86_64+avx2+fma"))]
fn products(panels: &[f32], packed: &[f32], y: &mut [f32], shape: Shape) {
    let Shape { rows, out, input, y_stride } = shape;
    let fused = target_cfg_f!(any(target_feature = "fma", target_arch = "aarch64"));
    for (panel, lines) in panels.chunks_exact((input * LANES).max(1)).enumerate() {
        let (lines, _) = lines.as_chunks::<LANES>();
        let lanes = LANES.min(out - panel * LANES);
        for (block, x) in packed.chunks((ROWS * input).max(1)).enumerate() {
            let start = block * ROWS * y_stride + panel * LANES;
            let Some(y) = y.get_mut(start..) else { continue };
            match ROWS.min(rows - block * ROWS) {
                6 => block_products::<6>(lines, x, y, y_stride, lanes, fused),
                5 => block_products::<5>(lines, x, y, y_stride, lanes, fused),
                4 => block_products::<4>(lines, x, y, y_stride, lanes, fused),
                3 => block_products::<3>(lines, x, y, y_stride, lanes, fused),
                2 => block_products::<2>(lines, x, y, y_stride, lanes, fused),
                _ => block_products::<1>(lines, x, y, y_stride, lanes, fused),
            }
        }
    }
}

/// The products of `N` packed rows with one panel, `lanes` of its outputs.
#[inline(always)]
fn block_products<const N: usize>(
    lines: &[[f32; LANES]],
    x: &[f32],
    y: &mut [f32],
    y_stride: usize,
    lanes: usize,
    fused: bool,
) {
    let (x, _) = x.as_chunks::<N>();
    for (part, (lines, x)) in lines.chunks(TERMS).zip(x.chunks(TERMS)).enumerate() {
        let mut sums = [[0_f32; LANES]; N];
        for (line, values) in lines.iter().zip(x) {
            for (sums, &value) in sums.iter_mut().zip(values) {
                for (sum, &weight) in sums.iter_mut().zip(line) {
                    *sum = if fused { value.mul_add(weight, *sum) } else { *sum + value * weight };
                }
            }
        }
        for (sums, y) in sums.iter().zip(y.chunks_mut(y_stride)) {
            if part == 0
                && lanes == LANES
                && let Some(whole) = y.first_chunk_mut()
            {
                *whole = *sums;
                continue;
            }
            for (y, &sum) in y.iter_mut().zip(sums).take(lanes) {
                *y = if part == 0 { sum } else { *y + sum };
            }
        }
    }
}

/// Adds rows of a table to `sum`, in the order of `indices`: row `i` is `weight[i] * scale[i]`, and
/// as long as `sum`.
///
/// Goes through the rows once for each stretch of `sum` that fits the registers, so that a row
/// need not wait for the one before it to be added.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(crate) fn add_rows(sum: &mut [f32], weight: &[i8], scale: &[f32], indices: &[u32]) {
    const STRETCH: usize = 64;
    let dim = sum.len();
    let rows = scale.len();
    debug_assert_eq!(weight.len(), rows * dim, "{rows} rows of {dim} values");
    debug_assert!(indices.iter().all(|&index| (index as usize) < rows), "a row of {rows}");
    let (stretches, rest) = sum.as_chunks_mut::<STRETCH>();
    let mut start = 0;
    for sum in stretches {
        let mut sums = *sum;
        for &index in indices {
            let from = index as usize * dim + start;
            let row = weight.get(from..).and_then(|row| row.first_chunk::<STRETCH>());
            if let (Some(row), Some(&scale)) = (row, scale.get(index as usize)) {
                for (sum, &value) in sums.iter_mut().zip(row) {
                    *sum += f32::from(value) * scale;
                }
            }
        }
        *sum = sums;
        start += STRETCH;
    }
    let (eights, rest) = rest.as_chunks_mut::<8>();
    for &index in indices {
        let from = index as usize * dim + start;
        let row = weight.get(from..from + dim - start);
        if let (Some(row), Some(&scale)) = (row, scale.get(index as usize)) {
            let (row_eights, row_rest) = row.as_chunks::<8>();
            for (sums, values) in eights.iter_mut().zip(row_eights) {
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum += f32::from(value) * scale;
                }
            }
            for (sum, &value) in rest.iter_mut().zip(row_rest) {
                *sum += f32::from(value) * scale;
            }
        }
    }
}

/// Layer norm of rows as long as `weight`, in place.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(crate) fn norm_rows(x: &mut [f32], weight: &[f32], bias: &[f32], eps: f32) {
    /// Rows whose sums are taken together: each waits for its own last addition only.
    const TOGETHER: usize = 4;
    let width = weight.len();
    debug_assert_eq!(bias.len(), width, "a bias of as many values as the weight");
    if width == 0 {
        return;
    }
    debug_assert_eq!(x.len() % width, 0, "{} values in rows of {width}", x.len());
    for rows in x.chunks_mut(width * TOGETHER) {
        let row = |row: usize| rows.get(row * width..(row + 1) * width).unwrap_or_default();
        let all: [Moments; TOGETHER] = if rows.len() == TOGETHER * width {
            moments(std::array::from_fn(row), eps)
        } else {
            std::array::from_fn(|index| {
                let [own] = moments([row(index)], eps);
                own
            })
        };
        for (row, Moments { mean, scale }) in rows.chunks_exact_mut(width).zip(all) {
            for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *value = (*value - mean) * scale * weight + bias;
            }
        }
    }
}

/// The mean of a row and one over its standard deviation.
#[derive(Debug, Clone, Copy)]
struct Moments {
    mean: f32,
    scale: f32,
}

/// The moments of each row, `eps` added to the variance; sums are taken one value after the other.
#[inline(always)]
fn moments<const N: usize>(rows: [&[f32]; N], eps: f32) -> [Moments; N] {
    let width = rows.iter().map(|row| row.len()).min().unwrap_or(0);
    let rows = rows.map(|row| row.get(..width).unwrap_or_default());
    let value = |row: usize, column: usize| {
        rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0)
    };
    let mut means = [0_f32; N];
    for column in 0..width {
        for (row, mean) in means.iter_mut().enumerate() {
            *mean += value(row, column);
        }
    }
    means = means.map(|sum| sum / width as f32);
    let mut variances = [0_f32; N];
    for column in 0..width {
        for ((row, variance), mean) in variances.iter_mut().enumerate().zip(means) {
            let from_mean = value(row, column) - mean;
            *variance += from_mean * from_mean;
        }
    }
    let mut moments = means.map(|mean| Moments { mean, scale: 0.0 });
    for (moments, variance) in moments.iter_mut().zip(variances) {
        moments.scale = 1.0 / (variance / width as f32 + eps).sqrt();
    }
    moments
}

/// Softmax along each row of `n` values, times `scale`; the maximum is subtracted first so that no
/// exponential overflows.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(crate) fn softmax_rows(x: &mut [f32], n: usize, scale: f32) {
    let fused = target_cfg_f!(any(target_feature = "fma", target_arch = "aarch64"));
    debug_assert_eq!(x.len() % n.max(1), 0, "{} values in rows of {n}", x.len());
    for row in x.chunks_exact_mut(n.max(1)) {
        let (eights, rest) = row.as_chunks_mut::<8>();
        // The largest is the largest in whatever order they are compared.
        let mut most = [f32::NEG_INFINITY; 8];
        for eight in eights {
            for (most, value) in most.iter_mut().zip(eight) {
                *value *= scale;
                *most = if *value > *most { *value } else { *most };
            }
        }
        let mut max = most.into_iter().fold(f32::NEG_INFINITY, f32::max);
        for value in rest {
            *value *= scale;
            max = max.max(*value);
        }
        for value in &mut *row {
            *value -= max;
        }
        exp_negative(row, fused);
        let sum = folded(row, |value| value);
        for value in row {
            *value /= sum;
        }
    }
}

/// `e^x` of values not above 0, in 64-bit floats: `2^(k/32 + r)` for a whole `k` from a table of
/// `2^(i/32)` and a polynomial in `r` (Szabolcs Nagy's, of Arm's optimized routines, whose results
/// these are bit for bit). What the system's library would give one value at a time, and the same on
/// every system.
#[inline(always)]
fn exp_negative(values: &mut [f32], fused: bool) {
    /// Below it the result is 0.
    const LEAST: f32 = -110.0;
    /// Adding it leaves a whole number in the low bits.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const STEPS: f64 = 32.0;
    const STEPS_A_UNIT: f64 = std::f64::consts::LOG2_E * STEPS;
    const SQUARE: f64 = 0.240_228_452_244_572_2 / STEPS / STEPS;
    const CUBE: f64 = 0.055_503_615_593_415_35 / STEPS / STEPS / STEPS;
    const LINE: f64 = 0.693_147_180_691_620_3 / STEPS;
    let times = |a: f64, b: f64, c: f64| if fused { a.mul_add(b, c) } else { a * b + c };
    for value in values {
        let x = f64::from(if *value < LEAST { LEAST } else { *value });
        let shifted = times(x, STEPS_A_UNIT, SHIFT);
        let steps = shifted.to_bits();
        let rest = times(x, STEPS_A_UNIT, SHIFT - shifted);
        // A step more is a 32nd of what one more in the exponent is.
        let bits = POWERS.get((steps % 32) as usize).copied().unwrap_or(0);
        let power = f64::from_bits(bits.wrapping_add((steps / 32) << 52));
        let high = times(CUBE, rest, SQUARE);
        let low = times(LINE, rest, 1.0);
        *value = (times(high, rest * rest, low) * power) as f32;
    }
}

/// `2^(i/32)`, by their bits.
static POWERS: [u64; 32] = [
    0x3ff0_0000_0000_0000,
    0x3ff0_59b0_d315_8574,
    0x3ff0_b558_6cf9_890f,
    0x3ff1_1301_d012_5b51,
    0x3ff1_72b8_3c7d_517b,
    0x3ff1_d487_3168_b9aa,
    0x3ff2_387a_6e75_6238,
    0x3ff2_9e9d_f51f_dee1,
    0x3ff3_06fe_0a31_b715,
    0x3ff3_71a7_373a_a9cb,
    0x3ff3_dea6_4c12_3422,
    0x3ff4_4e08_6061_892d,
    0x3ff4_bfda_d536_2a27,
    0x3ff5_342b_569d_4f82,
    0x3ff5_ab07_dd48_5429,
    0x3ff6_247e_b03a_5585,
    0x3ff6_a09e_667f_3bcd,
    0x3ff7_1f75_e8ec_5f74,
    0x3ff7_a114_73eb_0187,
    0x3ff8_2589_994c_ce13,
    0x3ff8_ace5_422a_a0db,
    0x3ff9_3737_b0cd_c5e5,
    0x3ff9_c491_82a3_f090,
    0x3ffa_5503_b23e_255d,
    0x3ffa_e89f_995a_d3ad,
    0x3ffb_7f76_f2fb_5e47,
    0x3ffc_199b_dd85_529c,
    0x3ffc_b720_dcef_9069,
    0x3ffd_5818_dcfb_a487,
    0x3ffd_fc97_337b_9b5f,
    0x3ffe_a4af_a2a4_90da,
    0x3fff_5076_5b6e_4540,
];

/// The sum of the squares of `values`.
pub(crate) fn square_sum(values: &[f32]) -> f32 {
    folded(values, |value| value * value)
}

/// The sum of a term for each of `values`: that of each eighth, then those four and four, then what
/// is left over. The order in which ndarray adds, so that the recipe's figures and these are the
/// same.
#[inline(always)]
fn folded(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0_f32; 8];
    for eight in eights {
        for (sum, &value) in sums.iter_mut().zip(eight) {
            *sum += term(value);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = 0.0 + (a + e) + (b + f) + (c + g) + (d + h);
    rest.iter().fold(sum, |sum, &value| sum + term(value))
}

#[cfg(test)]
mod tests {
    use super::{Matrix, add_rows, exp_negative, norm_rows, softmax_rows, square_sum};
    use ndarray::{Array1, Array2};
    use proptest::prelude::*;

    fn values(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    proptest! {
        #[test]
        fn a_product_is_that_of_the_slow_way(
            rows in 0_usize..15, out in 1_usize..40, input in 0_usize..600, seed in 0_usize..1000,
        ) {
            let weight = values(out * input, seed);
            let x = values(rows * input, seed + 1);
            let matrix = Matrix::of(out, input, |row, column| weight[row * input + column]);
            let mut y = vec![f32::NAN; rows * out];
            matrix.times(&x, &mut y);
            for row in 0..rows {
                for column in 0..out {
                    let terms = (0..input)
                        .map(|i| f64::from(x[row * input + i]) * f64::from(weight[column * input + i]));
                    let expected: f64 = terms.sum();
                    let found = f64::from(y[row * out + column]);
                    prop_assert!((found - expected).abs() < 1e-3, "{} {}", found, expected);
                }
            }
            // However many rows stand around one, its values are the same bits.
            for row in 0..rows {
                let mut alone = vec![f32::NAN; out];
                matrix.times(&x[row * input..(row + 1) * input], &mut alone);
                prop_assert_eq!(&alone[..], &y[row * out..(row + 1) * out]);
            }
            // As are those of some outputs alone.
            let chosen: Vec<usize> = (0..out).rev().step_by(3).collect();
            let mut some = vec![f32::NAN; rows * chosen.len()];
            matrix.select(&chosen).times(&x, &mut some);
            for (row, some) in some.chunks(chosen.len()).enumerate() {
                for (value, output) in some.iter().zip(&chosen) {
                    prop_assert_eq!(*value, y[row * out + output]);
                }
            }
        }
    }

    /// The recipe's golden figures were written with this library's products.
    #[test]
    fn a_product_is_near_ndarrays() {
        let (rows, out, input) = (27, 96, 153);
        let weight = Array2::from_shape_vec((out, input), values(out * input, 1)).unwrap();
        let x = Array2::from_shape_vec((rows, input), values(rows * input, 2)).unwrap();
        let expected = x.dot(&weight.t());
        let mut y = vec![0.0; rows * out];
        let matrix = Matrix::of(out, input, |row, column| weight[[row, column]]);
        matrix.times(x.as_slice().unwrap(), &mut y);
        for (found, expected) in y.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-4);
        }
    }

    /// The slow twins, in ndarray's own terms.
    #[test]
    fn norms_and_softmaxes_are_those_of_the_slow_way() {
        const EPS: f32 = 1e-5;
        for n in [1, 5, 8, 27, 128] {
            let (weight, bias) = (values(96, 1), values(96, 2));
            let mut found = values(n * 96, n);
            let mut expected = Array2::from_shape_vec((n, 96), found.clone()).unwrap();
            norm_rows(&mut found, &weight, &bias, EPS);
            for mut row in expected.rows_mut() {
                let mean = row.iter().sum::<f32>() / 96.0;
                let squares = row.iter().map(|value| (value - mean) * (value - mean));
                let scale = 1.0 / (squares.sum::<f32>() / 96.0 + EPS).sqrt();
                row.mapv_inplace(|value| (value - mean) * scale);
                row *= &Array1::from_vec(weight.clone());
                row += &Array1::from_vec(bias.clone());
            }
            assert_eq!(found, expected.into_raw_vec_and_offset().0);

            let mut found = values(n * n, n + 1);
            let mut expected = Array2::from_shape_vec((n, n), found.clone()).unwrap();
            softmax_rows(&mut found, n, 0.2);
            expected *= 0.2;
            for mut row in expected.rows_mut() {
                let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                row.mapv_inplace(|value| (value - max).exp());
                let sum = row.sum();
                row /= sum;
            }
            assert_eq!(found, expected.into_raw_vec_and_offset().0);
        }
    }

    #[test]
    fn exponentials_are_those_of_the_systems_library() {
        for fused in [false, true] {
            // Every 997th of the floats there are from -0 to far below what gives 0.
            for bits in ((-0.0_f32).to_bits()..=(-120.0_f32).to_bits()).step_by(997) {
                let x = f32::from_bits(bits);
                let mut found = [x];
                exp_negative(&mut found, fused);
                assert!(found[0].to_bits().abs_diff(x.exp().to_bits()) <= 1, "{x}: {found:?}");
            }
        }
        let mut least = [-1e30, f32::MIN, f32::NEG_INFINITY];
        exp_negative(&mut least, true);
        assert_eq!(least, [0.0; 3]);
    }

    #[test]
    fn rows_apart_are_read_and_written_where_they_stand() {
        let x = values(5 * 10, 3);
        let weight = values(3 * 4, 4);
        let matrix = Matrix::of(3, 4, |row, column| weight[row * 4 + column]);
        let mut apart = vec![9.0; 4 * 7 + 3];
        matrix.times_strided(&x, 10, &mut apart, 7);
        for row in 0..5 {
            let mut alone = [0.0; 3];
            matrix.times(&x[row * 10..row * 10 + 4], &mut alone);
            assert_eq!(apart[row * 7..row * 7 + 3], alone);
        }
        assert!(apart.iter().skip(3).step_by(7).all(|&untouched| untouched == 9.0));
    }

    #[test]
    fn rows_are_added_times_their_scale() {
        for dim in [1, 20, 64, 75, 128, 160] {
            let weight: Vec<i8> = (0..3 * dim).map(|i| (i * 37 % 255 - 127) as i8).collect();
            let mut found = vec![0.5; dim as usize];
            add_rows(&mut found, &weight, &[0.25, 0.5, 2.0], &[2, 0, 2]);
            let row = |row: usize, i: usize| f32::from(weight[row * dim as usize + i]);
            for (i, found) in found.iter().enumerate() {
                assert_eq!(*found, 0.5 + row(2, i) * 2.0 + row(0, i) * 0.25 + row(2, i) * 2.0);
            }
        }
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_wrong_size_is_loud() {
        let wrong: [fn(); 5] = [
            || Matrix::of(2, 3, |_, _| 1.0).times(&[1.0; 5], &mut [0.0; 2]),
            || drop(Matrix::of(2, 3, |_, _| 1.0).select(&[2])),
            || add_rows(&mut [0.0; 2], &[1; 4], &[1.0; 2], &[2]),
            || norm_rows(&mut [0.0; 5], &[1.0; 2], &[0.0; 2], 1e-5),
            || softmax_rows(&mut [0.0; 5], 2, 1.0),
        ];
        for wrong in wrong {
            assert!(std::panic::catch_unwind(wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn a_sum_of_squares_is_ndarrays(values in prop::collection::vec(-1e3_f32..1e3, 0..70)) {
            let twin = ndarray::ArrayView1::from(&values);
            prop_assert_eq!(square_sum(&values), twin.dot(&twin));
        }
    }
}
