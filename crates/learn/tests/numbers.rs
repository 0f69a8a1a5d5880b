//! Several digits on one pad, read by the network that ships.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::panic)]

use trazo_ink::{Drawing, Point, Rng, negatives, writer};
use trazo_learn::{Advance, Learner, Method, Model, Session, Teach};

fn model(bytes: &[u8]) -> Model {
    let file = trazo_formats::read_model(bytes).unwrap();
    let recipe = file.recipe().unwrap();
    Model {
        name: file.name.clone(),
        network: file.into_network(),
        recipe,
        lessons: 0,
    }
}

fn digits() -> Model {
    model(include_bytes!("../../../pretrained/digits.trazo"))
}

fn learner() -> Learner {
    Learner::new(digits(), Method::DIGITS).unwrap()
}

fn session() -> Session {
    let classic = model(include_bytes!("../../../pretrained/classic.trazo"));
    Session::new(digits(), classic, 1).unwrap()
}

type Corners<'a> = &'a [(f32, f32)];

/// Strokes of straight lines.
fn drawn(strokes: &[Corners<'_>]) -> Drawing {
    let stroke = |corners: &Corners<'_>| {
        let corners: Vec<Point> = corners.iter().map(|&(x, y)| Point::new(x, y)).collect();
        trazo_ink::augment::resample(&corners, 8.0)
    };
    Drawing::from_strokes(strokes.iter().map(stroke).collect())
}

/// Each digit of a number with its strokes' places in the drawing.
fn read(drawing: &Drawing) -> Vec<(Option<u8>, Vec<usize>)> {
    let number = learner().read_number(drawing, None).unwrap();
    let parts = number.parts.into_iter();
    parts
        .map(|part| (part.reading.digit, part.group.strokes))
        .collect()
}

const ONE: Corners<'static> = &[(200.0, 300.0), (190.0, 700.0)];

/// A seven without its bar, and the bar.
const SEVEN: Corners<'static> = &[(350.0, 310.0), (560.0, 300.0), (420.0, 700.0)];
const BAR: Corners<'static> = &[(400.0, 500.0), (560.0, 495.0)];

/// A five without its hat, and the hat.
const FIVE: Corners<'static> = &[
    (360.0, 300.0),
    (345.0, 470.0),
    (420.0, 440.0),
    (500.0, 480.0),
    (520.0, 570.0),
    (480.0, 660.0),
    (410.0, 690.0),
    (340.0, 660.0),
];
const HAT: Corners<'static> = &[(362.0, 302.0), (530.0, 295.0)];

/// A four of two strokes.
const ELBOW: Corners<'static> = &[(420.0, 300.0), (350.0, 560.0), (570.0, 550.0)];
const STEM: Corners<'static> = &[(500.0, 420.0), (495.0, 710.0)];

#[test]
fn two_digits_apart_are_a_number() {
    let seventeen = drawn(&[ONE, SEVEN]);
    assert_eq!(read(&seventeen), [(Some(1), vec![0]), (Some(7), vec![1])]);
    let number = learner().read_number(&seventeen, None).unwrap();
    assert_eq!(number.text(), "17");
    assert_eq!(number.parts[1].group.drawing, drawn(&[SEVEN]));
}

#[test]
fn a_bar_a_hat_and_a_stem_belong_to_the_digit_that_they_lie_over_whenever_they_are_drawn() {
    for (name, body, late, digit) in [
        ("bar", SEVEN, BAR, 7),
        ("hat", FIVE, HAT, 5),
        ("stem", ELBOW, STEM, 4),
    ] {
        // Before the one, between the two, after the one.
        assert_eq!(
            read(&drawn(&[body, late, ONE])),
            [(Some(1), vec![2]), (Some(digit), vec![0, 1])],
            "{name}"
        );
        assert_eq!(
            read(&drawn(&[ONE, body, late])),
            [(Some(1), vec![0]), (Some(digit), vec![1, 2])],
            "{name}"
        );
        assert_eq!(
            read(&drawn(&[body, ONE, late])),
            [(Some(1), vec![1]), (Some(digit), vec![0, 2])],
            "{name}"
        );
        assert_eq!(
            read(&drawn(&[body, late])),
            [(Some(digit), vec![0, 1])],
            "{name} alone"
        );
    }
}

