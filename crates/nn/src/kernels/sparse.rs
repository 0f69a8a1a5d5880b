//! Multiplies that leave zeros out: most of a picture is paper, and after a max-pool three quarters of
//! a gradient are zero at least.
//!
//! What is not zero is listed first, so that nothing is left to guess in the inner loops. A sum that
//! leaves zeros out is the same sum, in the same order, bit for bit.

use super::gemm::{Finish, add_product};
use super::simd::{Op, Simd};
use super::vector::{demand, get, put};
use super::view::Axis;
use crate::Real;

/// What becomes of a sum.
#[derive(Clone, Copy, Debug)]
pub enum Into<T> {
    /// It is written down.
    Store,
    /// It goes on where the last one ended.
    GoOn,
    /// So many times it is added to what is there; what gets nothing is not even looked at.
    Add(T),
}

/// `c[i, j] = Σ_b x[b, i] · y[b, j]`, leaving out what is zero in `x`.
///
/// `y[b, ..]` is `segments` stretches of `width` numbers, `stride` apart: one for a dense layer, the
/// lines of a window for a convolution.
pub struct Outer<'a, T> {
    /// `[samples, rows]`.
    pub x: &'a [T],
    pub rows: usize,
    pub y: &'a [T],
    /// Where in `y` each sample's numbers begin.
    pub samples: Axis,
    pub segments: usize,
    pub width: usize,
    pub stride: usize,
    /// `[rows, segments * width]`.
    pub c: &'a mut [T],
    pub into: Into<T>,
    /// Room for [`room`] numbers: where each that is not zero belongs, and what it is.
    pub live: &'a mut [u32],
    pub values: &'a mut [T],
}

/// The most rows whose numbers are listed at a time: the lanes of the widest machine.
const MOST: usize = 16;

/// How much room [`Outer`] takes for so many samples.
pub fn room(samples: usize) -> usize {
    MOST * samples
}

impl<T: Real> Outer<'_, T> {
    fn in_bounds(&self) -> bool {
        let columns = self.segments * self.width;
        let last = (self.segments.max(1) - 1) * self.stride + self.width;
        self.x.len() >= self.samples.len * self.rows
            && self.c.len() >= self.rows * columns
            && self.live.len() >= room(self.samples.len)
            && self.values.len() >= room(self.samples.len)
            && self
                .samples
                .reach()
                .is_none_or(|reach| reach + last <= self.y.len())
    }
}

impl<T: Real> Op<T> for Outer<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(mut self) {
        demand(self.in_bounds());
        let mut row = 0;
        while row < self.rows {
            let mut counts = [0; MOST];
            // SAFETY: so many numbers are there from `row` on in each sample, and as much room as
            // has been demanded. The caller answers for the instructions.
            unsafe {
                let left = self.rows - row;
                let listed = match left >= S::LANES {
                    true => list::<T, S>(&mut self, row, S::LANES, &mut counts),
                    false => list::<T, S>(&mut self, row, left, &mut counts),
                };
                for (lane, &count) in counts.iter().enumerate().take(listed) {
                    line::<T, S>(&mut self, row + lane, lane, count);
                }
                row += listed;
            }
        }
    }
}

/// Lists what is not zero in some neighbouring rows; returns how many rows.
///
/// # Safety
/// As [`Simd`]; the rows exist, and there is room.
#[inline(always)]
unsafe fn list<T: Real, S: Simd<T>>(
    outer: &mut Outer<'_, T>,
    row: usize,
    rows: usize,
    counts: &mut [usize; MOST],
) -> usize {
    let axis = outer.samples;
    let (live, values) = (outer.live.as_mut_ptr(), outer.values.as_mut_ptr());
    // SAFETY: handed on.
    unsafe {
        let mut from = outer.x.as_ptr().add(row);
        let (mut group, mut within, mut at) = (0, 0, 0);
        for _ in 0..axis.len {
            let some = match rows == S::LANES {
                true => S::any(S::load(from)),
                false => true,
            };
            if some {
                for (lane, count) in counts.iter_mut().enumerate().take(rows) {
                    let value = *from.add(lane);
                    *live.add(lane * axis.len + *count) = at as u32;
                    *values.add(lane * axis.len + *count) = value;
                    *count += usize::from(value != T::ZERO);
                }
            }
            from = from.wrapping_add(outer.rows);
            at += axis.inner_stride;
            within += 1;
            if within == axis.inner {
                group += axis.outer_stride;
                (within, at) = (0, group);
            }
        }
    }
    rows
}

