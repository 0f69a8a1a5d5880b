//! Every kernel against its naive twin, bit for bit, on every instruction set that this machine has,
//! over shapes with all kinds of tails and slices that start anywhere.
//!
//! The twins are loops that a student would write. That they agree to the last bit is the promise of
//! [`crate::kernels`] about the order of sums; `fused` says whether the machine rounds a multiply-add
//! once.

use super::elementwise::*;
use super::gemm::{Epilogue, Gemm};
use super::gemv::*;
use super::normalize::*;
use super::panels::Packed;
use super::pool::*;
use super::sparse::{OuterProduct, SparseConv, Write, list_capacity};
use super::view::{Axis, View};
use super::{Isa, Kernels, MatmulScratch, dot, matmul, peak};
use crate::{Error, Real};
#[cfg(not(target_arch = "wasm32"))]
use core::prelude::v1::test as check;
use rand::Rng;
use rand_pcg::Pcg32;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as check;

/// `a * b + c` as the machine does it.
trait Fused: Real {
    fn multiply_add(self, b: Self, c: Self, fused: bool) -> Self;
    fn bits(self) -> u64;
}

impl Fused for f32 {
    fn multiply_add(self, b: f32, c: f32, fused: bool) -> f32 {
        match fused {
            true => libm::fmaf(self, b, c),
            false => self * b + c,
        }
    }
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
}

impl Fused for f64 {
    fn multiply_add(self, b: f64, c: f64, _: bool) -> f64 {
        self * b + c
    }
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

fn fused(isa: Isa) -> bool {
    matches!(isa, Isa::RelaxedSimd | Isa::Neon | Isa::Avx2 | Isa::Avx512)
}

/// How often to try something: under Miri, which takes a thousand times as long, a few times.
fn rounds(count: usize) -> usize {
    if cfg!(miri) {
        count.div_ceil(20)
    } else {
        count
    }
}

fn available() -> impl Iterator<Item = Isa> {
    Isa::ALL.into_iter().filter(|isa| isa.is_available())
}

/// Random numbers of mixed sign and size, some of them zero.
struct Source(Pcg32);

impl Source {
    fn new(seed: u64) -> Self {
        Source(Pcg32::new(seed, 77))
    }
    fn below(&mut self, bound: usize) -> usize {
        // Under Miri small sizes, a few of them wider than a tile.
        let bound = match cfg!(miri) {
            true if bound > 18 => 10,
            true => bound.min(2),
            false => bound,
        };
        self.0.next_u32() as usize % bound
    }
    fn numbers<T: Real>(&mut self, count: usize) -> Vec<T> {
        (0..count)
            .map(|_| {
                let x = self.0.next_u32();
                match x % 5 {
                    0 => T::ZERO,
                    _ => T::from_f64(f64::from(x >> 8) / f64::from(1 << 23) - 1.0),
                }
            })
            .collect()
    }
}

#[track_caller]
fn same<T: Fused>(isa: Isa, found: &[T], expected: &[T], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        let equal = f.bits() == e.bits() || (*f == T::ZERO && *e == T::ZERO);
        assert!(equal, "{isa:?}, {what}: element {i} is {f:?}, not {e:?}");
    }
}

/// The naive matrix multiply, through a view.
fn product<T: Fused>(a: View<'_, T>, b: &[T], columns: usize, start: &[T], fused: bool) -> Vec<T> {
    let mut c = start.to_vec();
    for r in 0..a.rows.len {
        for j in 0..columns {
            let sum = &mut c[r * columns + j];
            for k in 0..a.depth.len {
                let x = a.data[a.rows.at(r) + a.depth.at(k)];
                *sum = x.multiply_add(b[k * columns + j], *sum, fused);
            }
        }
    }
    c
}

