//! The convolution of a batch, forward and backward, as matrix multiplies without a matrix, or without
//! what is zero: what `crate::layers::conv` is behind its formula.

use super::gemm::{Epilogue, Gemm};
use super::panels::Panels;
use super::sparse::{OuterProduct, SparseConv, Write, is_sparse, list_capacity};
use super::view::View;
use super::{Isa, Scratch};
use crate::Real;
use crate::error::{Result, grow, product};

/// What a convolution is: its kernel, and the shapes on both sides with the zeros around the input.
#[derive(Clone, Copy)]
pub(crate) struct Conv {
    /// Side of the kernel.
    pub kernel: usize,
    /// How many zeros there are on each side of the input.
    pub zeros: usize,
    /// `[height, width, channels]` of a picture that enters.
    pub in_shape: [usize; 3],
    /// `[height, width, filters]` of a picture that leaves.
    pub out_shape: [usize; 3],
}

impl Conv {
    /// `output = X W`, and what `epilogue` says, with `X` the im2col matrix of `input`.
    pub fn forward<T: Real>(
        self,
        isa: Isa,
        input: &[T],
        weights: &[T],
        output: &mut [T],
        epilogue: Epilogue<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let filters = self.out_shape[2];
        // Made in any case: the next batch may be sparse, and must not allocate.
        self.reserve_lists(scratch)?;
        if is_worth_skipping_zeros(isa, filters, input) {
            return self.sparse(isa, input, weights, output, epilogue, scratch);
        }
        if self.is_small(input) {
            let rows = output.len() / filters;
            let Scratch {
                padded, columns, ..
            } = scratch;
            let columns = self.columns(input, padded, columns)?;
            let multiply = Gemm {
                a: View::matrix(columns, rows, self.depth()),
                b: scratch.packed.rows(isa, self.depth(), filters, weights)?,
                c: output,
                strides: (filters, 1),
                epilogue,
            };
            T::gemm(isa, multiply);
            return Ok(());
        }
        let Scratch { padded, packed, .. } = scratch;
        let b = packed.rows(isa, self.depth(), filters, weights)?;
        self.dense(isa, input, b, output, epilogue, padded)
    }

    /// `gradient = Xᵀ δ`, picture after picture into one sum.
    pub fn weight_gradient<T: Real>(
        self,
        isa: Isa,
        input: &[T],
        delta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let [out_height, out_width, filters] = self.out_shape;
        let pixels = out_height * out_width;
        // Made in any case: the next batch may be sparse, and must not allocate.
        let capacity = list_capacity(pixels);
        grow("a convolution", &mut scratch.nonzero, capacity)?;
        grow("a convolution", &mut scratch.values, capacity)?;
        grow("a convolution", &mut scratch.flipped, gradient.len())?;
        if is_worth_skipping_zeros(isa, self.kernel * self.in_shape[2], delta) {
            return self.sparse_weight_gradient(isa, input, delta, gradient, scratch);
        }
        if self.is_small(input) {
            let rows = delta.len() / filters;
            let Scratch {
                padded, columns, ..
            } = scratch;
            let columns = self.columns(input, padded, columns)?;
            let multiply = Gemm {
                a: View::matrix(columns, rows, self.depth()).transposed(),
                b: scratch.packed.rows(isa, rows, filters, delta)?,
                c: gradient,
                strides: (filters, 1),
                epilogue: Epilogue::Store,
            };
            T::gemm(isa, multiply);
            return Ok(());
        }
        let Scratch { padded, packed, .. } = scratch;
        let mut padded = Padded::new(self, padded)?;
        let mut epilogue = Epilogue::Store;
        for (picture, delta) in self.pictures(input).zip(self.deltas(delta)) {
            let (picture, line) = padded.around(picture);
            let multiply = Gemm {
                a: self.windows(picture, line).transposed(),
                b: packed.rows(isa, pixels, filters, delta)?,
                c: gradient,
                strides: (filters, 1),
                epilogue,
            };
            T::gemm(isa, multiply);
            epilogue = Epilogue::Accumulate;
        }
        Ok(())
    }

