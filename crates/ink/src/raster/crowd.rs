//! Which segments of a drawing need not be drawn, because the pen has been there: for drawings of very
//! many points.
//!
//! 100,000 points on 28x28 pixels lie on top of one another. Two things are remembered: through
//! which cells of an eighth of a pixel the pen has gone, and which pixels are inked all over. A
//! short segment between two known cells changes no edge by more than about a fifth of a pixel (the
//! diagonal of a cell) and is left out; so are full pixels at the ends of a segment's rows, which
//! changes nothing.

use crate::Point;

/// Drawings of fewer points are drawn stroke by stroke without all this.
const MANY: usize = 4096;

/// Cells along a pixel's side.
const CELLS: usize = 8;

/// A segment longer than this (pixels) has ink between the caps at its ends.
const SHORT: f32 = 0.5;

/// After so many segments the full pixels are counted again.
const ROUND: usize = 512;

pub(super) struct Crowd {
    /// Pixels across and down.
    width: usize,
    height: usize,
    /// One bit a cell.
    visited: Vec<u64>,
    /// One bit a pixel of a row; all 0 in pictures wider than 64 pixels.
    full: Vec<u64>,
    segments: usize,
}

impl Crowd {
    pub fn needed(points: usize, width: usize, pixels: usize) -> Option<Self> {
        if points < MANY || width == 0 {
            return None;
        }
        let height = pixels / width;
        let cells = width.checked_mul(height)?.checked_mul(CELLS * CELLS)?;
        let visited = vec![0; cells.div_ceil(64)];
        Some(Self {
            width,
            height,
            visited,
            full: vec![0; height],
            segments: 0,
        })
    }

    /// Whether the segment adds nothing of note; if it does, its ends are now known.
    pub fn been_there(&mut self, a: Point, b: Point) -> bool {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        // Both, always: each marks its cell.
        let known = [self.mark(a), self.mark(b)];
        known == [true, true] && dx * dx + dy * dy < SHORT * SHORT
    }

    /// Whether the cell was known.
    fn mark(&mut self, point: Point) -> bool {
        let (x, y) = (point.x * CELLS as f32, point.y * CELLS as f32);
        let (across, down) = (self.width * CELLS, self.height * CELLS);
        if !(x >= 0.0 && y >= 0.0 && x < across as f32 && y < down as f32) {
            return false;
        }
        let cell = y as usize * across + x as usize;
        let Some(word) = self.visited.get_mut(cell / 64) else {
            return false;
        };
        let bit = 1 << (cell % 64);
        let known = *word & bit != 0;
        *word |= bit;
        known
    }

    /// Counts a segment; now and then looks which pixels are full.
    pub fn look_again(&mut self, squares: &[f32], reach: f32) {
        self.segments += 1;
        if !self.segments.is_multiple_of(ROUND) || self.width > 64 || reach <= 1.0 {
            return;
        }
        let deep = (reach - 1.0) * (reach - 1.0);
        for (full, row) in self.full.iter_mut().zip(squares.chunks_exact(self.width)) {
            *full = row
                .iter()
                .rev()
                .fold(0, |bits, &square| (bits << 1) | u64::from(square <= deep));
        }
    }

    /// The part of pixels `left..right` of row `y` outside which all are full.
    pub fn trim(&self, y: usize, left: usize, right: usize) -> (usize, usize) {
        let full = self.full.get(y).copied().unwrap_or(0);
        if full == 0 || right > 63 {
            return (left, right);
        }
        let open = (((1_u64 << right) - 1) >> left << left) & !full;
        (
            open.trailing_zeros() as usize,
            64 - open.leading_zeros() as usize,
        )
    }
}
