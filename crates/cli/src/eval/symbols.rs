//! `trazo eval --symbols`: does it read symbols of a person's own, and digits as well as before?
//!
//! A person is a hand of the synthetic writer, which draws ten of the letters and signs of [`negatives::SIGNS`] at any size
//! and place. Each is added as the page does it, drawn five times; then further ones are read, and the digits of other
//! people; and drawings that are neither, which ought to be read as nothing.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::negatives::{self, Kind, SIGNS};
use trazo_ink::writer::Style;
use trazo_ink::{Drawing, Rng};
use trazo_learn::evaluation::{Sheet, Subject};
use trazo_learn::{Advance, Session, metrics};

use super::MADE_SEED;
use crate::error::Error;

/// Persons, symbols of each, drawings that are taught of a symbol and that are read.
const PERSONS: usize = 40;
const SYMBOLS: usize = 10;
const TAUGHT: usize = 5;
const READ: usize = 20;
/// Drawings that are neither, a person.
const NEITHER: usize = 100;

/// What one person's symbols came to, by name: read right, surely right, surely wrong.
#[derive(Default)]
struct Person {
    symbols: Vec<(&'static str, [u64; 3])>,
    /// Drawings that are neither: how many were read surely as a symbol.
    taken: u64,
    /// Digits read right.
    digits: usize,
}

fn failed(error: trazo_learn::Error) -> Error {
    Error::Failed(error.to_string())
}

/// Teaches and measures. `digits` are other people's; `subject` is as it ships.
///
/// # Errors
/// Where the model cannot be taught.
pub fn measure(subject: &mut Subject<'_>, mut digits: Sheet, seed: u64) -> Result<Value, Error> {
    subject.prepare(&mut digits).map_err(failed)?;
    let id = subject.id;
    let ready = subject.session().map_err(failed)?;
    let mut fresh = ready.clone();
    let before = digits.read_right(&mut fresh, id).map_err(failed)?;
    let persons: Vec<Person> = (0..PERSONS as u64)
        .into_par_iter()
        .map(|person| {
            let mut session = ready.clone();
            let mut rng = Rng::new(MADE_SEED ^ (seed << 32) ^ person);
            let mut found = teach(&mut session, &mut rng)?;
            found.digits = digits.read_right(&mut session, id)?;
            Ok(found)
        })
        .collect::<Result<_, _>>()
        .map_err(failed)?;

    let mut by_name: BTreeMap<&str, (u64, [u64; 3])> = BTreeMap::new();
    for (name, counts) in persons.iter().flat_map(|person| &person.symbols) {
        let (count, sums) = by_name.entry(name).or_default();
        *count += READ as u64;
        sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
    }
    let count: u64 = by_name.values().map(|(count, _)| count).sum();
    let sums: [u64; 3] = std::array::from_fn(|at| by_name.values().map(|(_, sums)| sums[at]).sum());
    let share = |right: u64, of: u64| {
        let share = metrics::wilson(right, of);
        json!({"share": share.value, "interval": [share.low, share.high]})
    };
    let points = |after: usize| 100.0 * (after as f64 - before as f64) / digits.len().max(1) as f64;
    let changes: Vec<f64> = persons.iter().map(|person| points(person.digits)).collect();
    let mean = changes.iter().sum::<f64>() / changes.len().max(1) as f64;
    let worst = changes.iter().copied().fold(0.0, f64::min);
    let taken: u64 = persons.iter().map(|person| person.taken).sum();
    let neither = (PERSONS * NEITHER) as u64;
    eprintln!(
        "{:17} {:.2} % right, {:.2} % surely, {:.2} % surely wrong; digits {mean:+.4} points, worst {worst:+.4}; neither: {:.1} % taken",
        "symbols",
        100.0 * sums[0] as f64 / count as f64,
        100.0 * sums[1] as f64 / count as f64,
        100.0 * sums[2] as f64 / count as f64,
        100.0 * taken as f64 / neither as f64,
    );
    let by_name = by_name.into_iter().map(|(name, (count, sums))| {
        let shares = sums.map(|n| n as f64 / count as f64);
        let [right, surely, wrong] = shares;
        (
            name.to_owned(),
            json!({"count": count, "right": right, "surely_right": surely, "surely_wrong": wrong}),
        )
    });
    Ok(json!({
        "persons": PERSONS,
        "symbols_each": SYMBOLS,
        "taught_each": TAUGHT,
        "count": count,
        "right": share(sums[0], count),
        "surely_right": share(sums[1], count),
        "surely_wrong": share(sums[2], count),
        "by_name": Value::Object(by_name.collect()),
        "digits": {"count": digits.len(), "right_before": before, "points_mean": mean, "points_worst": worst},
        "neither": {"count": neither, "surely_a_symbol": share(taken, neither)},
    }))
}

fn teach(session: &mut Session, rng: &mut Rng) -> Result<Person, trazo_learn::Error> {
    let hand = Style::random(rng);
    let mut names = SIGNS.to_vec();
    for at in (1..names.len()).rev() {
        names.swap(at, rng.below(at + 1));
    }
    names.truncate(SYMBOLS);
    // The same hand, but as people do it at no one size and in no one place.
    let draw = |name: &str, rng: &mut Rng| {
        let Style { size, place, .. } = Style::random(rng);
        let style = Style {
            size: size.max(250.0),
            place,
            ..hand.clone()
        };
        negatives::sign(name, &style, rng)
    };
    let mut labels = Vec::new();
    for name in &names {
        let drawings: Vec<Drawing> = (0..TAUGHT).map(|_| draw(name, rng)).collect();
        labels.push(session.add_symbol(name, None, &drawings, 0)?);
    }
    while session.advance()? != Advance::Idle {}
    let mut person = Person::default();
    for (name, label) in names.iter().zip(labels) {
        let mut counts = [0; 3];
        for _ in 0..READ {
            let reading = session.read(&draw(name, rng))?;
            let right = trazo_learn::likeliest(&reading.probabilities) == label;
            let sure = reading.digit.is_some();
            counts[0] += u64::from(right);
            counts[1] += u64::from(right && sure);
            counts[2] += u64::from(!right && sure);
        }
        person.symbols.push((name, counts));
    }
    for _ in 0..NEITHER {
        let drawing = neither(rng);
        let read = session.read(&drawing)?.digit;
        person.taken += u64::from(read.is_some_and(|label| label > 9));
    }
    Ok(person)
}

/// No digit, no letter and no sign of sums.
fn neither(rng: &mut Rng) -> Drawing {
    loop {
        let (drawing, kind) = negatives::random(rng);
        if !matches!(kind, Kind::Letter | Kind::Cross | Kind::Lines | Kind::Dots) {
            return drawing;
        }
    }
}