    /// The gradient by the input: `δ`, with the rest of the zeros around it, convolved with the kernel
    /// flipped both ways, its channels and filters swapped.
    pub fn input_gradient<T: Real>(
        self,
        isa: Isa,
        delta: &[T],
        weights: &[T],
        input_delta: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let back = Conv {
            kernel: self.kernel,
            zeros: self.kernel - 1 - self.zeros,
            in_shape: self.out_shape,
            out_shape: self.in_shape,
        };
        let [taps, channels, filters] = [
            self.kernel * self.kernel,
            self.in_shape[2],
            self.out_shape[2],
        ];
        // Made in any case: the next batch may be sparse, and must not allocate.
        back.reserve_lists(scratch)?;
        if is_worth_skipping_zeros(isa, channels, delta) {
            let mut buffer = std::mem::take(&mut scratch.flipped);
            let flipped = grow("a convolution", &mut buffer, weights.len())?;
            for (k, row) in flipped.chunks_exact_mut(channels).enumerate() {
                flip_row(weights, [taps, channels, filters], k, row, 0);
            }
            let store = Epilogue::Store;
            let done = back.sparse(isa, delta, flipped, input_delta, store, scratch);
            scratch.flipped = buffer;
            return done;
        }
        if self.is_mostly_frame() {
            return self.scatter(isa, delta, weights, input_delta, scratch);
        }
        let Scratch { padded, packed, .. } = scratch;
        let b = packed.fill(isa, taps * filters, channels, |k, columns, panel| {
            flip_row(weights, [taps, channels, filters], k, panel, columns.start);
        })?;
        back.dense(isa, delta, b, input_delta, Epilogue::Store, padded)
    }

    /// Whether the batch is many pictures that leave few pixels each. Then the im2col matrix of all of them is
    /// worth making: picture by picture a multiply would be over before it is under way.
    fn is_small<T>(self, input: &[T]) -> bool {
        let [height, width, _] = self.out_shape;
        self.kernel > 1
            && height * width <= SMALL
            && input.len() >= 4 * self.in_shape.iter().product::<usize>()
    }

