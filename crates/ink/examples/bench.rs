//! Times the drawing and augmentation of digits.
//!
//! `cargo run --release -p trazo-ink --example bench`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::Instant;

use trazo_ink::augment::{self, ImageAugment, StrokeAugment};
use trazo_ink::normalize::{PIXELS, digit_ink_into};
use trazo_ink::{Drawing, Point, Rng, pack, thin};

fn time(name: &str, times: usize, mut work: impl FnMut(usize)) {
    // The fastest of fifteen rounds: other work on the machine only ever adds.
    let best = (0..15)
        .map(|_| {
            let start = Instant::now();
            (0..times).for_each(&mut work);
            start.elapsed().as_secs_f64() / times as f64
        })
        .fold(f64::INFINITY, f64::min);
    println!("{name:>34}: {:9.2} µs", best * 1e6);
}

fn main() {
    let Some(digits) = common::pen_digits() else {
        return;
    };
    let digits: Vec<Drawing> = digits.iter().step_by(17).map(|d| d.drawing.fit()).collect();
    let n = digits.len();
    let mut pixels = [0; PIXELS];
    let mut rng = Rng::new(1);
    let strokes = StrokeAugment::default();
    let image = ImageAugment::default();
    time("digit_ink", n, |i| {
        digit_ink_into(black_box(&digits[i]), 2.4, &mut pixels);
    });
    time("augment::strokes", n, |i| {
        black_box(augment::strokes(&digits[i], &strokes, &mut rng));
    });
    time("augment::strokes + digit_ink", n, |i| {
        let drawing = augment::strokes(&digits[i], &strokes, &mut rng);
        digit_ink_into(&drawing, augment::pen_width(&mut rng), &mut pixels);
    });
    digit_ink_into(&digits[0], 2.4, &mut pixels);
    time("augment::image", n, |_| {
        black_box(augment::image(black_box(&pixels), &image, &mut rng));
    });
    time("pack", n, |i| {
        black_box(pack::pack(&digits[i]));
    });
    time("thin to 2 units", n, |i| {
        black_box(thin::thin(&digits[i], 2.0));
    });

    // 100,000 points along a circle that is gone round 20 times with a trembling hand, and the
    // worst there is: 100,000 points anywhere.
    let tremble: Vec<Point> = (0..100_000)
        .map(|i| {
            let angle = i as f32 * (20.0 * std::f32::consts::TAU / 100_000.0);
            let radius = 350.0 + 6.0 * rng.normal();
            Point::new(500.0 + radius * angle.cos(), 500.0 + radius * angle.sin())
        })
        .collect();
    let smooth: Vec<Point> = (0..100_000)
        .map(|i| {
            let angle = i as f32 * (20.0 * std::f32::consts::TAU / 100_000.0);
            Point::new(
                500.0 + 350.0 * angle.cos(),
                500.0 + 350.0 * (angle * 1.01).sin(),
            )
        })
        .collect();
    let noise: Vec<Point> = (0..100_000)
        .map(|_| Point::new(rng.range(0.0, 1000.0), rng.range(0.0, 1000.0)))
        .collect();
    for (name, stroke) in [
        ("smooth", smooth),
        ("trembling", tremble),
        ("random", noise),
    ] {
        let drawing = Drawing::from_strokes(vec![stroke]);
        time(&format!("digit_ink, 100,000 points, {name}"), 1, |_| {
            digit_ink_into(black_box(&drawing), 2.4, &mut pixels);
        });
        time(&format!("thin to 2, 100,000 points, {name}"), 1, |_| {
            black_box(thin::thin(&drawing, 2.0));
        });
    }
}
