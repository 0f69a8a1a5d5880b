//! The right-hand side of a matrix multiply, cut into panels as wide as a register tile.

use crate::error::{Result, grow};

/// A matrix `[depth, columns]` in panels of `2 * lanes` columns (the last of `lanes` where that is
/// enough), each panel row after row, padded with zeros: what the micro-kernel reads is one
/// unbroken stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed<T> {
    data: Vec<T>,
    depth: usize,
    columns: usize,
    lanes: usize,
    /// Which parameters these are the packing of; 0 for none.
    pub stamp: u64,
}

impl<T: Copy + Default> Packed<T> {
    /// Fills the panels: `fill(k, columns, panel_row)` writes row `k` of the given columns.
    pub fn fill(
        &mut self,
        lanes: usize,
        depth: usize,
        columns: usize,
        mut fill: impl FnMut(usize, std::ops::Range<usize>, &mut [T]),
    ) -> Result<()> {
        self.stamp = 0;
        let padded = columns.div_ceil(lanes) * lanes;
        let data = grow("packing a matrix", &mut self.data, padded * depth)?;
        (self.depth, self.columns, self.lanes) = (depth, columns, lanes);
        for start in (0..columns).step_by(2 * lanes) {
            let width = (2 * lanes).min(padded - start);
            let real = width.min(columns - start);
            let panel = &mut data[start * depth..(start + width) * depth];
            for (k, row) in panel.chunks_exact_mut(width).enumerate() {
                fill(k, start..start + real, &mut row[..real]);
                row[real..].fill(T::default());
            }
        }
        Ok(())
    }

    /// Packs a row-major matrix `[depth, columns]`.
    pub fn fill_rows(
        &mut self,
        lanes: usize,
        depth: usize,
        columns: usize,
        rows: &[T],
    ) -> Result<()> {
        self.fill(lanes, depth, columns, |k, range, panel| {
            let row = &rows[k * columns..(k + 1) * columns];
            panel.copy_from_slice(&row[range]);
        })
    }

    /// Packs the transpose of a row-major matrix `[columns, depth]`.
    pub fn fill_columns(
        &mut self,
        lanes: usize,
        depth: usize,
        columns: usize,
        rows: &[T],
    ) -> Result<()> {
        self.fill(lanes, depth, columns, |k, range, panel| {
            for (value, column) in panel.iter_mut().zip(range) {
                *value = rows[column * depth + k];
            }
        })
    }

    /// For the multiply.
    pub fn panels(&self) -> Panels<'_, T> {
        let padded = self.columns.div_ceil(self.lanes.max(1)) * self.lanes;
        Panels {
            data: &self.data[..padded * self.depth],
            depth: self.depth,
            columns: self.columns,
            lanes: self.lanes,
            packed: true,
        }
    }
}

/// Either a [`Packed`] matrix or a row-major one whose width happens to fit the registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panels<'a, T> {
    pub data: &'a [T],
    pub depth: usize,
    pub columns: usize,
    pub lanes: usize,
    pub packed: bool,
}

impl<'a, T> Panels<'a, T> {
    /// A row-major matrix as it lies, when its rows are whole registers.
    pub fn plain(data: &'a [T], depth: usize, columns: usize, lanes: usize) -> Option<Self> {
        (columns.is_multiple_of(lanes)).then_some(Panels {
            data,
            depth,
            columns,
            lanes,
            packed: false,
        })
    }

    /// Offset of the panel that starts at `column`, and the distance between its rows.
    #[inline(always)]
    pub fn panel(&self, column: usize, width: usize) -> (usize, usize) {
        if self.packed {
            (column * self.depth, width)
        } else {
            (column, self.columns)
        }
    }

    /// Whether every element that the multiply reads lies within `data`.
    pub fn in_bounds(&self) -> bool {
        let padded = if self.packed {
            self.columns.div_ceil(self.lanes.max(1)) * self.lanes
        } else {
            self.columns
        };
        let whole = self.packed || self.columns.is_multiple_of(self.lanes.max(1));
        whole && self.lanes > 0 && self.data.len() >= padded * self.depth
    }
}
