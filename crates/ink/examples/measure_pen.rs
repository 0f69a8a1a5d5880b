//! Measures MNIST's ink, and pen digits' at several pen widths: how `CANONICAL_PEN` was chosen.
//!
//! `cargo run --release -p trazo-ink --example measure_pen`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;

use trazo_ink::Ink;
use trazo_ink::normalize::digit_ink_with;

/// Sums of: mass in pixels; thickness (twice the area over the length of the outline, the latter
/// from the total variation); center of mass; share of inked pixels that are full.
#[derive(Default)]
struct Mean {
    n: f64,
    mass: f64,
    thickness: f64,
    x: f64,
    y: f64,
    full: f64,
}

impl Mean {
    fn add(&mut self, ink: &Ink) {
        let at = |x: usize, y: usize| f64::from(ink.pixels[y * ink.width + x]) / 255.0;
        let mut variation = 0.0;
        for y in 0..ink.height - 1 {
            for x in 0..ink.width - 1 {
                let (dx, dy) = (at(x + 1, y) - at(x, y), at(x, y + 1) - at(x, y));
                variation += dx.hypot(dy);
            }
        }
        let mass = f64::from(ink.mass());
        let (x, y) = ink.center_of_mass().unwrap();
        let inked = ink.pixels.iter().filter(|&&p| p > 0).count() as f64;
        self.n += 1.0;
        self.mass += mass;
        self.thickness += 2.0 * mass / variation;
        self.x += f64::from(x);
        self.y += f64::from(y);
        self.full += ink.pixels.iter().filter(|&&p| p >= 250).count() as f64 / inked;
    }

    fn print(&self, name: &str) {
        println!(
            "{name:>12}  mass {:7.2}  thickness {:5.3}  center {:6.3} {:6.3}  full {:5.3}",
            self.mass / self.n,
            self.thickness / self.n,
            self.x / self.n,
            self.y / self.n,
            self.full / self.n
        );
    }
}

fn main() {
    if let Some(mnist) = common::mnist() {
        let mut mean = Mean::default();
        mnist.iter().for_each(|(ink, _)| mean.add(ink));
        mean.print("mnist");
    }
    let Some(digits) = common::pen_digits() else {
        return;
    };
    let points: usize = digits.iter().map(|d| d.drawing.points().count()).sum();
    println!(
        "pen digits: {}, points a digit {:.1}",
        digits.len(),
        points as f64 / digits.len() as f64
    );
    for pen in [1.8, 2.0, 2.2, 2.4, 2.44, 2.6, 2.8, 3.0, 3.2] {
        let mut mean = Mean::default();
        for digit in &digits {
            mean.add(&digit_ink_with(&digit.drawing.fit(), pen).unwrap());
        }
        mean.print(&format!("pen {pen}"));
    }
}