/// One multiply in all its variants against the twin.
fn check_multiply<T: Fused>(isa: Isa, a: View<'_, T>, columns: usize, source: &mut Source) {
    let (rows, depth) = (a.rows.len, a.depth.len);
    let what = format!("{rows}x{depth}x{columns}");
    let b: Vec<T> = source.numbers(depth * columns + 1);
    let bias: Vec<T> = source.numbers(columns);
    let start: Vec<T> = source.numbers(rows * columns);
    let zeros = vec![T::ZERO; rows * columns];
    let plain = product(a, &b[1..], columns, &zeros, fused(isa));
    let more = product(a, &b[1..], columns, &start, fused(isa));
    let biased: Vec<T> = (0..rows * columns)
        .map(|i| plain[i] + bias[i % columns])
        .collect();
    let relu: Vec<T> = biased
        .iter()
        .map(|&x| if x < T::ZERO { T::ZERO } else { x })
        .collect();
    for (epilogue, expected) in [
        (Epilogue::Store, plain),
        (Epilogue::Accumulate, more),
        (Epilogue::Bias(&bias), biased),
        (Epilogue::BiasRelu(&bias), relu),
    ] {
        for transposed in [false, true] {
            if transposed && matches!(epilogue, Epilogue::Accumulate) {
                continue;
            }
            let place = |r: usize, j: usize| match transposed {
                true => 1 + j * rows + r,
                false => 1 + r * columns + j,
            };
            let mut c = vec![T::from_f64(7.0); rows * columns + 2];
            for r in 0..rows {
                for j in 0..columns {
                    c[place(r, j)] = start[r * columns + j];
                }
            }
            let mut packed = Packed::default();
            T::gemm(
                isa,
                Gemm {
                    a,
                    b: packed.rows(isa, depth, columns, &b[1..]).unwrap(),
                    c: &mut c[1..1 + rows * columns],
                    strides: if transposed { (1, rows) } else { (columns, 1) },
                    epilogue,
                },
            );
            let found: Vec<T> = (0..rows * columns)
                .map(|i| c[place(i / columns, i % columns)])
                .collect();
            same(isa, &found, &expected, &format!("{what} {epilogue:?}"));
            // Nothing was written beside the result.
            assert_eq!(
                (c[0], c[rows * columns + 1]),
                (T::from_f64(7.0), T::from_f64(7.0))
            );
        }
    }
}

fn check_shape<T: Fused>(seed: u64, rows: usize, depth: usize, columns: usize) {
    for isa in available() {
        let mut source = Source::new(seed);
        let data: Vec<T> = source.numbers(rows * depth + 3);
        let a = View::matrix(&data[3..], rows, depth);
        check_multiply(isa, a, columns, &mut source);
        let a = View::matrix(&data[3..], depth, rows).transposed();
        check_multiply(isa, a, columns, &mut source);
    }
}

#[check]
fn a_matrix_multiply_is_its_naive_twin_for_every_small_shape() {
    // Miri is shown a tile of each height and width, and a sum of nothing.
    if cfg!(miri) {
        check_shape::<f32>(1, 1, 3, 1);
        check_shape::<f32>(1, 7, 2, 7);
        check_shape::<f64>(1, 3, 0, 8);
        return;
    }
    for rows in 1..=14 {
        for columns in [1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 48, 65] {
            check_shape::<f32>(1, rows, 5, columns);
        }
    }
    for depth in 0..=9 {
        check_shape::<f32>(2, 5, depth, 10);
        check_shape::<f64>(2, 5, depth, 10);
    }
    check_shape::<f64>(3, 7, 11, 19);
}

#[check]
fn a_convolution_is_the_naive_product_of_its_windows() {
    let mut source = Source::new(4);
    for isa in available() {
        for _ in 0..rounds(60) {
            let kernel = 1 + 2 * source.below(3);
            let (height, width) = (1 + source.below(7), 1 + source.below(7));
            let (channels, filters) = (1 + source.below(9), 1 + source.below(37));
            let line = (width + kernel - 1) * channels;
            let picture: Vec<f32> = source.numbers((height + kernel - 1) * line);
            let view = View::windows(&picture, line, channels, [height, width], kernel);
            check_multiply(isa, view, filters, &mut source);
            check_multiply(isa, view.transposed(), filters, &mut source);
        }
    }
}

