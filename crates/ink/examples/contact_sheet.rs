//! Contact sheets as PNG, to judge by eye: real ink, MNIST, augmentation, the synthetic writer.
//!
//! `cargo run --release -p trazo-ink --example contact_sheet -- OUT_FOLDER`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};

use trazo_ink::augment::{self, ImageAugment, StrokeAugment};
use trazo_ink::normalize::{digit_ink, digit_ink_with};
use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Ink, Rng, negatives, writer};

/// A drawing as on the pad, 64 pixels a side, with a thinner pen so that the path shows.
fn large(drawing: &Drawing) -> Ink {
    rasterize(
        drawing,
        &View {
            scale: 0.064,
            dx: 0.0,
            dy: 0.0,
        },
        64,
        64,
        3.0,
    )
}

fn main() {
    let out: PathBuf = std::env::args_os()
        .nth(1)
        .expect("a folder for the sheets")
        .into();
    std::fs::create_dir_all(&out).unwrap();
    let mut rng = Rng::new(7);
    real(&out, &mut rng);
    written(&out, &mut rng);
    negative(&out, &mut rng);
}

fn real(out: &Path, rng: &mut Rng) {
    if let Some(digits) = common::pen_digits() {
        let mut chosen: Vec<Vec<_>> = vec![Vec::new(); 10];
        while chosen.iter().any(|row| row.len() < 16) {
            let digit = &digits[rng.below(digits.len())];
            let row = &mut chosen[usize::from(digit.label)];
            if row.len() < 16 {
                row.push(digit.drawing.fit());
            }
        }
        let chosen: Vec<_> = chosen.concat();
        let inks: Vec<_> = chosen.iter().map(|d| digit_ink(d).unwrap()).collect();
        common::sheet(&out.join("real-ink.png"), &inks, 16, 2);
        common::sheet(
            &out.join("real.png"),
            &chosen.iter().map(large).collect::<Vec<_>>(),
            16,
            1,
        );
        let augment = StrokeAugment::default();
        let (paths, inks): (Vec<_>, Vec<_>) = chosen
            .iter()
            .step_by(16)
            .flat_map(|drawing| {
                (0..16)
                    .map(|_| {
                        let drawing = augment::strokes(drawing, &augment, rng);
                        let ink = digit_ink_with(&drawing, augment::pen_width(rng)).unwrap();
                        (large(&drawing), ink)
                    })
                    .collect::<Vec<_>>()
            })
            .unzip();
        common::sheet(&out.join("augmented.png"), &paths, 16, 1);
        common::sheet(&out.join("augmented-ink.png"), &inks, 16, 2);
    }
    if let Some(mnist) = common::mnist() {
        let pick = |label: u8| mnist.iter().filter(move |(_, l)| *l == label).take(16);
        let inks: Vec<_> = (0..10).flat_map(pick).map(|(ink, _)| ink.clone()).collect();
        common::sheet(&out.join("mnist.png"), &inks, 16, 2);
        let augment = ImageAugment::default();
        let inks: Vec<_> = (0..10)
            .flat_map(|label| {
                let (ink, _) = mnist.iter().find(|(_, l)| *l == label).unwrap();
                let pixels: [u8; 784] = ink.pixels.clone().try_into().unwrap();
                (0..16)
                    .map(|_| {
                        let pixels = augment::image(&pixels, &augment, rng).to_vec();
                        Ink {
                            width: 28,
                            height: 28,
                            pixels,
                        }
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        common::sheet(&out.join("mnist-augmented.png"), &inks, 16, 2);
    }
}

fn written(out: &Path, rng: &mut Rng) {
    let drawings: Vec<_> = (0..10)
        .flat_map(|digit| (0..16).map(move |_| digit))
        .map(|d| writer::random(d, rng))
        .collect();
    let inks: Vec<_> = drawings.iter().map(|d| digit_ink(d).unwrap()).collect();
    common::sheet(&out.join("written-ink.png"), &inks, 16, 2);
    let on_pad: Vec<_> = drawings.iter().map(large).collect();
    common::sheet(&out.join("written-pad.png"), &on_pad, 16, 1);
    let fitted: Vec<_> = drawings.iter().map(|d| large(&d.fit())).collect();
    common::sheet(&out.join("written.png"), &fitted, 16, 1);
}

fn negative(out: &Path, rng: &mut Rng) {
    let mut drawings = Vec::new();
    for (kind, _) in negatives::Kind::ALL {
        let rows = if kind == negatives::Kind::Letter {
            3
        } else {
            1
        };
        drawings.extend((0..16 * rows).map(|_| negatives::draw(kind, rng)));
    }
    let inks: Vec<_> = drawings.iter().map(|d| digit_ink(d).unwrap()).collect();
    common::sheet(&out.join("negatives-ink.png"), &inks, 16, 2);
    let fitted: Vec<_> = drawings.iter().map(large).collect();
    common::sheet(&out.join("negatives.png"), &fitted, 16, 1);
}
