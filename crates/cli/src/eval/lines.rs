//! Lines in which more stands than digits: numbers with a sign in them (`trazo eval --numbers`), and sums with signs that the
//! person taught (`trazo eval --symbols`).
//!
//! Digits are those of one writer, up to 1.5 times as high as the lowest, with 15 to 60 % of a digit's height between two
//! neighbors, as in [`super::numbers`]. Signs are made:
//!
//! | | |
//! |---|---|
//! | minus | 25 to 60 % of a digit's height wide, rises or falls by up to 15 % of that, 40 to 60 % up the first digit |
//! | point | a touch of the pen of up to 5 %, up to 5 % above or below the base line |
//! | comma | 12 to 28 % high, leans by up to half of that, begins up to 8 % above the base line |
//! | + − × ÷ = | a hand of the synthetic writer, each taught with five drawings; 50 to 90 % of a digit's height high or wide, 40 to 60 % up |

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::writer::Style;
use trazo_ink::{Bounds, Drawing, Point, Rng, negatives};
use trazo_learn::{Advance, Learner, Session, metrics};

use super::MADE_SEED;
use super::numbers::failed;
use crate::data::PenDigit;
use crate::error::Error;

/// Lines a row.
const LINES: usize = 1_000;
/// People who write sums, and drawings that each teaches of a sign.
const PERSONS: usize = 40;
const TAUGHT: usize = 5;
/// The ready set of the page, by the synthetic writer's names: `X` is the ×.
const SUMS: [&str; 5] = ["+", "−", "X", "÷", "="];
const FIRST_SYMBOL: u8 = 10;
const EQUALS: u8 = 14;

/// Digits by their writers.
struct Writers<'a> {
    pens: &'a [PenDigit],
    by_writer: BTreeMap<(&'a str, &'a str), Vec<&'a PenDigit>>,
}

impl<'a> Writers<'a> {
    fn new(pens: &'a [PenDigit]) -> Self {
        let mut by_writer: BTreeMap<_, Vec<&PenDigit>> = BTreeMap::new();
        for pen in pens {
            let writer = (pen.source.as_str(), pen.writer.as_str());
            by_writer.entry(writer).or_default().push(pen);
        }
        Self { pens, by_writer }
    }

    /// So many digits of one writer.
    fn some(&self, count: usize, rng: &mut Rng) -> Vec<&'a PenDigit> {
        let first = &self.pens[rng.below(self.pens.len())];
        let of = &self.by_writer[&(first.source.as_str(), first.writer.as_str())];
        let rest = (1..count).map(|_| of[rng.below(of.len())]);
        std::iter::once(first).chain(rest).collect()
    }
}

/// What is put side by side; a digit is about 1 high, and the base line is at 0.
#[derive(Default)]
struct Line {
    strokes: Vec<Vec<Point>>,
    right: f32,
}

impl Line {
    /// Puts a drawing behind the others, `size` high or wide, with its foot or, of a sign, its middle `above` the base line.
    fn put(&mut self, drawing: &Drawing, size: f32, middle: bool, above: f32, rng: &mut Rng) {
        let Some(bounds) = drawing.bounds() else {
            return;
        };
        let flat = if middle { 1.0 } else { 0.6 };
        let scale = size / bounds.height().max(flat * bounds.width()).max(1.0);
        let Bounds { left, bottom, .. } = bounds;
        let from = if middle { bounds.middle().y } else { bottom };
        let start = self.right + rng.range(0.15, 0.6);
        let placed =
            drawing.map(|p| Point::new(start + (p.x - left) * scale, (p.y - from) * scale - above));
        self.right = start + bounds.width() * scale;
        self.strokes.extend(placed.strokes);
    }

    fn digit(&mut self, digit: &PenDigit, rng: &mut Rng) {
        let (size, above) = (rng.range(1.0, 1.5), rng.range(-0.06, 0.06));
        self.put(&digit.drawing, size, false, above, rng);
    }

    /// A stroke of this width and height from `(0, y)`, y downwards, behind the others.
    fn stroke(&mut self, width: f32, height: f32, y: f32, rng: &mut Rng) {
        let start = self.right + rng.range(0.1, 0.3);
        let end = start + width;
        let middle = Point::new(0.5 * (start + end), y + 0.5 * height);
        self.strokes.push(vec![
            Point::new(start, y),
            middle,
            Point::new(end, y + height),
        ]);
        self.right = start.max(end);
    }

    fn drawing(self) -> Drawing {
        Drawing::from_strokes(self.strokes).fit()
    }
}

fn row(right: u64) -> Value {
    let share = metrics::wilson(right, LINES as u64);
    json!({"count": LINES, "exactly_right": {"value": share.value, "interval": [share.low, share.high]}})
}

