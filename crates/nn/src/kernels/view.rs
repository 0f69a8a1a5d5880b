//! A matrix that is only a way of reading: the trick by which a convolution is a matrix multiply
//! without the matrix.
//!
//! Row `r`, column `k` of a [`View`] is `data[rows.at(r) + depth.at(k)]`, and each [`Axis`] counts
//! with two strides, like an odometer with two wheels:
//!
//! - a plain `[m, k]` matrix: rows stride `k`, depth stride 1;
//! - the im2col matrix of a picture `[height, width, channels]` (one row a pixel, holding the
//!   window around it): rows step by `channels` within a line of the picture and by a whole line
//!   between lines; the window's numbers are contiguous within a line of the window and a line of
//!   the picture apart between lines;
//! - its transpose, which is what the gradient of the kernel needs: the same with the axes swapped.

/// Positions `at(0), at(1), …, at(len - 1)`: `inner` steps of `inner_stride`, then one of
/// `outer_stride` counted from the start of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// How many positions there are.
    pub len: usize,
    /// How many positions make a group.
    pub inner: usize,
    /// Distance within a group.
    pub inner_stride: usize,
    /// Distance between the first positions of two groups.
    pub outer_stride: usize,
}

impl Axis {
    /// Evenly spaced positions.
    pub fn even(len: usize, stride: usize) -> Self {
        Axis {
            len,
            inner: len.max(1),
            inner_stride: stride,
            outer_stride: 0,
        }
    }

    /// Offset of position `index`: what the kernels walk along, as a formula.
    #[cfg(test)]
    pub fn at(&self, index: usize) -> usize {
        (index / self.inner) * self.outer_stride + (index % self.inner) * self.inner_stride
    }

    /// One past the largest offset; 0 where there are no positions. It saturates, and no slice is
    /// that long.
    pub fn span(&self) -> usize {
        let Some(last) = self.len.checked_sub(1) else {
            return 0;
        };
        let within = (self.inner.min(self.len) - 1).saturating_mul(self.inner_stride);
        (last / self.inner)
            .saturating_mul(self.outer_stride)
            .saturating_add(within)
            .saturating_add(1)
    }
}

/// A matrix `[rows, depth]` read out of `data`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    /// What is read.
    pub data: &'a [T],
    /// Where each row starts.
    pub rows: Axis,
    /// Where each column lies within a row.
    pub depth: Axis,
}

impl<'a, T> View<'a, T> {
    /// A row-major matrix.
    pub fn matrix(data: &'a [T], rows: usize, depth: usize) -> Self {
        View {
            data,
            rows: Axis::even(rows, depth),
            depth: Axis::even(depth, 1),
        }
    }

    /// The im2col matrix of a picture of lines `line` numbers long, with `channels` a pixel:
    /// `height * width` windows of `kernel * kernel * channels` numbers.
    pub fn windows(
        data: &'a [T],
        line: usize,
        channels: usize,
        [height, width]: [usize; 2],
        kernel: usize,
    ) -> Self {
        View {
            data,
            rows: Axis {
                len: height * width,
                inner: width,
                inner_stride: channels,
                outer_stride: line,
            },
            depth: Axis {
                len: kernel * kernel * channels,
                inner: kernel * channels,
                inner_stride: 1,
                outer_stride: line,
            },
        }
    }

    /// The transpose: the same numbers with rows and columns swapped.
    pub fn transposed(self) -> Self {
        View {
            data: self.data,
            rows: self.depth,
            depth: self.rows,
        }
    }

    /// Whether every element lies within `data`.
    pub fn in_bounds(&self) -> bool {
        let (rows, depth) = (self.rows.span(), self.depth.span());
        rows == 0 || depth == 0 || rows.saturating_add(depth - 1) <= self.data.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_a_picture_are_its_im2col_matrix() {
        // A 3x4 picture with 2 channels; pixel (y, x) channel c holds 100 y + 10 x + c.
        let picture: Vec<usize> = (0..24)
            .map(|i| 100 * (i / 8) + 10 * (i / 2 % 4) + i % 2)
            .collect();
        let view = View::windows(&picture, 8, 2, [1, 2], 3);
        assert!(view.in_bounds());
        let row = |r: usize| -> Vec<usize> {
            (0..view.depth.len)
                .map(|k| view.data[view.rows.at(r) + view.depth.at(k)])
                .collect()
        };
        let window = |x: usize| -> Vec<usize> {
            let mut values = Vec::new();
            for ky in 0..3 {
                for kx in 0..3 {
                    for c in 0..2 {
                        values.push(100 * ky + 10 * (x + kx) + c);
                    }
                }
            }
            values
        };
        assert_eq!(row(0), window(0));
        assert_eq!(row(1), window(1));
        assert!(!View::windows(&picture, 8, 2, [2, 2], 3).in_bounds());
    }
}