/// One row of `c`, from the numbers that are listed for its lane.
///
/// # Safety
/// As [`Simd`]; the row exists, and so many numbers are listed.
#[inline(always)]
unsafe fn line<T: Real, S: Simd<T>>(
    outer: &mut Outer<'_, T>,
    row: usize,
    lane: usize,
    count: usize,
) {
    let (width, columns) = (outer.width, outer.segments * outer.width);
    if count == 0 {
        if matches!(outer.into, Into::Store) {
            outer.c[row * columns..(row + 1) * columns].fill(T::ZERO);
        }
        return;
    }
    let first = lane * outer.samples.len;
    // SAFETY: handed on; `in_bounds` covers all segments of all samples.
    unsafe {
        let live = outer.live.get_unchecked(first..first + count);
        let values = outer.values.as_ptr().add(first);
        for segment in 0..outer.segments {
            let mut y = outer.y.as_ptr().add(segment * outer.stride);
            let mut c = outer.c.as_mut_ptr().add(row * columns + segment * width);
            let mut left = width;
            while left > 0 {
                let done = if left >= 8 * S::LANES {
                    tile::<T, S, 8>(live, values, y, c, outer.into, S::LANES)
                } else if left >= 4 * S::LANES {
                    tile::<T, S, 4>(live, values, y, c, outer.into, S::LANES)
                } else {
                    tile::<T, S, 1>(live, values, y, c, outer.into, left.min(S::LANES))
                };
                y = y.add(done);
                c = c.add(done);
                left -= done;
            }
        }
    }
}

/// Some registers of one row, of `count` numbers each; returns how many numbers in all.
///
/// # Safety
/// As [`line`].
#[inline(always)]
unsafe fn tile<T: Real, S: Simd<T>, const VECTORS: usize>(
    live: &[u32],
    mut values: *const T,
    y: *const T,
    c: *mut T,
    into: Into<T>,
    count: usize,
) -> usize {
    // SAFETY: handed on.
    unsafe {
        let mut sums = [[S::splat(T::ZERO); VECTORS]];
        if matches!(into, Into::GoOn) {
            for (v, sum) in sums[0].iter_mut().enumerate() {
                *sum = get::<T, S>(c, v * S::LANES, count);
            }
        }
        if VECTORS > 1 || count == S::LANES {
            for &at in live {
                add_product::<T, S, 1, VECTORS>(&mut sums, |_| values, y.add(at as usize));
                values = values.wrapping_add(1);
            }
        } else {
            for &at in live {
                let y = S::load_first(y.add(at as usize), count);
                sums[0][0] = S::mul_add(S::splat(*values), y, sums[0][0]);
                values = values.wrapping_add(1);
            }
        }
        if let Into::Add(times) = into {
            let times = S::splat(times);
            for (v, sum) in sums[0].iter_mut().enumerate() {
                *sum = S::mul_add(*sum, times, get::<T, S>(c, v * S::LANES, count));
            }
        }
        for (v, &sum) in sums[0].iter().enumerate() {
            put::<T, S>(c, v * S::LANES, count, sum);
        }
    }
    VECTORS.max(1) * count
}

/// One picture convolved with a kernel, leaving out what is zero in the picture.
pub struct Convolve<'a, T> {
    /// `[height, width, inputs]`.
    pub picture: &'a [T],
    pub shape: [usize; 3],
    pub kernel: usize,
    /// How many zeros there are around the picture, which are left out as well.
    pub margin: usize,
    /// `[kernel, kernel, inputs, outputs]`.
    pub weights: &'a [T],
    /// `[height, width, outputs]`.
    pub out: &'a mut [T],
    pub out_shape: [usize; 3],
    pub finish: Finish<'a, T>,
    /// Room for as many numbers as the picture has.
    pub live: &'a mut [u32],
    pub values: &'a mut [T],
    /// Room for one number a pixel, and one more.
    pub starts: &'a mut [u32],
}