#[check]
fn matmul_cuts_wide_matrices_into_strips_without_a_trace() {
    for isa in available() {
        let mut source = Source::new(6);
        for shape in [
            [1, 1, 1],
            [3, 0, 5],
            [70, 600, 100],
            [64, 3, 70],
            [65, 1000, 33],
            // Deeper than a strip is large.
            [64, 16_385, 2],
        ] {
            let [m, k, n] = shape;
            if cfg!(miri) && m * k * n > 1000 {
                continue;
            }
            let (a, b): (Vec<f32>, Vec<f32>) = (source.numbers(m * k), source.numbers(k * n));
            let mut c = vec![9.0; m * n];
            let mut scratch = MatmulScratch::default();
            matmul(isa, shape, &a, &b, &mut c, &mut scratch).unwrap();
            let expected = product(View::matrix(&a, m, k), &b, n, &vec![0.0; m * n], fused(isa));
            same(isa, &c, &expected, &format!("{shape:?}"));
        }
    }
}

#[check]
fn matmul_says_which_shape_does_not_fit() {
    let mut scratch = MatmulScratch::default();
    let result = matmul(
        Isa::Scalar,
        [2, 3, 4],
        &[0f32; 6],
        &[0.0; 11],
        &mut [0.0; 8],
        &mut scratch,
    );
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Shape { .. }));
    assert_eq!(
        error.to_string(),
        "a matrix multiply: expected 3x4, found 11"
    );
    let huge = [usize::MAX, 2, 1];
    let result = matmul(
        Isa::Scalar,
        huge,
        &[0f32; 6],
        &[0.0; 2],
        &mut [0.0; 8],
        &mut scratch,
    );
    assert!(matches!(result, Err(Error::Shape { .. })));
    assert_eq!(
        matmul::<f32>(Isa::Scalar, [0, 3, 0], &[], &[], &mut [], &mut scratch),
        Ok(())
    );
}

/// Lengths around every register width, and starts off every alignment.
fn lengths() -> impl Iterator<Item = usize> {
    let most = if cfg!(miri) { 9 } else { 129 };
    (0..=35)
        .chain([63, 64, 65, 100, 127, 128, 129])
        .take_while(move |&length| length <= most)
}

#[check]
fn element_by_element_kernels_are_their_naive_twins() {
    for isa in available() {
        let mut source = Source::new(8);
        for n in lengths() {
            let (x, y): (Vec<f32>, Vec<f32>) = (source.numbers(n + 1), source.numbers(n + 1));
            let (x, y) = (&x[1..], &y[1..]);
            let twin = |f: &dyn Fn(f32, f32) -> f32| -> Vec<f32> {
                x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect()
            };

            let mut delta = x.to_vec();
            f32::relu_backward(
                isa,
                ReluBackward {
                    delta: &mut delta,
                    output: y,
                },
            );
            same(
                isa,
                &delta,
                &twin(&|x, y| if y > 0.0 { x } else { 0.0 }),
                "ReLU backward",
            );

            let mut delta = x.to_vec();
            f32::sigmoid_backward(
                isa,
                SigmoidBackward {
                    delta: &mut delta,
                    output: y,
                },
            );
            same(
                isa,
                &delta,
                &twin(&|x, y| x * (y * (1.0 - y))),
                "sigmoid backward",
            );

            let mut delta = x.to_vec();
            f32::tanh_backward(
                isa,
                TanhBackward {
                    delta: &mut delta,
                    output: y,
                },
            );
            same(
                isa,
                &delta,
                &twin(&|x, y| x * (1.0 - y * y)),
                "tanh backward",
            );

            let mut found = vec![0.0; n];
            f32::multiply(
                isa,
                Multiply {
                    x,
                    y,
                    product: &mut found,
                },
            );
            same(isa, &found, &twin(&|x, y| x * y), "multiply");

            for decay in [0.0, 0.01] {
                let mut params = x.to_vec();
                let step = SgdStep {
                    params: &mut params,
                    gradients: y,
                    rate: 0.3,
                    decay,
                };
                f32::sgd_step(isa, step);
                let expected = twin(&|x, y| x - 0.3 * if decay == 0.0 { y } else { y + decay * x });
                same(isa, &params, &expected, "SGD");

                for nesterov in [false, true] {
                    let (mut params, mut velocity) = (x.to_vec(), y.to_vec());
                    f32::momentum_step(
                        isa,
                        MomentumStep {
                            params: &mut params,
                            gradients: x,
                            velocity: &mut velocity,
                            rate: 0.3,
                            momentum: 0.9,
                            decay,
                            nesterov,
                        },
                    );
                    let gradient = |x: f32| if decay == 0.0 { x } else { x + decay * x };
                    let fresh = |x: f32, y: f32| 0.9 * y + gradient(x);
                    same(isa, &velocity, &twin(&fresh), "velocity");
                    let expected = twin(&|x, y| {
                        let v = fresh(x, y);
                        x - 0.3 * if nesterov { gradient(x) + 0.9 * v } else { v }
                    });
                    same(isa, &params, &expected, "momentum");
                }
            }

            let (mut params, mut first, mut second) = (x.to_vec(), y.to_vec(), vec![0.25; n]);
            f32::adam_step(
                isa,
                AdamStep {
                    params: &mut params,
                    gradients: x,
                    first: &mut first,
                    second: &mut second,
                    rate: 0.01,
                    root_correction: 1.5,
                    beta1: 0.9,
                    beta2: 0.999,
                    one_minus_beta1: 0.1,
                    one_minus_beta2: 0.001,
                    epsilon: 1e-8,
                    decay_factor: 0.99,
                },
            );
            let m = |x: f32, y: f32| 0.9 * y + 0.1 * x;
            let v = |x: f32| 0.999 * 0.25 + 0.001 * (x * x);
            same(isa, &first, &twin(&m), "Adam's first moment");
            same(isa, &second, &twin(&|x, _| v(x)), "Adam's second moment");
            let expected = twin(&|x, y| x * 0.99 - 0.01 * m(x, y) / (v(x).sqrt() * 1.5 + 1e-8));
            same(isa, &params, &expected, "Adam");
        }
    }
}