/// Numbers of two to four digits with a minus, a decimal point or comma: how many are read exactly.
///
/// # Errors
/// Where the model is broken.
pub fn signs(learner: &Learner, pens: &[PenDigit], seed: u64) -> Result<Value, Error> {
    let writers = Writers::new(pens);
    let mut rows = serde_json::Map::new();
    for (kind, (name, text)) in [("minus", '-'), ("point", '.'), ("comma", ',')]
        .into_iter()
        .enumerate()
    {
        let lines = (0..LINES).into_par_iter().map_init(
            || learner.clone(),
            |learner, index| -> Result<u64, trazo_learn::Error> {
                let mut rng = Rng::stream(seed ^ MADE_SEED, (kind * LINES + index) as u64);
                let count = 2 + rng.below(3);
                let digits = writers.some(count, &mut rng);
                let before = if text == '-' {
                    0
                } else {
                    1 + rng.below(count - 1)
                };
                let (mut line, mut expected) = (Line::default(), String::new());
                for (place, digit) in digits.into_iter().enumerate() {
                    if place == before {
                        sign(text, &mut line, &mut rng);
                        expected.push(text);
                    }
                    line.digit(digit, &mut rng);
                    expected.push(char::from(b'0' + digit.label));
                }
                let read = learner.read_number(&line.drawing(), None)?;
                Ok(u64::from(read.text() == expected))
            },
        );
        let lines = lines.collect::<Result<Vec<u64>, _>>().map_err(failed)?;
        let right = lines.iter().sum();
        eprintln!(
            "a {name:6} {:6.2} % right",
            100.0 * right as f64 / LINES as f64
        );
        rows.insert(name.to_owned(), row(right));
    }
    Ok(Value::Object(rows))
}

fn sign(text: char, line: &mut Line, rng: &mut Rng) {
    match text {
        '-' => {
            let width = rng.range(0.25, 0.6);
            let (rise, above) = (width * rng.range(-0.15, 0.15), rng.range(0.4, 0.6));
            line.stroke(width, rise, -above, rng);
        }
        '.' => {
            let (width, height) = (rng.range(0.0, 0.05), rng.range(0.0, 0.05));
            let y = rng.range(-0.05, 0.05);
            line.stroke(width, height, y, rng);
        }
        _ => {
            let height = rng.range(0.12, 0.28);
            let (lean, y) = (height * rng.range(0.0, 0.5), -rng.range(0.0, 0.08));
            line.stroke(-lean, height, y, rng);
        }
    }
}

/// Sums of two numbers of one or two digits with a sign between and = behind them, all surely read: how many, by sign.
///
/// # Errors
/// Where the model cannot be taught.
pub fn sums(ready: &Session, pens: &[PenDigit], seed: u64) -> Result<Value, Error> {
    let writers = Writers::new(pens);
    let persons = (0..PERSONS).into_par_iter().map(|person| {
        let mut rng = Rng::stream(seed ^ MADE_SEED, person as u64);
        let mut session = ready.clone();
        let hand = Style::random(&mut rng);
        for name in SUMS {
            let five = (0..TAUGHT).map(|_| negatives::sign(name, &hand, &mut rng));
            session.add_symbol(name, None, &five.collect::<Vec<_>>(), 0)?;
        }
        while session.advance()? != Advance::Idle {}
        let mut right = [0; SUMS.len() - 1];
        for index in 0..LINES / PERSONS * right.len() {
            let operator = index % right.len();
            let counts = [1 + rng.below(2), 1 + rng.below(2)];
            let digits = writers.some(counts[0] + counts[1], &mut rng);
            let (mut line, mut expected) = (Line::default(), Vec::new());
            let put = |place: usize, line: &mut Line, rng: &mut Rng| {
                let (size, above) = (rng.range(0.5, 0.9), rng.range(0.4, 0.6));
                line.put(
                    &negatives::sign(SUMS[place], &hand, rng),
                    size,
                    true,
                    above,
                    rng,
                );
            };
            for (place, digit) in digits.into_iter().enumerate() {
                if place == counts[0] {
                    put(operator, &mut line, &mut rng);
                    expected.push(FIRST_SYMBOL + operator as u8);
                }
                line.digit(digit, &mut rng);
                expected.push(digit.label);
            }
            put(SUMS.len() - 1, &mut line, &mut rng);
            expected.push(EQUALS);
            let number = session.read_number(&line.drawing(), None)?;
            let read = number.parts.iter().map(|part| part.reading.digit);
            let expected = expected.into_iter().map(Some);
            right[operator] += u64::from(number.signs.is_empty() && read.eq(expected));
        }
        Ok(right)
    });
    let persons = persons
        .collect::<Result<Vec<_>, trazo_learn::Error>>()
        .map_err(failed)?;
    let mut rows = serde_json::Map::new();
    for (at, name) in SUMS.iter().take(SUMS.len() - 1).enumerate() {
        let right = persons.iter().map(|right| right[at]).sum();
        eprintln!(
            "sums with {name} {:6.2} % right",
            100.0 * right as f64 / LINES as f64
        );
        rows.insert((*name).to_owned(), row(right));
    }
    Ok(Value::Object(rows))
}
