//! `trazo eval --numbers`: are several digits on one pad read as the number that they are?
//!
//! Numbers of two to six digits are put together from the digits of one writer, each with its own strokes:
//!
//! | | |
//! |---|---|
//! | spacing | wide: 15 to 60 % of a digit's height between the boxes of two neighbors; touching: within 3 %; overlapping: by 20 % of the mean width of the two |
//! | size | each digit 1 to 1.5 times as high as the lowest |
//! | base line | rises or falls by up to 12 % of the height from digit to digit, and each is off by up to 6 % |
//! | late strokes | in half of the numbers all second and further strokes (bars, hats) are drawn at the end |
//!
//! The box is that of the pen's middle line: where boxes touch, inked lines run into each other.

use std::collections::BTreeMap;
use std::time::Instant;

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::{Drawing, Point, Recipe, Rng, negatives};
use trazo_learn::{Learner, Method, Model, metrics};

use super::{MADE, MADE_SEED};
use crate::data::PenDigit;
use crate::error::Error;

/// How many digits the numbers have.
const DIGITS: [usize; 5] = [2, 3, 4, 5, 6];
/// Numbers of so many digits and one spacing.
const NUMBERS: usize = 1_000;
/// A digit of a number: up to so many times as high as the lowest.
const SIZES: (f32, f32) = (1.0, 1.5);

/// How close digits stand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Spacing {
    Wide,
    Touching,
    Overlapping,
}

impl Spacing {
    const ALL: [(Spacing, &str); 3] = [
        (Spacing::Wide, "wide"),
        (Spacing::Touching, "touching"),
        (Spacing::Overlapping, "overlapping"),
    ];

    /// From the right edge of one digit to the left edge of the next; `mean` is the mean of their widths.
    fn gap(self, mean: f32, rng: &mut Rng) -> f32 {
        match self {
            Spacing::Wide => rng.range(0.15, 0.6),
            Spacing::Touching => rng.range(-0.03, 0.03),
            Spacing::Overlapping => -0.2 * mean,
        }
    }
}

/// A number on one pad.
#[derive(Debug)]
struct Number {
    drawing: Drawing,
    text: String,
    /// The strokes of each digit, in the order in which they were drawn.
    groups: Vec<Vec<usize>>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    count: u64,
    /// Read as the number that it is.
    right: u64,
    /// Each digit has its own strokes and no others.
    parted: u64,
    /// The same where it is known how many digits there are.
    parted_counted: u64,
}

impl Tally {
    fn add(mut self, other: Self) -> Self {
        self.count += other.count;
        self.right += other.right;
        self.parted += other.parted;
        self.parted_counted += other.parted_counted;
        self
    }

    fn json(self) -> Value {
        let share = |of: u64| {
            let share = metrics::wilson(of, self.count);
            json!({"value": share.value, "interval": [share.low, share.high]})
        };
        json!({
            "count": self.count,
            "exactly_right": share(self.right),
            "parted_right": share(self.parted),
            "parted_right_given_the_count": share(self.parted_counted),
        })
    }
}

/// Reads numbers made of these digits, and all digits by themselves.
///
/// # Errors
/// Where there are no digits, or the model is one that reads the pad as a whole.
pub fn measure(model: &super::Model, pens: &[PenDigit], seed: u64) -> Result<Value, Error> {
    if !matches!(model.recipe, Recipe::Mnist28 { .. }) {
        let problem = "--numbers needs a model that sees a digit whatever its place on the pad";
        return Err(Error::Usage(problem.to_owned()));
    }
    let learner = Model {
        name: model.name.clone(),
        network: model.network.clone(),
        recipe: model.recipe,
        lessons: 0,
    };
    let learner = Learner::new(learner, Method::DIGITS).map_err(failed)?;
    let mut by_writer: BTreeMap<(&str, &str), Vec<&PenDigit>> = BTreeMap::new();
    for pen in pens {
        let writer = (pen.source.as_str(), pen.writer.as_str());
        by_writer.entry(writer).or_default().push(pen);
    }
    let cells = DIGITS
        .iter()
        .flat_map(|&digits| Spacing::ALL.map(|(spacing, name)| (digits, spacing, name)));
    let mut rows = Vec::new();
    let mut milliseconds = Vec::new();
    for (cell, (digits, spacing, name)) in cells.enumerate() {
        let numbers = (0..NUMBERS).into_par_iter().map_init(
            || learner.clone(),
            |learner, index| -> Result<(Tally, f64), trazo_learn::Error> {
                let mut rng = Rng::stream(seed, (cell * NUMBERS + index) as u64);
                // Each digit of the data is as likely to be in a number.
                let first = &pens[rng.below(pens.len())];
                let of_writer = &by_writer[&(first.source.as_str(), first.writer.as_str())];
                let rest = (1..digits).map(|_| of_writer[rng.below(of_writer.len())]);
                let mut all = vec![first];
                all.extend(rest.collect::<Vec<_>>());
                let number = put_together(&all, spacing, &mut rng);
                let begun = Instant::now();
                let read = learner.read_number(&number.drawing, None)?;
                let took = begun.elapsed().as_secs_f64() * 1_000.0;
                let found = read.parts.iter().map(|part| &part.group.strokes);
                let counted = learner.part(&number.drawing, Some(digits))?;
                let counted = counted.groups.iter().map(|group| &group.strokes);
                let tally = Tally {
                    count: 1,
                    right: u64::from(read.text() == number.text),
                    parted: u64::from(found.eq(&number.groups)),
                    parted_counted: u64::from(counted.eq(&number.groups)),
                };
                Ok((tally, took))
            },
        );
        let numbers = numbers.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let tally = numbers
            .iter()
            .map(|(tally, _)| *tally)
            .fold(Tally::default(), Tally::add);
        if digits == 6 {
            milliseconds.extend(numbers.iter().map(|(_, took)| *took));
        }
        eprintln!(
            "{digits} digits {name:12} {:6.2} % right, {:6.2} % parted, {:6.2} % where their count is given",
            percent(tally.right, tally.count),
            percent(tally.parted, tally.count),
            percent(tally.parted_counted, tally.count),
        );
        let mut row = tally.json();
        row["digits"] = json!(digits);
        row["spacing"] = json!(name);
        rows.push(row);
    }
    let parted = parted(
        &learner,
        &pens.iter().map(|pen| &pen.drawing).collect::<Vec<_>>(),
    )?;
    let share = metrics::wilson(parted, pens.len() as u64);
    eprintln!(
        "one digit: {parted} of {} parted, {:.3} %",
        pens.len(),
        100.0 * share.value
    );
    milliseconds.sort_by(f64::total_cmp);
    let at = |share: f64| milliseconds[(share * (milliseconds.len() - 1) as f64) as usize];
    Ok(json!({
        "by_digits_and_spacing": rows,
        "one_digit": {"count": pens.len(), "parted": parted, "share": share.value, "interval": [share.low, share.high]},
        "no_digits": no_digits(&learner)?,
        "with_a_sign": super::lines::signs(&learner, pens, seed)?,
        "six_digits_milliseconds": {"median": at(0.5), "p99": at(0.99)},
    }))
}