#[check]
fn column_sums_and_vector_products_are_their_naive_twins() {
    for isa in available() {
        let mut source = Source::new(9);
        for columns in lengths().skip(1) {
            let rows = source.below(40);
            let matrix: Vec<f32> = source.numbers(rows * columns);
            let x: Vec<f32> = source.numbers(rows);
            let bias: Vec<f32> = source.numbers(columns);
            let mut nonzero = vec![0; rows];

            let mut sums = vec![5.0; columns];
            f32::column_sums(
                isa,
                ColumnSums {
                    rows: &matrix,
                    sums: &mut sums,
                    add_scaled: None,
                },
            );
            let mut expected = vec![0.0; columns];
            for (i, value) in matrix.iter().enumerate() {
                expected[i % columns] += value;
            }
            same(isa, &sums, &expected, "column sums");
            f32::column_sums(
                isa,
                ColumnSums {
                    rows: &matrix,
                    sums: &mut sums,
                    add_scaled: Some(-0.5),
                },
            );
            for sum in &mut expected {
                *sum = sum.multiply_add(-0.5, *sum, fused(isa));
            }
            same(isa, &sums, &expected, "column sums added");

            for relu in [false, true] {
                let mut y = vec![5.0; columns];
                f32::vector_matrix(
                    isa,
                    VectorMatrix {
                        x: &x,
                        weights: &matrix,
                        bias: &bias,
                        y: &mut y,
                        nonzero: &mut nonzero,
                        relu,
                    },
                );
                let zeros = vec![0.0; columns];
                let mut expected = product(
                    View::matrix(&x, 1, rows),
                    &matrix,
                    columns,
                    &zeros,
                    fused(isa),
                );
                for (y, bias) in expected.iter_mut().zip(&bias) {
                    *y += bias;
                    if relu && *y < 0.0 {
                        *y = 0.0;
                    }
                }
                same(isa, &y, &expected, "vector times matrix");
            }

            let mut weights = matrix.clone();
            f32::rank_one_update(
                isa,
                RankOneUpdate {
                    weights: &mut weights,
                    x: &x,
                    step: &bias,
                    nonzero: &mut nonzero,
                },
            );
            let expected: Vec<f32> = (0..matrix.len())
                .map(|i| (-x[i / columns]).multiply_add(bias[i % columns], matrix[i], fused(isa)))
                .collect();
            same(isa, &weights, &expected, "rank-one update");
        }
    }
}

