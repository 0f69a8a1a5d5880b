//! Pictures such as people import: a digit drawn with some pen on some paper in some light.
#![allow(dead_code, missing_docs)]

use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Point, Rng};

/// How a picture is taken.
#[derive(Clone, Debug)]
pub struct Photo {
    pub width: usize,
    pub height: usize,
    /// Longer side of the digit's center line, and the pen's width, as fractions of the height.
    pub extent: f32,
    pub pen: f32,
    pub paper: f32,
    pub ink: f32,
    /// Grey levels by which the light falls off from one corner to the other.
    pub shade: f32,
    /// Deviation of the noise in grey levels.
    pub noise: f32,
    /// Quantisation step of the JPEG-like compression; 0 for none.
    pub jpeg: f32,
}

impl Photo {
    /// Anything that the trade allows: dark on light, light on dark, 2 % to 15 % pen.
    pub fn random(rng: &mut Rng) -> Self {
        let height = 48 + rng.below(500);
        let pen = rng.range(0.02, 0.15);
        let dark_on_light = rng.chance(0.7);
        let (light, dark) = (rng.range(170.0, 255.0), rng.range(0.0, 90.0));
        Self {
            width: (height as f32 * rng.range(0.8, 1.4)) as usize,
            height,
            extent: rng.range(0.35_f32.max(3.5 * pen), 0.8),
            pen: pen.max(1.3 / height as f32),
            paper: if dark_on_light { light } else { dark },
            ink: if dark_on_light { dark } else { light },
            shade: rng.range(0.0, 60.0),
            noise: rng.range(0.0, 8.0),
            jpeg: rng.pick([0.0, 8.0, 16.0, 30.0]),
        }
    }

    /// The picture of a drawing.
    pub fn take(&self, drawing: &Drawing, rng: &mut Rng) -> Vec<u8> {
        let (w, h) = (self.width, self.height);
        let fitted = drawing.fit();
        let scale = self.extent * h as f32 / 700.0;
        let room =
            |side: usize| ((side as f32 - (self.extent + self.pen) * h as f32) * 0.5).max(0.0);
        let (dx, dy) = (
            room(w) * rng.range(-1.0, 1.0),
            room(h) * rng.range(-1.0, 1.0),
        );
        let view = View {
            scale,
            dx: w as f32 * 0.5 + dx - 500.0 * scale,
            dy: h as f32 * 0.5 + dy - 500.0 * scale,
        };
        let ink = rasterize(&fitted, &view, w, h, self.pen * h as f32);
        let light = Point::new(rng.range(-1.0, 1.0), rng.range(-1.0, 1.0));
        let mut picture: Vec<f32> = ink
            .pixels
            .iter()
            .enumerate()
            .map(|(at, &coverage)| {
                let u = (at % w) as f32 / w as f32 - 0.5;
                let v = (at / w) as f32 / h as f32 - 0.5;
                let fall = self.shade * (0.5 * (u * light.x + v * light.y) - (u * u + v * v));
                let coverage = f32::from(coverage) / 255.0;
                let level = self.paper + (self.ink - self.paper) * coverage;
                level + fall + self.noise * rng.normal()
            })
            .collect();
        if self.jpeg > 0.0 {
            compress(&mut picture, w, h, self.jpeg);
        }
        picture
            .into_iter()
            .map(|level| level.clamp(0.0, 255.0) as u8)
            .collect()
    }
}

/// What JPEG does to a grey picture: a cosine transform of 8x8 blocks, rounded to `step`, more
/// coarsely for higher frequencies.
fn compress(picture: &mut [f32], w: usize, h: usize, step: f32) {
    let basis: Vec<[f32; 8]> = (0..8)
        .map(|k| {
            let norm = if k == 0 { (1.0_f32 / 8.0).sqrt() } else { 0.5 };
            std::array::from_fn(|i| {
                norm * ((2 * i + 1) as f32 * k as f32 * std::f32::consts::PI / 16.0).cos()
            })
        })
        .collect();
    let basis: Block = std::array::from_fn(|k| basis[k]);
    let inverse: Block = std::array::from_fn(|i| std::array::from_fn(|k| basis[k][i]));
    for top in (0..h).step_by(8) {
        for left in (0..w).step_by(8) {
            let at = |x: usize, y: usize| (top + y).min(h - 1) * w + (left + x).min(w - 1);
            let mut block = [[0.0; 8]; 8];
            for (y, row) in block.iter_mut().enumerate() {
                for (x, cell) in row.iter_mut().enumerate() {
                    *cell = picture[at(x, y)];
                }
            }
            let mut frequencies = transform(&transform(&block, &basis), &basis);
            for (v, row) in frequencies.iter_mut().enumerate() {
                for (u, cell) in row.iter_mut().enumerate() {
                    let quantum = step * (1.0 + 0.5 * (u + v) as f32);
                    *cell = (*cell / quantum).round() * quantum;
                }
            }
            let back = transform(&transform(&frequencies, &inverse), &inverse);
            for (y, row) in back.iter().enumerate().take(h - top) {
                for (x, &value) in row.iter().enumerate().take(w - left) {
                    picture[(top + y) * w + left + x] = value;
                }
            }
        }
    }
}

type Block = [[f32; 8]; 8];

/// `(basis · block)` transposed: twice gives the transform along both axes.
fn transform(block: &Block, basis: &Block) -> Block {
    let mut out = [[0.0; 8]; 8];
    for (column, line) in out.iter_mut().enumerate() {
        for (k, cell) in line.iter_mut().enumerate() {
            *cell = (0..8).map(|i| basis[k][i] * block[i][column]).sum();
        }
    }
    out
}