#[test]
fn digits_that_touch_are_parted() {
    // The one stands at the elbow's left end, and the seven's bar runs into the stem.
    let one: Corners<'_> = &[(352.0, 300.0), (350.0, 700.0)];
    let seven = SEVEN
        .iter()
        .map(|&(x, y)| (x + 220.0, y))
        .collect::<Vec<_>>();
    let read = read(&drawn(&[one, ELBOW, STEM, &seven]));
    let digits: Vec<Option<u8>> = read.iter().map(|part| part.0).collect();
    assert_eq!(digits, [Some(1), Some(4), Some(7)]);
}

#[test]
fn one_digit_is_read_as_ever_to_the_bit() {
    let mut learner = learner();
    let mut several = 0;
    for (drawing, label) in writer::exam(31, 300) {
        let number = learner.read_number(&drawing, None).unwrap();
        let alone = learner.read(&drawing).unwrap();
        several += usize::from(drawing.strokes.len() > 1);
        assert_eq!(number.parts.len(), 1, "a {label} is parted");
        assert_eq!(number.parts[0].reading, alone);
        assert_eq!(number.parts[0].group.drawing, drawing);
    }
    assert!(several > 50, "only {several} digits of several strokes");
}

#[test]
fn what_was_taught_votes_on_each_digit_of_a_number() {
    let mut session = session();
    // A sign that is no digit, taught as a 3.
    let sign: Corners<'_> = &[
        (350.0, 700.0),
        (450.0, 300.0),
        (550.0, 700.0),
        (350.0, 450.0),
        (560.0, 450.0),
        (350.0, 700.0),
    ];
    let before = session.read_number(&drawn(&[ONE, sign]), None).unwrap();
    assert_ne!(before.text(), "13");
    assert_eq!(
        session.teach(&drawn(&[sign]), 3, false, 0).unwrap(),
        Teach::Started
    );
    while !matches!(session.advance().unwrap(), Advance::Lesson(_)) {}
    let after = session.read_number(&drawn(&[ONE, sign]), None).unwrap();
    assert_eq!(after.text(), "13");
}

#[test]
fn it_may_be_told_how_many_digits_there_are() {
    let seventeen = drawn(&[ONE, SEVEN]);
    let mut learner = learner();
    let count = |learner: &mut Learner, count| {
        learner
            .read_number(&seventeen, Some(count))
            .unwrap()
            .parts
            .len()
    };
    assert_eq!(count(&mut learner, 2), 2);
    // No way leads there: as many as is likeliest.
    assert_eq!(count(&mut learner, 5), 2);
}

#[test]
fn on_an_empty_pad_there_is_no_number() {
    let nan = vec![Point::new(f32::NAN, 0.0)];
    for drawing in [Drawing::default(), Drawing::from_strokes(vec![vec![], nan])] {
        assert_eq!(learner().read_number(&drawing, None).unwrap().text(), "");
    }
}

#[test]
fn the_original_network_takes_the_whole_pad_for_one_digit() {
    let mut session = session();
    session.select(trazo_learn::ModelId::Classic).unwrap();
    let number = session.read_number(&drawn(&[ONE, SEVEN]), None).unwrap();
    assert_eq!(number.parts.len(), 1);
}

#[test]
fn however_much_is_drawn_the_candidates_are_few() {
    let mut rng = Rng::new(4);
    for (count, far) in [(10_000, 1_000.0), (48, 1_000.0), (48, 1.0), (48, 1.0e6)] {
        let strokes = (0..count).map(|_| {
            let at = Point::new(rng.range(0.0, far), rng.range(0.0, far));
            (0..3)
                .map(|_| Point::new(at.x + rng.range(0.0, 300.0), at.y + rng.range(0.0, 300.0)))
                .collect()
        });
        let drawing = Drawing::from_strokes(strokes.collect());
        let mut asked = 0;
        let groups = trazo_learn::numbers::part(&drawing, None, |drawings| {
            asked = drawings.len();
            Ok::<_, ()>(vec![[0.1; 10]; drawings.len()])
        });
        let groups = groups.unwrap().groups;
        assert!(asked <= 48 * 6, "{asked} candidates");
        let mut strokes: Vec<usize> = groups
            .iter()
            .flat_map(|group| group.strokes.clone())
            .collect();
        strokes.sort_unstable();
        assert!(strokes.into_iter().eq(0..count), "each stroke once");
    }
}

