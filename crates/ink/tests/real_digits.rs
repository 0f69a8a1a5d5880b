//! On real pen digits and MNIST, where the shared data is there; prints what it skips.
#![allow(missing_docs)]

mod common;
#[path = "common/photo.rs"]
mod photo;

use std::sync::OnceLock;

use trazo_ink::normalize::digit_ink;
use trazo_ink::{Ink, Rng, pack, picture, thin};

/// Every fourth pen digit, read once for all tests.
fn digits() -> Option<&'static [common::PenDigit]> {
    static DIGITS: OnceLock<Option<Vec<common::PenDigit>>> = OnceLock::new();
    let every_fourth = |digits: Vec<_>| digits.into_iter().step_by(4).collect();
    DIGITS
        .get_or_init(|| common::pen_digits().map(every_fourth))
        .as_deref()
}

fn likeness(a: &Ink, b: &Ink) -> f64 {
    let dot = |a: &Ink, b: &Ink| -> f64 {
        a.pixels
            .iter()
            .zip(&b.pixels)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn a_real_digit_packs_into_less_than_300_bytes_and_comes_back() {
    let Some(digits) = digits() else {
        return;
    };
    let (mut sum, mut longest, mut over) = (0, 0, 0);
    for digit in digits {
        let fitted = digit.drawing.fit();
        let packed = pack::pack(&fitted);
        sum += packed.len();
        longest = longest.max(packed.len());
        over += usize::from(packed.len() > 300);
        let back = pack::unpack(&packed).unwrap();
        for (a, b) in fitted.points().zip(back.points()) {
            assert!((a.x - b.x).abs() <= 0.5 && (a.y - b.y).abs() <= 0.5);
        }
        assert_eq!(fitted.points().count(), back.points().count());
    }
    println!(
        "mean {:.1} bytes, longest {longest}, {over} over 300",
        sum as f64 / digits.len() as f64
    );
    assert!(
        over * 200 < digits.len(),
        "{over} of {} take more than 300 bytes",
        digits.len()
    );
}

#[test]
fn every_real_digit_has_ink_of_mnist_s_mass() {
    let (Some(digits), Some(mnist)) = (digits(), common::mnist()) else {
        return;
    };
    let inks = digits
        .iter()
        .map(|digit| digit_ink(&digit.drawing.fit()).unwrap().mass());
    let ours = f64::from(inks.sum::<f32>()) / digits.len() as f64;
    let theirs =
        f64::from(mnist.iter().map(|(ink, _)| ink.mass()).sum::<f32>()) / mnist.len() as f64;
    println!("ink mass: pen digits {ours:.2}, MNIST {theirs:.2}");
    assert!((ours / theirs - 1.0).abs() < 0.02);
}

#[test]
fn thinning_a_real_digit_to_two_units_does_not_change_what_is_seen() {
    let Some(digits) = digits() else {
        return;
    };
    let (mut before, mut after) = (0, 0);
    for digit in digits.iter().step_by(3) {
        let fitted = digit.drawing.fit();
        let thinned = thin::thin(&fitted, 2.0);
        before += fitted.points().count();
        after += thinned.points().count();
        let found = likeness(&digit_ink(&fitted).unwrap(), &digit_ink(&thinned).unwrap());
        assert!(found > 0.995, "{found}");
    }
    println!("points kept: {:.3}", after as f64 / before as f64);
    assert!(after < before);
}

#[test]
fn a_photograph_of_a_real_digit_looks_like_its_strokes() {
    let Some(digits) = digits() else {
        return;
    };
    let mut rng = Rng::new(3);
    let (mut sum, mut n, mut poor) = (0.0, 0, 0);
    for digit in digits.iter().step_by(40) {
        let photo = photo::Photo::random(&mut rng);
        let grey = photo.take(&digit.drawing, &mut rng);
        let ink = picture::picture_ink(photo.width, photo.height, &grey).unwrap();
        let found = likeness(&ink, &digit_ink(&digit.drawing.fit()).unwrap());
        sum += found;
        n += 1;
        poor += usize::from(found < 0.9);
    }
    println!(
        "mean likeness {:.4}, {poor} of {n} below 0.9",
        sum / f64::from(n)
    );
    assert!(sum / f64::from(n) > 0.985);
    assert!(poor * 25 < n as usize);
}

#[test]
fn mnist_itself_is_read_as_a_picture() {
    let Some(mnist) = common::mnist() else { return };
    let mut sum = 0.0;
    let mut n = 0;
    for (ink, _) in mnist.iter().step_by(200) {
        let read = picture::picture_ink(28, 28, &ink.pixels).unwrap();
        sum += likeness(&read, ink);
        n += 1;
    }
    println!("mean likeness {:.4} of {n}", sum / f64::from(n));
    // Thickness is brought to the canonical one: a bold digit becomes another picture.
    assert!(sum / f64::from(n) > 0.85);
}