    /// The im2col matrix of all pictures, a row a window.
    fn columns<'a, T: Real>(
        self,
        input: &[T],
        frame: &mut Vec<T>,
        buffer: &'a mut Vec<T>,
    ) -> Result<&'a [T]> {
        let [height, width, _] = self.out_shape;
        let [stretch, channels] = [self.kernel * self.in_shape[2], self.in_shape[2]];
        let mut padded = Padded::new(self, frame)?;
        let picture_len: usize = self.in_shape.iter().product();
        let rows = input.len() / picture_len * height * width;
        let columns = grow("a convolution", buffer, self.len_of_columns(rows)?)?;
        let mut stretches = columns.chunks_exact_mut(stretch);
        for picture in self.pictures(input) {
            let (picture, line) = padded.around(picture);
            for (y, x) in pixels(height, width) {
                for ky in 0..self.kernel {
                    let start = (y + ky) * line + x * channels;
                    if let Some(to) = stretches.next() {
                        to.copy_from_slice(&picture[start..start + stretch]);
                    }
                }
            }
        }
        Ok(columns)
    }

    /// Numbers of an im2col matrix with so many rows.
    fn len_of_columns(self, rows: usize) -> Result<usize> {
        let sizes = [rows, self.depth()];
        product("the windows of a convolution", &sizes, isize::MAX as usize)
    }

    /// Whether a convolution of `δ` would spend much of its time on the zeros around it: there are so many more
    /// pixels that enter than that leave.
    fn is_mostly_frame(self) -> bool {
        let [[height, width, _], [out_height, out_width, _]] = [self.in_shape, self.out_shape];
        self.zeros == 0 && 4 * height * width >= 5 * out_height * out_width
    }

    /// The gradient by the input without zeros around `δ`: `δ Wᵀ`, the gradient by each window, and each window's
    /// added to what is under it (col2im), some pictures at a time.
    fn scatter<T: Real>(
        self,
        isa: Isa,
        delta: &[T],
        weights: &[T],
        input_delta: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let [height, width, filters] = self.out_shape;
        let [stretch, channels] = [self.kernel * self.in_shape[2], self.in_shape[2]];
        let depth = self.depth();
        let [inputs, outputs]: [usize; 2] =
            [self.in_shape, self.out_shape].map(|shape| shape.iter().product());
        let each = self.len_of_columns(height * width)?;
        let together = (WINDOWS / each).max(1);
        let Scratch {
            packed, columns, ..
        } = scratch;
        let kernel = packed.transpose(isa, filters, depth, weights)?;
        let line = self.in_shape[1] * channels;
        input_delta.fill(T::ZERO);
        for (delta, input_delta) in delta
            .chunks(together.saturating_mul(outputs))
            .zip(input_delta.chunks_mut(together.saturating_mul(inputs)))
        {
            let rows = delta.len() / filters;
            let windows = grow("a convolution", columns, self.len_of_columns(rows)?)?;
            let multiply = Gemm {
                a: View::matrix(delta, rows, filters),
                b: kernel,
                c: windows,
                strides: (depth, 1),
                epilogue: Epilogue::Store,
            };
            T::gemm(isa, multiply);
            let mut stretches = windows.chunks_exact(stretch);
            for picture in input_delta.chunks_exact_mut(inputs) {
                for (y, x) in pixels(height, width) {
                    for ky in 0..self.kernel {
                        let start = (y + ky) * line + x * channels;
                        let under = &mut picture[start..start + stretch];
                        for (sum, &value) in
                            under.iter_mut().zip(stretches.next().unwrap_or_default())
                        {
                            *sum += value;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Picture after picture, the windows around its pixels times the kernel.
    fn dense<T: Real>(
        self,
        isa: Isa,
        input: &[T],
        kernel: Panels<'_, T>,
        output: &mut [T],
        epilogue: Epilogue<'_, T>,
        buffer: &mut Vec<T>,
    ) -> Result<()> {
        let mut padded = Padded::new(self, buffer)?;
        let outputs = output.chunks_exact_mut(self.out_shape.iter().product());
        for (picture, output) in self.pictures(input).zip(outputs) {
            let (picture, line) = padded.around(picture);
            let multiply = Gemm {
                a: self.windows(picture, line),
                b: kernel,
                c: output,
                strides: (self.out_shape[2], 1),
                epilogue,
            };
            T::gemm(isa, multiply);
        }
        Ok(())
    }

    /// Picture after picture, without what is zero in them.
    fn sparse<T: Real>(
        self,
        isa: Isa,
        input: &[T],
        weights: &[T],
        output: &mut [T],
        epilogue: Epilogue<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let outputs = output.chunks_exact_mut(self.out_shape.iter().product());
        for (picture, out) in self.pictures(input).zip(outputs) {
            let op = SparseConv {
                picture,
                shape: self.in_shape,
                kernel: self.kernel,
                zeros: self.zeros,
                weights,
                out,
                out_shape: self.out_shape,
                epilogue,
                nonzero: &mut scratch.nonzero,
                values: &mut scratch.values,
                starts: &mut scratch.starts,
            };
            T::sparse_conv(isa, op);
        }
        Ok(())
    }

    /// [`Conv::weight_gradient`] without what is zero in `δ`: `∂Wᵀ = δᵀ X`, transposed at the end.
    fn sparse_weight_gradient<T: Real>(
        self,
        isa: Isa,
        input: &[T],
        delta: &[T],
        gradient: &mut [T],
        scratch: &mut Scratch<T>,
    ) -> Result<()> {
        let (filters, depth) = (self.out_shape[2], self.depth());
        let transposed = grow("a convolution", &mut scratch.flipped, depth * filters)?;
        transposed.fill(T::ZERO);
        let mut padded = Padded::new(self, &mut scratch.padded)?;
        for (picture, delta) in self.pictures(input).zip(self.deltas(delta)) {
            let (picture, line) = padded.around(picture);
            let op = OuterProduct {
                x: delta,
                rows: filters,
                y: picture,
                samples: self.windows(picture, line).rows,
                segments: self.kernel,
                width: self.kernel * self.in_shape[2],
                stride: line,
                c: transposed,
                write: Write::Accumulate,
                nonzero: &mut scratch.nonzero,
                values: &mut scratch.values,
            };
            T::outer_product(isa, op);
        }
        for (k, row) in gradient.chunks_exact_mut(filters).enumerate() {
            for (filter, gradient) in row.iter_mut().enumerate() {
                *gradient = transposed[filter * depth + k];
            }
        }
        Ok(())
    }

    /// Every picture that enters.
    fn pictures<T>(self, input: &[T]) -> std::slice::ChunksExact<'_, T> {
        input.chunks_exact(self.in_shape.iter().product())
    }

    /// The gradient by every picture that left.
    fn deltas<T>(self, delta: &[T]) -> std::slice::ChunksExact<'_, T> {
        delta.chunks_exact(self.out_shape.iter().product())
    }

    /// Numbers in a window.
    fn depth(self) -> usize {
        self.kernel * self.kernel * self.in_shape[2]
    }

    /// The im2col matrix of a padded picture whose lines are `line` numbers long: a row a window.
    fn windows<T>(self, picture: &[T], line: usize) -> View<'_, T> {
        let [height, width, _] = self.out_shape;
        View::windows(
            picture,
            line,
            self.in_shape[2],
            [height, width],
            self.kernel,
        )
    }

    /// Memory for the lists of what is not zero in a picture that enters.
    fn reserve_lists<T: Real>(self, scratch: &mut Scratch<T>) -> Result<()> {
        let [height, width, channels] = self.in_shape;
        let pixels = height * width;
        grow("a convolution", &mut scratch.nonzero, pixels * channels)?;
        grow("a convolution", &mut scratch.values, pixels * channels)?;
        grow("a convolution", &mut scratch.starts, pixels + 1)?;
        Ok(())
    }
}

/// Numbers of the windows that are added up at a time: they stay in a small second-level cache.
const WINDOWS: usize = 1 << 15;

/// Pixels of a small picture at most.
const SMALL: usize = 16;

/// The places of a picture, in reading order.
fn pixels(height: usize, width: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..height).flat_map(move |y| (0..width).map(move |x| (y, x)))
}

/// Whether leaving zeros out pays: where registers are narrow, and what is added at a time is not.
fn is_worth_skipping_zeros<T: Real>(isa: Isa, width: usize, values: &[T]) -> bool {
    T::lanes(isa) == 4 && width >= 16 && is_sparse(values)
}

/// Part of row `k = (ky, kx, f)` of the kernel flipped both ways, with channels and filters swapped:
/// the weights of the channels from `first` on.
fn flip_row<T: Real>(
    weights: &[T],
    [taps, channels, filters]: [usize; 3],
    k: usize,
    row: &mut [T],
    first: usize,
) {
    let (tap, filter) = (taps - 1 - k / filters, k % filters);
    for (weight, channel) in row.iter_mut().zip(first..) {
        *weight = weights[(tap * channels + channel) * filters + filter];
    }
}

/// A frame of zeros that pictures are put into, one after the other.
struct Padded<'a, T> {
    padded: &'a mut [T],
    shape: [usize; 3],
    zeros: usize,
}

impl<'a, T: Real> Padded<'a, T> {
    fn new(conv: Conv, buffer: &'a mut Vec<T>) -> Result<Self> {
        let (shape, zeros) = (conv.in_shape, conv.zeros);
        let [height, width, channels] = shape;
        let len = match zeros {
            0 => 0,
            _ => (height + 2 * zeros) * (width + 2 * zeros) * channels,
        };
        let padded = grow("the padding of a convolution", buffer, len)?;
        padded.fill(T::ZERO);
        Ok(Padded {
            padded,
            shape,
            zeros,
        })
    }

    /// The picture in its frame and the length of a line; the picture itself if there is no frame.
    fn around<'b>(&'b mut self, picture: &'b [T]) -> (&'b [T], usize) {
        let [_, width, channels] = self.shape;
        if self.zeros == 0 {
            return (picture, width * channels);
        }
        let line = (width + 2 * self.zeros) * channels;
        let inside = self.padded.chunks_exact_mut(line).skip(self.zeros);
        for (to, from) in inside.zip(picture.chunks_exact(width * channels)) {
            let start = self.zeros * channels;
            to[start..start + from.len()].copy_from_slice(from);
        }
        (self.padded, line)
    }
}
