//! Photographs of numbers: pen digits of one writer on paper, seen by a camera.
//!
//! A page has one to five lines of one to eight digits, an ink from 1 % to 8 % of the digits' height, plain, ruled or
//! squared paper with a texture; the camera leans up to 15°, there is a shadow, blur, noise, and a JPEG of quality 40 to 95.

use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Point, Rng};

use super::pictures::jpeg;
use crate::data::PenDigit;
use crate::error::Error;

/// The camera leans by so much at most, in degrees, and is turned by so much.
const LEAN: f32 = 15.0;
const TURN: f32 = 4.0;

/// A box in the photograph: left, top, right, bottom.
pub type Frame = [f32; 4];

/// A photograph and what is written in it.
pub struct Photograph {
    /// Pixels across and down.
    pub size: (usize, usize),
    /// Grey levels, row after row.
    pub grey: Vec<u8>,
    /// Each digit, and where it is.
    pub digits: Vec<(u8, Frame)>,
    /// What it is written on.
    pub paper: Paper,
    /// Light on dark.
    pub light_ink: bool,
    /// The width of the ink, as a share of the digits' height.
    pub ink_share: f32,
}

/// Kinds of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paper {
    Plain,
    Ruled,
    Squared,
}

/// A page with these digits' numbers on it, blank where there are none.
pub fn photograph(pens: &[&PenDigit], rng: &mut Rng) -> Result<Photograph, Error> {
    let long = rng.range(900.0, 1500.0);
    let short = long * rng.range(0.6, 0.8);
    let (w, h) = if rng.chance(0.5) {
        (long, short)
    } else {
        (short, long)
    };
    let lines = 1 + rng.below(5);
    let longest = 1 + rng.below(8);
    let room = (0.75 * h / lines as f32 / 1.7).min(0.75 * w / longest as f32 / 1.25);
    let height = (room * rng.range(0.45, 1.0)).clamp(36.0, 260.0);
    let ink_share = rng.range(0.01, 0.08);
    let mut page = Written::default();
    if !pens.is_empty() {
        for line in 0..lines {
            let count = 1 + rng.below(longest);
            let base = 0.12 * h + (line as f32 + 0.5) * 0.76 * h / lines as f32;
            page.write(
                pens,
                count,
                (rng.range(0.08, 0.2) * w, base),
                height,
                (w, ink_share),
                rng,
            );
        }
    }
    let pen = ink_share * height;
    let (width, rows) = (w as usize, h as usize);
    let view = View {
        scale: 1.0,
        dx: 0.0,
        dy: 0.0,
    };
    let ink = rasterize(&page.drawing, &view, width, rows, pen.max(0.8));
    let paper = rng.pick([Paper::Plain, Paper::Ruled, Paper::Squared]);
    let light_ink = rng.chance(0.15);
    let (back, mark) = if light_ink {
        (rng.range(20.0, 60.0), rng.range(190.0, 240.0))
    } else {
        (rng.range(190.0, 250.0), rng.range(20.0, 110.0))
    };
    let rule = back + (mark - back) * rng.range(0.12, 0.6);
    let pitch = (height * rng.range(0.5, 1.4)).max(18.0);
    let thickness = rng.range(1.0, 2.2);
    let first = rng.range(0.0, pitch);
    let (coarse, fine) = (rng.range(0.0, 5.0), rng.range(0.0, 3.0));
    let fibres: Vec<f32> = (0..64 * 64).map(|_| rng.normal()).collect();
    let mut reflected = Vec::with_capacity(width * rows);
    for (at, &coverage) in ink.pixels.iter().enumerate() {
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        let across = |v: f32| {
            (thickness * 0.5 + 0.5 - ((v - first).rem_euclid(pitch) - 0.5 * pitch).abs())
                .clamp(0.0, 1.0)
        };
        let ruled = match paper {
            Paper::Plain => 0.0,
            Paper::Ruled => across(y),
            Paper::Squared => across(y).max(across(x)),
        };
        let texture = coarse * smooth(&fibres, x / 23.0, y / 23.0) + fine * rng.normal();
        let level = back + texture + (rule - back) * ruled;
        reflected.push(level + (mark - level) * f32::from(coverage) / 255.0);
    }
    let camera = Camera::new((w, h), rng);
    let mut seen = camera.take(&reflected, (width, rows), back);
    for _ in 0..rng.below(3) {
        seen = blurred(&seen, width);
    }
    let light = Light::new(rng);
    let noise = rng.range(1.0, 5.0);
    let grey: Vec<u8> = seen
        .iter()
        .enumerate()
        .map(|(at, level)| {
            let (x, y) = ((at % width) as f32 / w, (at / width) as f32 / h);
            (level * light.at(x, y) + noise * rng.normal()).clamp(0.0, 255.0) as u8
        })
        .collect();
    let quality = 40 + rng.below(56) as u8;
    let digits = page.digits.iter();
    Ok(Photograph {
        grey: jpeg((width, rows), &grey, quality)?,
        size: (width, rows),
        digits: digits
            .map(|(label, frame)| (*label, camera.frame(frame, pen)))
            .collect(),
        paper,
        light_ink,
        ink_share,
    })
}

