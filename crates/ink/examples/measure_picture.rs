//! How near `picture_ink` of a photographed digit comes to `digit_ink` of its strokes, by pen width.
//!
//! `cargo run --release -p trazo-ink --example measure_picture -- OUT_FOLDER`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/photo.rs"]
mod photo;

use std::path::PathBuf;
use std::time::Instant;

use photo::Photo;
use trazo_ink::normalize::digit_ink;
use trazo_ink::picture::picture_ink;
use trazo_ink::{Ink, Rng};

fn cosine(a: &Ink, b: &Ink) -> f64 {
    let dot = |a: &Ink, b: &Ink| -> f64 {
        a.pixels
            .iter()
            .zip(&b.pixels)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn main() {
    let out: PathBuf = std::env::args_os()
        .nth(1)
        .expect("a folder for the sheet")
        .into();
    let Some(digits) = common::pen_digits() else {
        return;
    };
    let mut rng = Rng::new(3);
    let mut bins = vec![(0, 0.0, 0.0, 0); 12];
    let mut pairs = Vec::new();
    let mut worst = Vec::new();
    let (mut spent, mut read) = (0.0, 0);
    for digit in digits.iter().step_by(9) {
        let photo = Photo::random(&mut rng);
        let picture = photo.take(&digit.drawing, &mut rng);
        let truth = digit_ink(&digit.drawing.fit()).unwrap();
        // Pen against the digit's own extent.
        let bin = &mut bins[((photo.pen / photo.extent * 40.0) as usize).min(11)];
        let start = Instant::now();
        let ink = picture_ink(photo.width, photo.height, &picture);
        spent += start.elapsed().as_secs_f64();
        read += 1;
        let Ok(ink) = ink else {
            eprintln!("blank: {photo:?}");
            bin.3 += 1;
            continue;
        };
        let likeness = cosine(&ink, &truth);
        bin.0 += 1;
        bin.1 += likeness;
        bin.2 += f64::from(ink.mass());
        if pairs.len() < 160 {
            pairs.extend([truth.clone(), ink.clone()]);
        }
        if likeness < 0.75 {
            worst.extend([truth, ink]);
        }
    }
    for (i, (n, sum, mass, blank)) in bins.iter().enumerate() {
        let (from, n) = (i as f32 / 40.0, f64::from(*n));
        println!(
            "pen/extent {from:5.3}: {n:5} likeness {:.4} mass {:.1} blank {blank}",
            sum / n,
            mass / n
        );
    }
    println!(
        "{} of {read} below 0.75, {:.2} ms a picture",
        worst.len() / 2,
        1e3 * spent / f64::from(read)
    );
    common::sheet(&out.join("pictures.png"), &pairs, 16, 2);
    if let Some(mnist) = common::mnist() {
        let pair = |(ink, _): &(Ink, u8)| [ink.clone(), picture_ink(28, 28, &ink.pixels).unwrap()];
        let pairs: Vec<_> = mnist.iter().step_by(600).take(80).flat_map(pair).collect();
        common::sheet(&out.join("pictures-mnist.png"), &pairs, 16, 2);
    }
    worst.truncate(320);
    common::sheet(&out.join("pictures-worst.png"), &worst, 16, 2);
}