/// Zeroes most of `values`, in runs.
fn thin(source: &mut Source, values: &mut [f32]) {
    for run in values.chunks_mut(7) {
        if source.below(3) > 0 {
            run.fill(0.0);
        }
    }
}

#[check]
fn outer_products_that_leave_zeros_out_are_their_naive_twin() {
    for isa in available() {
        let mut source = Source::new(11);
        for _ in 0..rounds(120) {
            let (batch, rows) = (1 + source.below(9), 1 + source.below(40));
            let columns = 1 + source.below(150);
            let mut x: Vec<f32> = source.numbers(batch * rows);
            thin(&mut source, &mut x);
            let y: Vec<f32> = source.numbers(batch * columns);
            let start: Vec<f32> = source.numbers(rows * columns);
            let capacity = list_capacity(batch);
            let (mut nonzero, mut values) = (vec![0; capacity], vec![0.0; capacity]);
            let view = View::matrix(&x, batch, rows).transposed();
            let plain = product(view, &y, columns, &vec![0.0; rows * columns], fused(isa));
            let more = product(view, &y, columns, &start, fused(isa));
            let sums = plain.iter().zip(&start);
            let times = sums.map(|(&sum, &start)| sum.multiply_add(-0.25, start, fused(isa)));
            for (write, expected) in [
                (Write::AddScaled(-0.25), times.collect()),
                (Write::Store, plain),
                (Write::Accumulate, more),
            ] {
                let mut c = start.clone();
                f32::outer_product(
                    isa,
                    OuterProduct {
                        x: &x,
                        rows,
                        y: &y,
                        samples: Axis::even(batch, columns),
                        segments: 1,
                        width: columns,
                        stride: 0,
                        c: &mut c,
                        write,
                        nonzero: &mut nonzero,
                        values: &mut values,
                    },
                );
                same(isa, &c, &expected, &format!("outer product, {write:?}"));
            }
        }
    }
}

#[check]
fn convolutions_that_leave_zeros_out_are_their_naive_twins() {
    for isa in available() {
        let mut source = Source::new(12);
        for _ in 0..rounds(60) {
            let kernel = 1 + 2 * source.below(3);
            let (height, width) = (1 + source.below(6), 1 + source.below(6));
            let (channels, filters) = (1 + source.below(23), 1 + source.below(19));
            let (in_height, in_width) = (height + kernel - 1, width + kernel - 1);
            let mut delta: Vec<f32> = source.numbers(height * width * filters);
            thin(&mut source, &mut delta);
            let fuse = fused(isa);

            // By the weights: all of `x` is there, as where padding has been added.
            let line = in_width * channels;
            let x: Vec<f32> = source.numbers(in_height * line);
            let view = View::windows(&x, line, channels, [height, width], kernel);
            let depth = view.depth.len;
            let zeros = vec![0.0; depth * filters];
            let expected = product(view.transposed(), &delta, filters, &zeros, fuse);
            let capacity = list_capacity(height * width);
            let mut found = vec![0.0; depth * filters];
            f32::outer_product(
                isa,
                OuterProduct {
                    x: &delta,
                    rows: filters,
                    y: &x,
                    samples: view.rows,
                    segments: kernel,
                    width: kernel * channels,
                    stride: line,
                    c: &mut found,
                    write: Write::Accumulate,
                    nonzero: &mut vec![0; capacity],
                    values: &mut vec![0.0; capacity],
                },
            );
            let found: Vec<f32> = (0..depth * filters)
                .map(|i| found[(i % filters) * depth + i / filters])
                .collect();
            same(isa, &found, &expected, "gradient by the weights");

            // Forward, and by the input, with any padding that a convolution can have.
            let zeros_around = source.below(kernel);
            let (out_height, out_width) = match (
                (height + 2 * zeros_around + 1).checked_sub(kernel),
                (width + 2 * zeros_around + 1).checked_sub(kernel),
            ) {
                (Some(out_height), Some(out_width)) => (out_height, out_width),
                _ => continue,
            };
            let weights: Vec<f32> = source.numbers(kernel * kernel * filters * channels);
            let line = (width + 2 * zeros_around) * filters;
            let mut padded = vec![0.0; (height + 2 * zeros_around) * line];
            for (y, row) in delta.chunks_exact(width * filters).enumerate() {
                let start = (y + zeros_around) * line + zeros_around * filters;
                padded[start..start + row.len()].copy_from_slice(row);
            }
            if out_height * out_width == 0 {
                continue;
            }
            let view = View::windows(&padded, line, filters, [out_height, out_width], kernel);
            let zeros = vec![0.0; out_height * out_width * channels];
            let plain = product(view, &weights, channels, &zeros, fuse);
            let bias: Vec<f32> = source.numbers(channels);
            let biased = plain.iter().enumerate();
            let biased: Vec<f32> = biased.map(|(i, sum)| sum + bias[i % channels]).collect();
            let relu = biased.iter().map(|&x| if x < 0.0 { 0.0 } else { x });
            for (epilogue, expected) in [
                (Epilogue::BiasRelu(&bias), relu.collect()),
                (Epilogue::Bias(&bias), biased),
                (Epilogue::Store, plain),
            ] {
                let mut found = vec![9.0; zeros.len()];
                f32::sparse_conv(
                    isa,
                    SparseConv {
                        picture: &delta,
                        shape: [height, width, filters],
                        kernel,
                        zeros: zeros_around,
                        weights: &weights,
                        out: &mut found,
                        out_shape: [out_height, out_width, channels],
                        epilogue,
                        nonzero: &mut vec![0; delta.len()],
                        values: &mut vec![0.0; delta.len()],
                        starts: &mut vec![0; height * width + 1],
                    },
                );
                same(isa, &found, &expected, "convolution");
            }
        }
    }
}