#[derive(Default)]
struct Written {
    drawing: Drawing,
    digits: Vec<(u8, Vec<Point>)>,
}

impl Written {
    /// A line of digits, as far as the page goes.
    fn write(
        &mut self,
        pens: &[&PenDigit],
        count: usize,
        (mut x, base): (f32, f32),
        height: f32,
        (right, ink_share): (f32, f32),
        rng: &mut Rng,
    ) {
        let drift = rng.range(-0.06, 0.06);
        let spacing = rng.range(0.12, 0.4) + ink_share;
        let start = x;
        for _ in 0..count {
            let pen = pens[rng.below(pens.len())];
            let fitted = pen.drawing.fit();
            let Some(bounds) = fitted.bounds() else {
                continue;
            };
            let scale = height * rng.range(0.9, 1.1) / 700.0;
            let y = base + drift * (x - start) + height * rng.range(-0.08, 0.08);
            let (left, middle) = (bounds.left, bounds.middle());
            let place =
                |p: Point| Point::new(x + (p.x - left) * scale, y + (p.y - middle.y) * scale);
            let placed = fitted.map(place);
            let width = 2.0 * (middle.x - left) * scale;
            if x + width > 0.93 * right {
                break;
            }
            self.digits.push((pen.label, placed.points().collect()));
            self.drawing.strokes.extend(placed.strokes);
            x += width + height * spacing * rng.range(0.8, 1.2);
        }
    }
}

/// A pinhole that leans over the page.
struct Camera {
    /// From the page's pixels about its middle to the photograph's, homogeneous.
    to: [[f32; 3]; 3],
    back: [[f32; 3]; 3],
    middle: (f32, f32),
}

impl Camera {
    fn new((w, h): (f32, f32), rng: &mut Rng) -> Self {
        let angle = |rng: &mut Rng, most: f32| rng.range(-most, most).to_radians();
        let (a, b, c) = (angle(rng, LEAN), angle(rng, LEAN), angle(rng, TURN));
        let far = 1.3 * w.max(h);
        let closer = rng.range(0.85, 0.97);
        // Turned about the axis of the camera, then leaned about both axes of the page.
        let lean = |x: f32, y: f32| {
            let (x, y) = (x * c.cos() - y * c.sin(), x * c.sin() + y * c.cos());
            let (y, z) = (y * a.cos(), y * a.sin());
            (x * b.cos() + z * b.sin(), y, z * b.cos() - x * b.sin())
        };
        let (e1, e2) = (lean(1.0, 0.0), lean(0.0, 1.0));
        let to = [
            [closer * e1.0, closer * e2.0, 0.0],
            [closer * e1.1, closer * e2.1, 0.0],
            [e1.2 / far, e2.2 / far, 1.0],
        ];
        Self {
            to,
            back: inverse(&to),
            middle: (0.5 * w, 0.5 * h),
        }
    }

    fn through(&self, matrix: &[[f32; 3]; 3], x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        let row = |r: &[f32; 3]| r[0] * x + r[1] * y + r[2];
        let z = row(&matrix[2]);
        (
            row(&matrix[0]) / z + self.middle.0,
            row(&matrix[1]) / z + self.middle.1,
        )
    }

