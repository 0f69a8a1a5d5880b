use super::*;
use crate::normalize::{PIXELS, digit_ink};
use crate::{Drawing, Point, Rng, writer};

fn pixels(drawing: &Drawing) -> [u8; PIXELS] {
    digit_ink(drawing).unwrap().pixels.try_into().unwrap()
}

/// Cosine of the angle between two pictures.
fn likeness(a: &[u8], b: &[u8]) -> f64 {
    let dot = |a: &[u8], b: &[u8]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn no_augmentation_leaves_the_drawing_as_it_is() {
    let mut rng = Rng::new(1);
    for (drawing, _) in writer::exam(1, 20) {
        let same = strokes(&drawing, &StrokeAugment::none(), &mut rng);
        let pairs = drawing.points().zip(same.points());
        assert!(
            pairs
                .into_iter()
                .all(|(a, b)| (a.x - b.x).abs() + (a.y - b.y).abs() < 0.01)
        );
        assert_eq!(drawing.strokes.len(), same.strokes.len());
        let picture = pixels(&drawing);
        let same = image(&picture, &ImageAugment::none(), &mut rng);
        assert_eq!(picture, same);
    }
}

#[test]
fn a_seed_repeats_its_augmentation_and_another_does_not() {
    let (drawing, _) = writer::exam(2, 1).remove(0);
    let once = |seed| strokes(&drawing, &StrokeAugment::default(), &mut Rng::new(seed));
    assert_eq!(once(5), once(5));
    assert_ne!(once(5), once(6));
    let picture = pixels(&drawing);
    let once = |seed| image(&picture, &ImageAugment::default(), &mut Rng::new(seed));
    assert_eq!(once(5), once(5));
    assert_ne!(once(5), once(6));
}

#[test]
fn what_is_augmented_differs_but_is_still_like_it() {
    let mut rng = Rng::new(3);
    let (mut by_strokes, mut by_image) = (Vec::new(), Vec::new());
    for (drawing, _) in writer::exam(3, 200) {
        let picture = pixels(&drawing);
        let other = strokes(&drawing, &StrokeAugment::default(), &mut rng);
        by_strokes.push(likeness(&picture, &pixels(&other)));
        by_image.push(likeness(
            &picture,
            &image(&picture, &ImageAugment::default(), &mut rng),
        ));
    }
    for likenesses in [by_strokes, by_image] {
        let mean = likenesses.iter().sum::<f64>() / likenesses.len() as f64;
        assert!((0.55..0.9).contains(&mean), "{mean}");
    }
}

#[test]
fn a_shift_moves_the_picture_and_keeps_its_mass() {
    let picture = pixels(&writer::exam(4, 1).remove(0).0);
    let augment = ImageAugment {
        shift: 2.0,
        ..ImageAugment::none()
    };
    let moved = image(&picture, &augment, &mut Rng::new(9));
    let mass = |p: &[u8]| p.iter().map(|&p| f64::from(p)).sum::<f64>();
    assert!((mass(&moved) / mass(&picture) - 1.0).abs() < 0.01);
    assert!(likeness(&picture, &moved) < 0.95);
}

#[test]
fn thickness_goes_both_ways() {
    let picture = pixels(&writer::exam(4, 1).remove(0).0);
    let augment = ImageAugment {
        thickness: 1.0,
        ..ImageAugment::none()
    };
    let mut rng = Rng::new(1);
    let mass = |p: &[u8]| p.iter().map(|&p| f64::from(p)).sum::<f64>() / 255.0;
    let masses: Vec<f64> = (0..50)
        .map(|_| mass(&image(&picture, &augment, &mut rng)))
        .collect();
    assert!(masses.iter().any(|&m| m > 1.2 * mass(&picture)));
    assert!(masses.iter().any(|&m| m < 0.85 * mass(&picture)));
}

#[test]
fn anything_can_be_augmented() {
    let mut rng = Rng::new(1);
    let strong = StrokeAugment::default().scaled(10.0);
    for stroke in [
        vec![],
        vec![Point::new(f32::NAN, 0.0)],
        vec![Point::new(5.0, 5.0)],
        vec![Point::new(5.0, 5.0); 40],
        vec![
            Point::new(-1.0e6, 0.0),
            Point::new(1.0e6, f32::INFINITY),
            Point::new(1.0e6, 3.0),
        ],
    ] {
        for _ in 0..200 {
            let drawing = Drawing::from_strokes(vec![vec![], stroke.clone()]);
            let other = strokes(&drawing, &strong, &mut rng);
            assert!(other.points().all(|p| p.x.is_finite() && p.y.is_finite()));
        }
    }
}

#[test]
fn pen_widths_are_around_the_canonical_one() {
    let mut rng = Rng::new(1);
    let widths: Vec<f32> = (0..2000).map(|_| pen_width(&mut rng)).collect();
    let mean = widths.iter().sum::<f32>() / 2000.0;
    assert!((2.3..2.7).contains(&mean), "{mean}");
    assert!(widths.iter().all(|&w| (1.0..6.0).contains(&w)));
}

#[test]
fn resampling_keeps_ends_and_spacing() {
    let line = [
        Point::new(0.0, 0.0),
        Point::new(10.0, 0.0),
        Point::new(10.0, 5.0),
    ];
    let points = resample(&line, 2.0);
    assert_eq!(points.first(), line.first());
    assert_eq!(points.last(), line.last());
    assert_eq!(points.len(), 9); // 0, 2, …, 14 along 15 units, and the end
}
