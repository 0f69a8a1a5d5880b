//! The convolution of a batch, forward and backward, as matrix multiplies without a matrix, or without
//! what is zero: what `crate::layers::conv` is behind its formula.

use super::gemm::{Epilogue, Gemm};
use super::panels::Panels;
use super::sparse::{OuterProduct, SparseConv, Write, is_sparse, list_capacity};
use super::view::View;
use super::{Isa, Scratch};
use crate::Real;
use crate::error::{Result, grow};

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
        let Scratch { padded, packed, .. } = scratch;
        let b = packed.fill(isa, taps * filters, channels, |k, columns, panel| {
            flip_row(weights, [taps, channels, filters], k, panel, columns.start);
        })?;
        back.dense(isa, delta, b, input_delta, Epilogue::Store, padded)
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