    /// The photograph of a page of the same size; beyond its edge lies another sheet.
    fn take(&self, page: &[f32], (width, height): (usize, usize), beyond: f32) -> Vec<f32> {
        let at = |x: isize, y: isize| {
            let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
            if inside {
                page[y as usize * width + x as usize]
            } else {
                beyond
            }
        };
        let mut seen = Vec::with_capacity(page.len());
        for row in 0..height {
            for column in 0..width {
                let (x, y) = self.through(&self.back, column as f32 + 0.5, row as f32 + 0.5);
                let (x, y) = (x - 0.5, y - 0.5);
                let (left, top) = (x.floor(), y.floor());
                let (u, v) = (x - left, y - top);
                let (left, top) = (left as isize, top as isize);
                let upper = at(left, top) * (1.0 - u) + at(left + 1, top) * u;
                let lower = at(left, top + 1) * (1.0 - u) + at(left + 1, top + 1) * u;
                seen.push(upper * (1.0 - v) + lower * v);
            }
        }
        seen
    }

    /// The box around these points and half a pen.
    fn frame(&self, points: &[Point], pen: f32) -> Frame {
        let mut frame = [
            f32::INFINITY,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NEG_INFINITY,
        ];
        for point in points {
            let (x, y) = self.through(&self.to, point.x, point.y);
            let half = 0.5 * pen.max(0.8);
            frame[0] = frame[0].min(x - half);
            frame[1] = frame[1].min(y - half);
            frame[2] = frame[2].max(x + half);
            frame[3] = frame[3].max(y + half);
        }
        frame
    }
}

fn inverse(m: &[[f32; 3]; 3]) -> [[f32; 3]; 3] {
    let minor = |r: usize, c: usize| {
        let (a, b) = ((r + 1) % 3, (r + 2) % 3);
        let (d, e) = ((c + 1) % 3, (c + 2) % 3);
        m[a][d] * m[b][e] - m[a][e] * m[b][d]
    };
    let whole: f32 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
    std::array::from_fn(|r| std::array::from_fn(|c| minor(c, r) / whole))
}

/// How much of the light reaches a place: it falls off, and something stands in it.
struct Light {
    across: f32,
    down: f32,
    /// Where the shadow's edge goes through, its direction, how soft it is, what it leaves.
    edge: (f32, f32),
    direction: (f32, f32),
    softness: f32,
    left: f32,
}

impl Light {
    fn new(rng: &mut Rng) -> Self {
        let angle = rng.range(0.0, std::f32::consts::TAU);
        Self {
            across: rng.range(-0.25, 0.25),
            down: rng.range(-0.25, 0.25),
            edge: (rng.range(0.2, 0.8), rng.range(0.2, 0.8)),
            direction: (angle.cos(), angle.sin()),
            softness: rng.range(0.03, 0.2),
            left: if rng.chance(0.5) {
                rng.range(0.55, 0.9)
            } else {
                1.0
            },
        }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let fall = 1.0 + self.across * (x - 0.5) + self.down * (y - 0.5);
        let beyond = (x - self.edge.0) * self.direction.0 + (y - self.edge.1) * self.direction.1;
        let shade = 1.0 / (1.0 + (-beyond / self.softness * 2.0).exp());
        0.95 * fall * (1.0 - (1.0 - self.left) * shade)
    }
}

/// Numbers of a 64x64 grid that repeats, smoothly between.
fn smooth(grid: &[f32], x: f32, y: f32) -> f32 {
    let at = |x: f32, y: f32| grid[(y as usize % 64) * 64 + x as usize % 64];
    let (u, v) = (x.fract(), y.fract());
    let upper = at(x, y) * (1.0 - u) + at(x + 1.0, y) * u;
    let lower = at(x, y + 1.0) * (1.0 - u) + at(x + 1.0, y + 1.0) * u;
    upper * (1.0 - v) + lower * v
}

/// One two one, along both axes.
fn blurred(picture: &[f32], width: usize) -> Vec<f32> {
    let height = picture.len() / width;
    let at = |x: usize, y: usize| picture[y.min(height - 1) * width + x.min(width - 1)];
    let mut out = Vec::with_capacity(picture.len());
    for y in 0..height {
        for x in 0..width {
            let row = |y: usize| at(x.saturating_sub(1), y) + 2.0 * at(x, y) + at(x + 1, y);
            out.push((row(y.saturating_sub(1)) + 2.0 * row(y) + row(y + 1)) / 16.0);
        }
    }
    out
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_through_the_camera_and_back_is_where_it_was() {
        let camera = Camera::new((800.0, 600.0), &mut Rng::new(4));
        let (x, y) = camera.through(&camera.to, 120.0, 500.0);
        let (x, y) = camera.through(&camera.back, x, y);
        assert!((x - 120.0).abs() < 0.1 && (y - 500.0).abs() < 0.1);
    }
}
