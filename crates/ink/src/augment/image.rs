//! Augmentation of pictures of digits, for samples that have no strokes (MNIST, imports).

use super::warp::{Elastic, Linear};
use crate::Rng;
use crate::normalize::{PIXELS, SIDE};

/// The strength of each change that is made to a picture of a digit for training; "spread" is the
/// standard deviation of something that is 0 (or 1) on average.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageAugment {
    /// Spread of the rotation in radians.
    pub rotation: f32,
    /// Spread of the slant (tangent of the angle).
    pub slant: f32,
    /// Spread of the logarithm of the scale.
    pub scale: f32,
    /// Spread of the logarithm of width over height.
    pub aspect: f32,
    /// Spread of the displacement in pixels.
    pub shift: f32,
    /// Spread of the elastic displacement in pixels.
    pub elastic: f32,
    /// Spread of the change of stroke thickness in pixels.
    pub thickness: f32,
    /// Spread of the noise on inked pixels, of 255.
    pub noise: f32,
}

impl Default for ImageAugment {
    /// The strengths that training uses: a person would still read the digit.
    fn default() -> Self {
        Self {
            rotation: 0.11,
            slant: 0.14,
            scale: 0.06,
            aspect: 0.09,
            shift: 0.7,
            elastic: 0.5,
            thickness: 0.35,
            noise: 0.0,
        }
    }
}

impl ImageAugment {
    /// No change at all: the picture stays as it is.
    #[must_use]
    pub fn none() -> Self {
        Self::default().scaled(0.0)
    }

    /// The augmentation with all its spreads `strength` times as large.
    #[must_use]
    pub fn scaled(&self, strength: f32) -> Self {
        let k = strength.max(0.0);
        Self {
            rotation: self.rotation * k,
            slant: self.slant * k,
            scale: self.scale * k,
            aspect: self.aspect * k,
            shift: self.shift * k,
            elastic: self.elastic * k,
            thickness: self.thickness * k,
            noise: self.noise * k,
        }
    }
}

/// Side with a border of two pixels: bilinear sampling then needs no test for the edge.
const WIDE: usize = SIDE + 4;

/// A picture of a digit (28x28, ink 255) turned, slanted, moved, bent, thicker or thinner, so that it
/// is still that digit.
#[must_use]
pub fn image(pixels: &[u8; PIXELS], augment: &ImageAugment, rng: &mut Rng) -> [u8; PIXELS] {
    let scale = libm::expf(augment.scale * rng.normal());
    let stretch = libm::expf(0.5 * augment.aspect * rng.normal());
    // Each pixel of the result asks where it came from: the map is the inverse one.
    let linear = Linear::new(
        scale * stretch,
        scale / stretch,
        augment.slant * rng.normal(),
        augment.rotation * rng.normal(),
    );
    let shift = (augment.shift * rng.normal(), augment.shift * rng.normal());
    let elastic = Elastic::random(augment.elastic, rng);
    let thickness = augment.thickness * rng.normal();
    let source = framed(pixels, thickness);

    let half = SIDE as f32 * 0.5;
    let mut out = [0; PIXELS];
    for (y, row) in out.chunks_exact_mut(SIDE).enumerate() {
        let v = (y as f32 + 0.5) / SIDE as f32;
        for (x, pixel) in row.iter_mut().enumerate() {
            let u = (x as f32 + 0.5) / SIDE as f32;
            let (dx, dy) = elastic.at(u, v);
            let (sx, sy) = linear.apply(x as f32 + 0.5 - half, y as f32 + 0.5 - half);
            let ink = sample(&source, sx + half + shift.0 + dx, sy + half + shift.1 + dy);
            *pixel = (ink + 0.5) as u8;
        }
    }
    if augment.noise > 0.0 {
        for pixel in out.iter_mut().filter(|pixel| **pixel > 0) {
            *pixel = (f32::from(*pixel) + 255.0 * augment.noise * rng.normal()) as u8;
        }
    }
    out
}

/// The picture with a border, its strokes about `thickness` pixels thicker (or thinner): between
/// the picture and its grey dilation (or erosion) by a diamond of radius one, which moves each
/// edge by one pixel.
fn framed(pixels: &[u8; PIXELS], thickness: f32) -> [f32; WIDE * WIDE] {
    let mut grey = [0.0_f32; WIDE * WIDE];
    for (row, line) in pixels
        .chunks_exact(SIDE)
        .zip(grey.chunks_exact_mut(WIDE).skip(2))
    {
        for (&pixel, place) in row.iter().zip(&mut line[2..]) {
            *place = f32::from(pixel);
        }
    }
    if thickness == 0.0 {
        return grey;
    }
    let grow = thickness > 0.0;
    let more = |a: f32, b: f32| if (b > a) == grow { b } else { a };
    // Both edges move.
    let k = (thickness.abs() * 0.5).min(1.0);
    let mut out = grey;
    for y in 1..WIDE - 1 {
        for x in 1..WIDE - 1 {
            let at = y * WIDE + x;
            let here = grey[at];
            let most = more(
                more(more(here, grey[at - 1]), grey[at + 1]),
                more(grey[at - WIDE], grey[at + WIDE]),
            );
            out[at] = here + k * (most - here);
        }
    }
    if !grow {
        // A line as thin as a pixel should become thinner, not fade: as dark as it was, or
        // nearly.
        let darkest = |picture: &[f32]| picture.iter().fold(1.0_f32, |most, &p| most.max(p));
        let gain = (darkest(&grey) / darkest(&out)).min(1.5);
        out.iter_mut()
            .for_each(|pixel| *pixel = (*pixel * gain).min(255.0));
    }
    out
}

/// Bilinear sample at a place in pixels of the unframed picture; 0 outside.
fn sample(source: &[f32; WIDE * WIDE], x: f32, y: f32) -> f32 {
    // Middles of pixels are at one half; the frame adds two.
    let most = (WIDE - 2) as f32;
    let x = (x + 1.5).max(0.0).min(most);
    let y = (y + 1.5).max(0.0).min(most);
    let (column, row) = (x as usize, y as usize);
    let (u, v) = (x - column as f32, y - row as f32);
    let at = row * WIDE + column;
    let upper = source[at] + u * (source[at + 1] - source[at]);
    let lower = source[at + WIDE] + u * (source[at + WIDE + 1] - source[at + WIDE]);
    upper + v * (lower - upper)
}
