//! Pictures of numbers, read with the model that ships.
#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Point, Rng, writer};
use trazo_learn::{Content, Example, PictureLine};

const WIDTH: usize = 1000;
const HEIGHT: usize = 640;

/// Grey levels of a page: dark ink on light paper, digits 110 pixels high and `step` apart, lines of the numbers given.
fn page(numbers: &[&[u8]], step: f32, pen: f32, seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let mut drawing = Drawing::default();
    for (row, digits) in numbers.iter().enumerate() {
        for (place, &digit) in digits.iter().enumerate() {
            let fitted = writer::random(digit, &mut rng).fit();
            let scale = 110.0 / 700.0;
            let (x, y) = (60.0 + place as f32 * step, 60.0 + row as f32 * 180.0);
            let placed =
                fitted.map(|p| Point::new(x + (p.x - 150.0) * scale, y + (p.y - 150.0) * scale));
            drawing.strokes.extend(placed.strokes);
        }
    }
    let view = View {
        scale: 1.0,
        dx: 0.0,
        dy: 0.0,
    };
    let ink = rasterize(&drawing, &view, WIDTH, HEIGHT, pen);
    let level = |&coverage: &u8| 235 - (u16::from(coverage) * 180 / 255) as u8;
    ink.pixels.iter().map(level).collect()
}

fn texts(lines: &[PictureLine]) -> Vec<String> {
    lines.iter().map(PictureLine::text).collect()
}

fn read(grey: &[u8]) -> Vec<String> {
    texts(
        &support::session()
            .read_picture(WIDTH, HEIGHT, grey)
            .unwrap(),
    )
}

const TWO: [&[u8]; 2] = [&[3, 0, 7, 2], &[5, 8, 6]];

#[test]
fn two_numbers_are_two_lines_from_left_to_right() {
    let grey = page(&TWO, 150.0, 7.0, 1);
    let lines = support::session()
        .read_picture(WIDTH, HEIGHT, &grey)
        .unwrap();
    assert_eq!(texts(&lines), ["3072", "586"]);
    assert!(
        lines
            .iter()
            .flat_map(|line| &line.digits)
            .all(|digit| digit.sure)
    );
    let three = &lines[0].digits[0];
    let a = three.area;
    assert!(
        (a.x - 60.0).abs() < 60.0 && (a.y - 60.0).abs() < 30.0,
        "{a:?}"
    );
    assert!((a.height - 115.0).abs() < 20.0, "{a:?}");
    assert_eq!((three.mnist.width, three.bits.width), (28, 20));
}

#[test]
fn chalk_on_slate_is_read_like_ink_on_paper() {
    let grey: Vec<u8> = page(&TWO, 150.0, 7.0, 1)
        .iter()
        .map(|level| 255 - level)
        .collect();
    assert_eq!(read(&grey), ["3072", "586"]);
}

#[test]
fn a_shadow_over_half_of_the_page_changes_nothing() {
    let mut grey = page(&TWO, 150.0, 7.0, 1);
    for (at, level) in grey.iter_mut().enumerate() {
        let (x, y) = ((at % WIDTH) as f32, (at / WIDTH) as f32);
        // Its edge is 60 pixels soft and goes through the digits.
        let shade = ((0.3 * y + x - 380.0) / 60.0).clamp(0.0, 1.0);
        *level = (f32::from(*level) * (1.0 - 0.5 * shade)) as u8;
    }
    assert_eq!(read(&grey), ["3072", "586"]);
}

#[test]
fn ruled_and_squared_paper_is_paper() {
    for squared in [false, true] {
        let grey: Vec<u8> = page(&TWO, 150.0, 7.0, 1)
            .iter()
            .enumerate()
            .map(|(at, &level)| {
                let (x, y) = (at % WIDTH, at / WIDTH);
                // They lean a little, as on a photograph.
                let ruled = (y + x / 50) % 45 < 2 || (squared && (x + y / 40) % 45 < 2);
                if ruled { level.min(130) } else { level }
            })
            .collect();
        assert_eq!(read(&grey), ["3072", "586"], "squared: {squared}");
    }
}

#[test]
fn blank_paper_has_no_numbers_ruled_or_not() {
    let mut rng = Rng::new(5);
    let mut paper = |ruled: bool| -> Vec<u8> {
        let level = |at: usize| {
            let line = ruled && (at / WIDTH) % 40 < 2;
            (if line { 140.0 } else { 220.0 } + 3.0 * rng.normal()) as u8
        };
        (0..WIDTH * HEIGHT).map(level).collect()
    };
    for ruled in [false, true] {
        assert_eq!(read(&paper(ruled)), [""; 0], "ruled: {ruled}");
    }
}

#[test]
fn digits_that_touch_are_parted() {
    // 60 pixels apart: the 0 and the 7 run into what is beside them.
    let grey = page(&[&[2, 3, 5]], 66.0, 7.0, 4);
    assert_eq!(read(&grey), ["235"]);
}

#[test]
fn a_scribble_in_a_picture_is_not_surely_a_digit() {
    // Twelve; twenty-seven where the network is asked as about a picture only.
    let drawings = trazo_ink::negatives::exam(5, 200);
    let mut session = support::session();
    let sure = drawings.iter().filter(|(drawing, _)| {
        let view = View {
            scale: 0.6,
            dx: 0.0,
            dy: 0.0,
        };
        let ink = rasterize(drawing, &view, 600, 600, 12.0);
        let grey: Vec<u8> = ink
            .pixels
            .iter()
            .map(|&c| 235 - (u16::from(c) * 180 / 255) as u8)
            .collect();
        let lines = session.read_picture(600, 600, &grey).unwrap();
        let digits: Vec<_> = lines.iter().flat_map(|line| &line.digits).collect();
        digits.len() == 1 && digits[0].sure
    });
    let sure = sure.count();
    assert!(sure <= 15, "{sure} of 200");
}

#[test]
fn what_was_taught_from_a_picture_is_remembered() {
    let mut session = support::session();
    let grey = page(&[&[7]], 150.0, 7.0, 1);
    let lines = session.read_picture(WIDTH, HEIGHT, &grey).unwrap();
    let seven = &lines[0].digits[0];
    assert_eq!(seven.digit, 7);
    let example = Example {
        id: 0,
        label: 1,
        first_read: None,
        taught_at: 0,
        source: "picture".into(),
        content: Content::Picture {
            mnist: seven.mnist.clone(),
            bits: seven.bits.clone(),
        },
    };
    session.add_examples(vec![example]).unwrap();
    while session.advance().unwrap() != trazo_learn::Advance::Idle {}
    let lines = session.read_picture(WIDTH, HEIGHT, &grey).unwrap();
    assert_eq!(texts(&lines), ["1"], "it is the person's one now");
    session.undo().unwrap();
    let lines = session.read_picture(WIDTH, HEIGHT, &grey).unwrap();
    assert_eq!(texts(&lines), ["7"]);
}