#[check]
fn max_pooling_is_its_naive_twin_and_gives_each_gradient_away_once() {
    for isa in available() {
        let mut source = Source::new(10);
        for _ in 0..rounds(80) {
            let size = 1 + source.below(3);
            let (height, width) = (size + source.below(6), size + source.below(6));
            let channels = 1 + source.below(35);
            let input: Vec<f32> = source.numbers(height * width * channels);
            let (rows, columns) = (height / size, width / size);
            let mut output = vec![9.0; rows * columns * channels];
            f32::max_pool(
                isa,
                MaxPool {
                    input: &input,
                    output: &mut output,
                    width,
                    channels,
                    size,
                },
            );
            let delta: Vec<f32> = source.numbers(output.len());
            let mut found = vec![9.0; input.len()];
            f32::max_pool_backward(
                isa,
                MaxPoolBackward {
                    input: &input,
                    output: &output,
                    delta: &delta,
                    input_delta: &mut found,
                    width,
                    channels,
                    size,
                },
            );
            let mut best = vec![f32::NEG_INFINITY; output.len()];
            let mut winner = vec![0; output.len()];
            for y in 0..rows * size {
                for x in 0..columns * size {
                    for c in 0..channels {
                        let from = (y * width + x) * channels + c;
                        let to = (y / size * columns + x / size) * channels + c;
                        if input[from] > best[to] {
                            (best[to], winner[to]) = (input[from], from);
                        }
                    }
                }
            }
            let mut gradient = vec![0.0; input.len()];
            for (&from, &delta) in winner.iter().zip(&delta) {
                gradient[from] = delta;
            }
            same(isa, &output, &best, "max-pool");
            same(isa, &found, &gradient, "max-pool backward");
        }
    }
}

