//! A smooth map of the plane to itself: an affine part and an elastic one.

use crate::Rng;

/// Control points a side of the elastic field.
const GRID: usize = 6;

/// A smooth random displacement on the unit square: a uniform quadratic B-spline over random
/// control points, which is what Gaussian-smoothed noise (Simard, Steinkraus & Platt 2003, "Best
/// practices for convolutional neural networks applied to visual document analysis") looks like
/// at this size, without the transcendental functions.
pub(super) struct Elastic {
    control: [[(f32, f32); GRID]; GRID],
}

impl Elastic {
    /// Displacements of about `amount` (in units of the square's side).
    pub fn random(amount: f32, rng: &mut Rng) -> Self {
        // The spline averages the control points down: its weights' squares sum to about 0.55^2.
        let scale = amount * (1.0 / 0.55);
        let mut control = [[(0.0, 0.0); GRID]; GRID];
        for cell in control.as_flattened_mut() {
            let (x, y) = rng.rough_pair();
            *cell = (x * scale, y * scale);
        }
        Self { control }
    }

    /// The displacement at `(u, v)`, each in 0..=1 (clamped).
    pub fn at(&self, u: f32, v: f32) -> (f32, f32) {
        let (column, across) = weights(u);
        let (row, down) = weights(v);
        let (mut dx, mut dy) = (0.0, 0.0);
        for (line, weight_y) in self.control[row..row + 3].iter().zip(down) {
            let (mut lx, mut ly) = (0.0, 0.0);
            for (&(x, y), weight_x) in line[column..column + 3].iter().zip(across) {
                lx += weight_x * x;
                ly += weight_x * y;
            }
            dx += weight_y * lx;
            dy += weight_y * ly;
        }
        (dx, dy)
    }
}

/// First control point of three and their weights.
fn weights(u: f32) -> (usize, [f32; 3]) {
    const CELLS: f32 = (GRID - 2) as f32;
    let u = if u > 0.0 { u } else { 0.0 };
    let place = if u < 1.0 { u * CELLS } else { CELLS };
    let cell = (place as usize).min(GRID - 3);
    let t = place - cell as f32;
    let s = 1.0 - t;
    (cell, [0.5 * s * s, 0.5 + t * s, 0.5 * t * t])
}

/// `x' = a x + b y`, `y' = c x + d y`.
#[derive(Clone, Copy)]
pub(super) struct Linear {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
}

impl Linear {
    /// Scale, then slant to the right (`x -= slant * y`, y downwards), then rotation.
    pub fn new(scale_x: f32, scale_y: f32, slant: f32, angle: f32) -> Self {
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        let shear = -slant * scale_y;
        Self {
            a: cos * scale_x,
            b: cos * shear - sin * scale_y,
            c: sin * scale_x,
            d: sin * shear + cos * scale_y,
        }
    }

    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.a * x + self.b * y, self.c * x + self.d * y)
    }
}