fn percent(part: u64, of: u64) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

pub(super) fn failed(error: trazo_learn::Error) -> Error {
    Error::Failed(error.to_string())
}

/// How many of these drawings, a digit each, are taken for more.
fn parted(learner: &Learner, drawings: &[&Drawing]) -> Result<u64, Error> {
    let parted = drawings.par_iter().map_init(
        || learner.clone(),
        |learner, drawing| {
            learner
                .part(drawing, None)
                .map(|parted| u64::from(parted.groups.len() > 1 || !parted.signs.is_empty()))
        },
    );
    parted
        .collect::<Result<Vec<_>, _>>()
        .map(|all| all.iter().sum())
        .map_err(failed)
}

/// What is neither a digit nor two: how often it is read surely, as one digit and as a number of any length.
fn no_digits(learner: &Learner) -> Result<Value, Error> {
    let drawings = negatives::exam(MADE_SEED, MADE);
    let drawings = drawings
        .iter()
        .filter(|(_, kind)| *kind != negatives::Kind::TwoDigits);
    let drawings: Vec<&Drawing> = drawings.map(|(drawing, _)| drawing).collect();
    let read = drawings.par_iter().map_init(
        || learner.clone(),
        |learner, drawing| -> Result<(u64, u64), trazo_learn::Error> {
            let one = learner.read(drawing)?.digit.is_some();
            let number = learner.read_number(drawing, None)?;
            let number =
                !number.parts.is_empty() && number.parts.iter().all(|p| p.reading.digit.is_some());
            Ok((one.into(), number.into()))
        },
    );
    let read = read.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let (one, number) = read
        .iter()
        .fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1));
    eprintln!(
        "no digits: {one} of {} read as a digit, {number} as a number",
        drawings.len()
    );
    Ok(json!({"count": drawings.len(), "read_as_one_digit": one, "read_as_a_number": number}))
}

/// Puts digits side by side.
fn put_together(digits: &[&PenDigit], spacing: Spacing, rng: &mut Rng) -> Number {
    let drift = rng.range(-0.12, 0.12);
    let late = rng.chance(0.5);
    let (mut right, mut width) = (0.0, None);
    let mut strokes: Vec<(bool, usize, Vec<Point>)> = Vec::new();
    for (place, digit) in digits.iter().enumerate() {
        let Some(bounds) = digit.drawing.bounds() else {
            continue;
        };
        // What lies flat is not stretched to the height of the others.
        let size = rng.range(SIZES.0, SIZES.1);
        let scale = size / bounds.height().max(0.6 * bounds.width()).max(1.0);
        let own = bounds.width() * scale;
        let gap = width.map_or(0.0, |before: f32| spacing.gap(0.5 * (before + own), rng));
        let left = right + gap;
        let foot = drift * place as f32 + rng.range(-0.06, 0.06);
        let placed = digit.drawing.map(|point| {
            Point::new(
                left + (point.x - bounds.left) * scale,
                foot + (point.y - bounds.bottom) * scale,
            )
        });
        (right, width) = (left + own, Some(own));
        let placed = placed.strokes.into_iter().enumerate();
        strokes.extend(placed.map(|(at, stroke)| (late && at > 0, place, stroke)));
    }
    // Stable: within each half the order stays.
    strokes.sort_by_key(|stroke| stroke.0);
    let mut groups = vec![Vec::new(); digits.len()];
    for (at, (_, place, _)) in strokes.iter().enumerate() {
        groups[*place].push(at);
    }
    let drawing = Drawing::from_strokes(strokes.into_iter().map(|stroke| stroke.2).collect());
    Number {
        drawing: drawing.fit(),
        text: digits
            .iter()
            .map(|digit| char::from(b'0' + digit.label))
            .collect(),
        groups,
    }
}