impl<T: Real> Op<T> for Convolve<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let [height, width, inputs] = self.shape;
        let [out_height, out_width, outputs] = self.out_shape;
        let (kernel, margin, line) = (self.kernel, self.margin, width * inputs);
        let (bias, relu) = match self.finish {
            Finish::Bias(bias) => (bias, false),
            Finish::BiasRelu(bias) => (bias, true),
            Finish::Store | Finish::Accumulate => (&[][..], false),
        };
        demand(
            self.picture.len() == height * line
                && self.weights.len() >= kernel * kernel * inputs * outputs
                && self.out.len() == out_height * out_width * outputs
                && out_height + kernel == height + 2 * margin + 1
                && out_width + kernel == width + 2 * margin + 1
                && self.live.len() >= self.picture.len()
                && self.values.len() >= self.picture.len()
                && self.starts.len() > height * width
                && (bias.is_empty() || bias.len() >= outputs)
                && !matches!(self.finish, Finish::Accumulate),
        );
        let (live, values) = (self.live.as_mut_ptr(), self.values.as_mut_ptr());
        let starts = self.starts.as_mut_ptr();
        // SAFETY: there are at most as many numbers that are not zero as there are numbers; windows
        // are cut off at the edges of the picture. The caller answers for the instructions.
        unsafe {
            // Each number's place in its line, pixel by pixel.
            let mut count = 0;
            for y in 0..height {
                for x in 0..width {
                    *starts.add(y * width + x) = count as u32;
                    for at in x * inputs..(x + 1) * inputs {
                        let value = *self.picture.get_unchecked(y * line + at);
                        *live.add(count) = (at * outputs) as u32;
                        *values.add(count) = value;
                        count += usize::from(value != T::ZERO);
                    }
                }
            }
            *starts.add(height * width) = count as u32;

            let row = inputs * outputs;
            let mut out = self.out.as_mut_ptr();
            for y in 0..out_height {
                for x in 0..out_width {
                    let first = x.saturating_sub(margin).min(width);
                    let last = (x + kernel).saturating_sub(margin).clamp(first, width);
                    let mut left = outputs;
                    while left > 0 {
                        let c = outputs - left;
                        let window = Window {
                            // Where the weights of the first pixel of a line would be, were it the
                            // first of the window.
                            weights: self
                                .weights
                                .as_ptr()
                                .wrapping_add(c + margin * row)
                                .wrapping_sub(x * row),
                            step: kernel * row,
                            starts,
                            live,
                            values,
                            from: [y.saturating_sub(margin), first],
                            to: [(y + kernel).saturating_sub(margin).min(height), last],
                            skipped: margin.saturating_sub(y),
                            width,
                            bias: bias.get(c..).unwrap_or_default(),
                            relu,
                        };
                        let done = match left >= 4 * S::LANES {
                            true => pixel::<T, S, 4>(window, out, S::LANES),
                            false => pixel::<T, S, 1>(window, out, left.min(S::LANES)),
                        };
                        left -= done;
                        out = out.add(done);
                    }
                }
            }
        }
    }
}

/// The listed numbers under one window.
struct Window<'a, T> {
    weights: *const T,
    step: usize,
    starts: *const u32,
    live: *const u32,
    values: *const T,
    from: [usize; 2],
    to: [usize; 2],
    /// Lines of the window above the picture.
    skipped: usize,
    width: usize,
    bias: &'a [T],
    relu: bool,
}

/// Some registers of one pixel, of `count` numbers each; returns how many numbers in all.
///
/// # Safety
/// As [`Simd`]; the window lies within what is listed, its weights within the kernel.
#[inline(always)]
unsafe fn pixel<T: Real, S: Simd<T>, const VECTORS: usize>(
    window: Window<'_, T>,
    out: *mut T,
    count: usize,
) -> usize {
    // SAFETY: handed on.
    unsafe {
        let mut sums = [[S::splat(T::ZERO); VECTORS]];
        let mut weights = window.weights.wrapping_add(window.skipped * window.step);
        for y in window.from[0]..window.to[0] {
            let start = *window.starts.add(y * window.width + window.from[1]) as usize;
            let end = *window.starts.add(y * window.width + window.to[1]) as usize;
            for i in start..end {
                let (value, w) = (window.values.add(i), *window.live.add(i) as usize);
                let w = weights.wrapping_add(w);
                if VECTORS > 1 || count == S::LANES {
                    add_product::<T, S, 1, VECTORS>(&mut sums, |_| value, w);
                } else {
                    let w = S::load_first(w, count);
                    sums[0][0] = S::mul_add(S::splat(*value), w, sums[0][0]);
                }
            }
            weights = weights.wrapping_add(window.step);
        }
        for (v, &sum) in sums[0].iter().enumerate() {
            let mut sum = sum;
            if !window.bias.is_empty() {
                let bias = window.bias.as_ptr();
                sum = S::add(sum, get::<T, S>(bias, v * S::LANES, count));
            }
            if window.relu {
                sum = S::max(S::splat(T::ZERO), sum);
            }
            put::<T, S>(out, v * S::LANES, count, sum);
        }
    }
    VECTORS * count
}
