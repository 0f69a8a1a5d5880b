//! Max-pooling of one picture, forward and backward.

use super::registers::{area, for_each_register, load_up_to, require, store_up_to};
use super::simd::{Op, Simd};
use crate::Real;

/// Largest of each window of one picture `[height, width, channels]`; windows side by side, what is
/// left over at the right and bottom edge is not looked at.
pub struct MaxPool<'a, T> {
    pub input: &'a [T],
    pub output: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPool<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the machine; all else is checked there.
        unsafe {
            match self.size {
                2 => self.windows::<S, 2>(),
                _ => self.windows::<S, 0>(),
            }
        }
    }
}

impl<T: Real> MaxPool<'_, T> {
    /// `SIZE` is the window's, where it is known beforehand, and 0 elsewhere.
    ///
    /// # Safety
    /// The machine is there, as for [`Simd`].
    #[inline(always)]
    unsafe fn windows<S: Simd<T>, const SIZE: usize>(self) {
        let (line, channels) = (self.width * self.channels, self.channels);
        let size = if SIZE > 0 { SIZE } else { self.size };
        let out_line = self.width / size * channels;
        let rows = self.output.len() / out_line;
        require(self.input.len() >= area(&[rows, size, line]));
        let (input, output) = (self.input.as_ptr(), self.output.as_mut_ptr());
        // SAFETY: there are `rows` lines of windows, as has just been required, and a window and what it
        // yields lie within them. The caller answers for the machine.
        unsafe {
            for y in 0..rows {
                for x in (0..out_line).step_by(channels) {
                    let window = input.add(y * size * line + x * size);
                    let to = output.add(y * out_line + x);
                    for_each_register!(S, channels, |c, n| {
                        let mut best = load_up_to::<T, S>(window, c, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = c + dy * line + dx * channels;
                                best = S::max(load_up_to::<T, S>(window, at, n), best);
                            }
                        }
                        store_up_to::<T, S>(to, c, n, best);
                    });
                }
            }
        }
    }
}

/// Hands each gradient to the first of its window that was the largest; zero to all others.
pub struct MaxPoolBackward<'a, T> {
    pub input: &'a [T],
    pub output: &'a [T],
    pub delta: &'a [T],
    pub input_delta: &'a mut [T],
    pub width: usize,
    pub channels: usize,
    pub size: usize,
}

impl<T: Real> Op<T> for MaxPoolBackward<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        // SAFETY: the caller answers for the machine; all else is checked there.
        unsafe {
            match self.size {
                2 => self.windows::<S, 2>(),
                _ => self.windows::<S, 0>(),
            }
        }
    }
}

impl<T: Real> MaxPoolBackward<'_, T> {
    /// `SIZE` is the window's, where it is known beforehand, and 0 elsewhere.
    ///
    /// # Safety
    /// The machine is there, as for [`Simd`].
    #[inline(always)]
    unsafe fn windows<S: Simd<T>, const SIZE: usize>(self) {
        let (line, channels) = (self.width * self.channels, self.channels);
        let size = if SIZE > 0 { SIZE } else { self.size };
        let out_line = self.width / size * channels;
        let rows = self.output.len() / out_line;
        let covered = area(&[rows, size, line]);
        require(
            self.input.len() >= covered
                && self.input_delta.len() >= covered
                && self.delta.len() >= self.output.len(),
        );
        if !self.width.is_multiple_of(size) || covered < self.input_delta.len() {
            self.input_delta.fill(T::ZERO);
        }
        let (input, output) = (self.input.as_ptr(), self.output.as_ptr());
        let (delta, input_delta) = (self.delta.as_ptr(), self.input_delta.as_mut_ptr());
        // SAFETY: there are `rows` lines of windows, as has just been required, and a window and what it
        // yields lie within them. The caller answers for the machine.
        unsafe {
            for y in 0..rows {
                for x in (0..out_line).step_by(channels) {
                    let corner = y * size * line + x * size;
                    let (window, to) = (input.add(corner), input_delta.add(corner));
                    let from = y * out_line + x;
                    for_each_register!(S, channels, |c, n| {
                        let best = load_up_to::<T, S>(output, from + c, n);
                        let mut remaining = load_up_to::<T, S>(delta, from + c, n);
                        for dy in 0..size {
                            for dx in 0..size {
                                let at = c + dy * line + dx * channels;
                                let value = load_up_to::<T, S>(window, at, n);
                                let hit = S::keep_equal(remaining, value, best);
                                store_up_to::<T, S>(to, at, n, hit);
                                // The same number less itself is zero: given away once.
                                remaining = S::sub(remaining, hit);
                            }
                        }
                    });
                }
            }
        }
    }
}