#[test]
fn whatever_is_scribbled_each_stroke_is_in_one_digit_or_sign() {
    let mut learner = learner();
    for (drawing, _) in negatives::exam(8, 100) {
        let number = learner.read_number(&drawing, None).unwrap();
        let mut strokes: Vec<usize> = number
            .parts
            .iter()
            .flat_map(|part| part.group.strokes.clone())
            .chain(number.signs.iter().map(|placed| placed.stroke))
            .collect();
        strokes.sort_unstable();
        assert!(strokes.into_iter().eq(0..drawing.strokes.len()));
    }
}

#[test]
fn a_minus_and_a_decimal_mark_are_in_the_text_as_they_are_drawn() {
    let minus: Corners<'_> = &[(60.0, 505.0), (140.0, 500.0)];
    let comma: Corners<'_> = &[(275.0, 680.0), (255.0, 760.0)];
    let dot: Corners<'_> = &[(265.0, 690.0), (267.0, 692.0)];
    let text = |strokes: &[Corners<'_>]| {
        let drawing = drawn(strokes);
        let number = learner().read_number(&drawing, None).unwrap();
        // What is left is read as if nothing else had been drawn.
        for part in &number.parts {
            let alone = learner().read(&part.group.drawing).unwrap();
            assert_eq!(part.reading, alone);
            let own = part
                .group
                .strokes
                .iter()
                .map(|&at| drawing.strokes[at].clone());
            assert_eq!(part.group.drawing.strokes, own.collect::<Vec<_>>());
        }
        number.text()
    };
    assert_eq!(text(&[ONE, SEVEN, minus]), "-17");
    assert_eq!(text(&[ONE, comma, SEVEN]), "1,7");
    assert_eq!(text(&[minus, ONE, SEVEN, dot]), "-1.7");
    assert_eq!(text(&[minus, SEVEN, BAR]), "-7");
    // Without digits, or behind them, they are what they were.
    assert!(!text(&[minus, dot]).contains(['-', '.']));
    assert!(!text(&[minus]).contains('-'));
    let after: Corners<'_> = &[(700.0, 690.0), (702.0, 692.0)];
    assert!(!text(&[ONE, after]).contains('.'));
}

#[test]
fn a_person_may_say_which_digits_they_are() {
    let mut learner = learner();
    let seventeen = drawn(&[ONE, SEVEN, BAR]);
    let mut of = |drawing: &Drawing, digits: &[u8]| -> Vec<Vec<usize>> {
        let number = learner.read_number_as(drawing, digits).unwrap();
        number
            .parts
            .into_iter()
            .map(|part| part.group.strokes)
            .collect()
    };
    assert_eq!(of(&seventeen, &[1, 7]), [vec![0], vec![1, 2]]);
    assert_eq!(of(&seventeen, &[4]), [[0, 1, 2]]);
    // There are not so many strokes, and none at all.
    assert!(of(&seventeen, &[1, 7, 4, 2]).is_empty());
    assert!(of(&Drawing::default(), &[1]).is_empty());
    // A stem and an elbow are a one and a six, or a four of two strokes: as is said.
    let bars = drawn(&[ELBOW, STEM, &[(700.0, 300.0), (690.0, 700.0)]]);
    assert_eq!(of(&bars, &[4, 1]), [vec![0, 1], vec![2]]);
    assert_eq!(of(&bars, &[6, 1, 1]), [[0], [1], [2]]);
}

#[test]
fn what_is_no_digit_is_seldom_parted_into_some() {
    let mut learner = learner();
    let drawings = negatives::exam(12, 500);
    let mut others = drawings.iter();
    let others = others
        .by_ref()
        .filter(|(_, kind)| *kind != negatives::Kind::TwoDigits);
    let (mut count, mut sure) = (0, 0);
    for (drawing, _) in others {
        let number = learner.read_number(drawing, None).unwrap();
        count += 1;
        sure += usize::from(number.parts.iter().all(|part| part.reading.digit.is_some()));
    }
    assert!(sure * 20 < count, "{sure} of {count}");
}