#[check]
fn normalization_is_its_naive_twin() {
    for isa in available() {
        let mut source = Source::new(15);
        for channels in lengths().skip(1) {
            let rows = 1 + source.below(40);
            let input: Vec<f32> = source.numbers(rows * channels);
            let delta: Vec<f32> = source.numbers(rows * channels);
            let [gamma, beta]: [Vec<f32>; 2] = [(); 2].map(|()| source.numbers(channels));
            let share = 1.0 / rows as f32;
            // Each channel by itself, in increasing rows.
            let sums = |number: &dyn Fn(usize, usize) -> f32| -> Vec<f32> {
                (0..channels)
                    .map(|c| (0..rows).fold(0.0, |sum, row| sum + number(row * channels + c, c)))
                    .collect()
            };
            let scaled = |sums: Vec<f32>| sums.iter().map(|sum| sum * share).collect::<Vec<f32>>();

            let (mut mean, mut variance) = (vec![5.0; channels], vec![5.0; channels]);
            let moments = Moments {
                input: &input,
                mean: &mut mean,
                variance: &mut variance,
            };
            f32::moments(isa, moments);
            let expected = scaled(sums(&|at, _| input[at]));
            same(isa, &mean, &expected, "mean");
            let expected = scaled(sums(&|at, c| (input[at] - mean[c]) * (input[at] - mean[c])));
            same(isa, &variance, &expected, "variance");

            let inverse: Vec<f32> = variance.iter().map(|v| 1.0 / (v + 1e-5).sqrt()).collect();
            let of = Channels {
                mean: &mean,
                inverse: &inverse,
                gamma: &gamma,
            };
            let normalized = |at: usize, c: usize| (input[at] - mean[c]) * inverse[c];
            for relu in [false, true] {
                let mut output = vec![5.0; input.len()];
                let op = Normalize {
                    input: &input,
                    output: &mut output,
                    of,
                    beta: &beta,
                    relu,
                };
                f32::normalize(isa, op);
                let expected: Vec<f32> = (0..input.len())
                    .map(|at| {
                        let z = gamma[at % channels] * normalized(at, at % channels)
                            + beta[at % channels];
                        if relu && z < 0.0 { 0.0 } else { z }
                    })
                    .collect();
                same(isa, &output, &expected, "normalized");
            }

            let (mut products, mut deltas) = (vec![5.0; channels], vec![5.0; channels]);
            let op = NormalizeSums {
                input: &input,
                delta: &delta,
                of,
                delta_normalized: &mut products,
                deltas: &mut deltas,
            };
            f32::normalize_sums(isa, op);
            let expected = sums(&|at, c| delta[at] * normalized(at, c));
            same(isa, &products, &expected, "gradient by scale");
            same(isa, &deltas, &sums(&|at, _| delta[at]), "gradient by shift");

            let mut input_delta = vec![5.0; input.len()];
            let op = NormalizeBackward {
                input: &input,
                delta: &delta,
                input_delta: &mut input_delta,
                of,
                delta_normalized: &products,
                deltas: &deltas,
                share,
            };
            f32::normalize_backward(isa, op);
            let expected: Vec<f32> = (0..input.len())
                .map(|at| {
                    let c = at % channels;
                    let drift = (deltas[c] + normalized(at, c) * products[c]) * share;
                    gamma[c] * inverse[c] * (delta[at] - drift)
                })
                .collect();
            same(isa, &input_delta, &expected, "gradient by input");
        }
    }
}

#[check]
fn the_peak_counts_what_it_does() {
    for isa in available() {
        assert_eq!(peak::spin::<f32>(isa, 100), 2000 * f32::lanes(isa) as u64);
    }
}

#[cfg(not(any(target_arch = "wasm32", miri)))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_matrix_multiply_is_its_naive_twin(
            seed: u64, rows in 1usize..50, depth in 0usize..70, columns in 1usize..90
        ) {
            check_shape::<f32>(seed, rows, depth, columns);
        }

        #[test]
        fn any_matrix_multiply_in_double_precision_is_its_naive_twin(
            seed: u64, rows in 1usize..30, depth in 0usize..40, columns in 1usize..40
        ) {
            check_shape::<f64>(seed, rows, depth, columns);
        }
    }
}

#[check]
fn a_scalar_product_adds_in_eight_sums_and_what_is_left_over_last() {
    for length in [0, 1, 7, 8, 9, 16, 30, 576] {
        let a: Vec<f32> = (0..length).map(|i| (i as f32 * 0.37).sin()).collect();
        let b: Vec<f32> = (0..length).map(|i| (i as f32 * 0.73).cos()).collect();
        let mut sums = [0.0_f32; 8];
        let whole = length / 8 * 8;
        for i in 0..whole {
            sums[i % 8] += a[i] * b[i];
        }
        let rest: f32 = (whole..length).map(|i| a[i] * b[i]).sum();
        let expected = sums.iter().sum::<f32>() + rest;
        assert_eq!(dot(&a, &b).to_bits(), expected.to_bits(), "{length}");
    }
}
