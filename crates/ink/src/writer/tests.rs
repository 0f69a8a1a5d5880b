use super::*;
use crate::{PEN, normalize::digit_ink};

#[test]
fn an_exam_is_balanced_and_repeats_itself() {
    let exam = super::exam(7, 503);
    let mut counts = [0; 10];
    exam.iter()
        .for_each(|(_, label)| counts[usize::from(*label)] += 1);
    assert_eq!(counts, [51, 51, 51, 50, 50, 50, 50, 50, 50, 50]);
    assert_eq!(exam, super::exam(7, 503));
    assert_ne!(exam[..10], super::exam(8, 503)[..10]);
    assert!(super::exam(7, 0).is_empty());
}

#[test]
fn digits_are_wholly_on_the_pad_and_as_large_as_their_hand_writes() {
    let mut rng = Rng::new(1);
    for i in 0..1000 {
        let style = Style::random(&mut rng);
        let drawing = write((i % 10) as u8, &style, &mut rng);
        let bounds = drawing.bounds().unwrap();
        assert!((bounds.side() - style.size).abs() < 1.0);
        let edge = 0.5 * PEN - 1.0;
        assert!(bounds.left >= edge && bounds.top >= edge);
        assert!(bounds.right <= PAD - edge && bounds.bottom <= PAD - edge);
    }
}

#[test]
fn a_digit_has_about_as_many_points_as_a_real_one() {
    // The real pen digits have 45 on average (examples/measure_pen.rs).
    let exam = super::exam(2, 500);
    let points: usize = exam
        .iter()
        .map(|(drawing, _)| drawing.points().count())
        .sum();
    let mean = points as f32 / exam.len() as f32;
    assert!((25.0..90.0).contains(&mean), "{mean}");
}

#[test]
fn every_shape_can_be_written() {
    let mut rng = Rng::new(3);
    let base = Style::default();
    let mut styles = Vec::new();
    styles.extend(Zero::ALL.iter().map(|s| {
        (
            0,
            Style {
                zero: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(One::ALL.iter().map(|s| {
        (
            1,
            Style {
                one: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Two::ALL.iter().map(|s| {
        (
            2,
            Style {
                two: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Three::ALL.iter().map(|s| {
        (
            3,
            Style {
                three: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Four::ALL.iter().map(|s| {
        (
            4,
            Style {
                four: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Five::ALL.iter().map(|s| {
        (
            5,
            Style {
                five: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Six::ALL.iter().map(|s| {
        (
            6,
            Style {
                six: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Eight::ALL.iter().map(|s| {
        (
            8,
            Style {
                eight: s.0,
                ..base.clone()
            },
        )
    }));
    styles.extend(Nine::ALL.iter().map(|s| {
        (
            9,
            Style {
                nine: s.0,
                ..base.clone()
            },
        )
    }));
    for crossed in [false, true] {
        for serif in [false, true] {
            styles.push((
                7,
                Style {
                    seven: Seven { crossed, serif },
                    ..base.clone()
                },
            ));
        }
    }
    assert_eq!(styles.len(), 35);
    for (digit, style) in styles {
        let mass = digit_ink(&write(digit, &style, &mut rng)).unwrap().mass();
        assert!((35.0..200.0).contains(&mass), "{digit} {style:?}: {mass}");
    }
}

#[test]
fn a_crossed_seven_has_a_bar_and_a_slashed_zero_a_slash() {
    let mut rng = Rng::new(4);
    let plain = Style::default();
    let crossed = Style {
        seven: Seven {
            crossed: true,
            serif: false,
        },
        zero: Zero::Slashed,
        ..Style::default()
    };
    for digit in [0, 7] {
        assert_eq!(write(digit, &plain, &mut rng).strokes.len(), 1);
        assert_eq!(write(digit, &crossed, &mut rng).strokes.len(), 2);
    }
}

#[test]
fn there_is_no_digit_beyond_nine() {
    assert!(write(10, &Style::default(), &mut Rng::new(1)).is_blank());
}
