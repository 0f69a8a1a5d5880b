//! The right-hand side of a matrix multiply, read in panels as wide as a register tile.

use super::Isa;
use super::registers::area;
use super::simd::{Op, Simd};
use crate::Real;
use crate::error::{Result, grow, product};
use std::ops::Range;

/// A matrix `[depth, columns]` copied into panels of `2 * lanes` columns (the last of `lanes` where
/// that is enough), each panel row after row, padded with zeros: what the micro-kernel reads is one
/// unbroken stream of whole registers.
#[derive(Clone, Debug, Default)]
pub struct Packed<T> {
    data: Vec<T>,
}

impl<T: Real> Packed<T> {
    /// Fills the panels: `fill(k, columns, panel_row)` writes row `k` of the given columns.
    pub fn fill(
        &mut self,
        isa: Isa,
        depth: usize,
        columns: usize,
        mut fill: impl FnMut(usize, Range<usize>, &mut [T]),
    ) -> Result<Panels<'_, T>> {
        let lanes = T::lanes(isa);
        let (padded, len) = padded(columns, lanes, depth)?;
        let data = grow("packing a matrix", &mut self.data, len)?;
        for start in (0..columns).step_by(2 * lanes) {
            let width = (2 * lanes).min(padded - start);
            let real = width.min(columns - start);
            let panel = &mut data[start * depth..(start + width) * depth];
            for (k, row) in panel.chunks_exact_mut(width).enumerate() {
                fill(k, start..start + real, &mut row[..real]);
                row[real..].fill(T::default());
            }
        }
        Ok(Panels {
            data,
            depth,
            columns,
            lanes,
            packed: true,
        })
    }

    /// The transpose of a row-major matrix `[columns, depth]`.
    pub fn transpose(
        &mut self,
        isa: Isa,
        depth: usize,
        columns: usize,
        rows: &[T],
    ) -> Result<Panels<'_, T>> {
        self.fill(isa, depth, columns, |k, range, panel| {
            for (value, column) in panel.iter_mut().zip(range) {
                *value = rows[column * depth + k];
            }
        })
    }

    /// A row-major matrix: as it lies where its rows are whole registers, copied otherwise.
    pub fn rows<'a>(
        &'a mut self,
        isa: Isa,
        depth: usize,
        columns: usize,
        rows: &'a [T],
    ) -> Result<Panels<'a, T>> {
        let lanes = T::lanes(isa);
        if columns.is_multiple_of(lanes) {
            return Ok(Panels {
                data: rows,
                depth,
                columns,
                lanes,
                packed: false,
            });
        }
        self.strip(isa, depth, columns, 0..columns, rows)
    }

    /// Some columns of a row-major matrix, copied.
    pub fn strip(
        &mut self,
        isa: Isa,
        depth: usize,
        columns: usize,
        strip: Range<usize>,
        rows: &[T],
    ) -> Result<Panels<'_, T>> {
        let lanes = T::lanes(isa);
        let (_, len) = padded(strip.len(), lanes, depth)?;
        let data = grow("packing a matrix", &mut self.data, len)?;
        let op = CopyPanels {
            rows,
            columns,
            strip: strip.clone(),
            depth,
            panels: data,
        };
        T::copy_panels(isa, op);
        Ok(Panels {
            data,
            depth,
            columns: strip.len(),
            lanes,
            packed: true,
        })
    }
}

/// Columns rounded up to whole registers, and how many numbers so many rows of them are.
fn padded(columns: usize, lanes: usize, depth: usize) -> Result<(usize, usize)> {
    let padded = columns.checked_next_multiple_of(lanes).unwrap_or(columns);
    let len = product("packing a matrix", &[padded, depth], isize::MAX as usize)?;
    Ok((padded, len))
}

/// Copies columns of a row-major matrix into panels.
pub struct CopyPanels<'a, T> {
    rows: &'a [T],
    columns: usize,
    strip: Range<usize>,
    depth: usize,
    panels: &'a mut [T],
}

impl<T: Real> Op<T> for CopyPanels<'_, T> {
    #[inline(always)]
    unsafe fn run<S: Simd<T>>(self) {
        let (depth, columns) = (self.depth, self.columns);
        assert!(
            self.strip.end <= columns
                && self.rows.len() >= area(&[depth, columns])
                && self.panels.len()
                    >= area(&[self.strip.len().div_ceil(S::LANES), S::LANES, depth]),
            "packing a matrix out of bounds"
        );
        let mut to = self.panels.as_mut_ptr();
        // SAFETY: whole registers are read only where the strip has as many columns left, and
        // written into panels that are whole registers wide.
        unsafe {
            for start in self.strip.clone().step_by(2 * S::LANES) {
                let mut from = self.rows.as_ptr().wrapping_add(start);
                let left = self.strip.end - start;
                for _ in 0..depth {
                    if left >= 2 * S::LANES {
                        S::store(to, S::load(from));
                        S::store(to.add(S::LANES), S::load(from.add(S::LANES)));
                        to = to.add(2 * S::LANES);
                    } else if left > S::LANES {
                        S::store(to, S::load(from));
                        let rest = S::load_first(from.add(S::LANES), left - S::LANES);
                        S::store(to.add(S::LANES), rest);
                        to = to.add(2 * S::LANES);
                    } else if left == S::LANES {
                        S::store(to, S::load(from));
                        to = to.add(S::LANES);
                    } else {
                        S::store(to, S::load_first(from, left));
                        to = to.add(S::LANES);
                    }
                    from = from.wrapping_add(columns);
                }
            }
        }
    }
}

/// Either a [`Packed`] matrix or a row-major one whose width happens to fit the registers.
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a, T> {
    pub data: &'a [T],
    pub depth: usize,
    pub columns: usize,
    pub lanes: usize,
    pub packed: bool,
}

impl<T> Panels<'_, T> {
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
        let registers = self.columns.div_ceil(self.lanes.max(1));
        let whole = self.packed || self.columns.is_multiple_of(self.lanes.max(1));
        let all = area(&[registers, self.lanes, self.depth]);
        whole && self.lanes > 0 && self.data.len() >= all
    }
}
