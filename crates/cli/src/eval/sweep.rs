//! The same digits drawn large and small, here and there, quickly and slowly, and every stroke of
//! them backwards or with nobody knowing which way the pen went.
//!
//! Each pen digit is drawn on the pad as the page would have got it: at five sizes and five
//! places, with the points that a pen of three speeds leaves, each on a whole pixel of a pad 320
//! pixels wide, as a mouse on a small screen reports them. Then it goes the page's way
//! ([`trazo_learn::Recipe::ink`]).

use serde_json::{Value, json};
use trazo_ink::{Drawing, Origin, PAD, PEN, Point, augment};
use trazo_learn::{likeliest, metrics};

use super::samples;
use crate::data::PenDigit;
use crate::error::Error;
use crate::model::{self, Model};

/// Longer side of the inked box as a share of the pad.
const SIZES: [f32; 5] = [0.15, 0.35, 0.55, 0.75, 0.95];

/// From the middle of the pad (0, 0) to where the ink touches its edge (1).
const PLACES: [(&str, f32, f32); 5] = [
    ("middle", 0.0, 0.0),
    ("top left", -1.0, -1.0),
    ("top right", 1.0, -1.0),
    ("bottom left", -1.0, 1.0),
    ("bottom right", 1.0, 1.0),
];

/// Way between two points, as a share of the digit's longer side: a slow hand (or a quick
/// tablet), an ordinary one, and one that makes the whole digit in some twenty points.
const SPACINGS: [f32; 3] = [0.02, 0.06, 0.12];

/// Pixels of the pad's side on a small screen.
const PIXELS: f32 = 320.0;

/// Reads every digit in all 75 ways: figures by size, by place and by spacing; and with every stroke
/// backwards, and without its directions.
///
/// # Errors
/// Where the network refuses the samples.
pub fn measure(model: &Model, pens: &[PenDigit]) -> Result<Value, Error> {
    let plain: Vec<Drawing> = pens.iter().map(|pen| pen.drawing.clone()).collect();
    let plain = right(model, pens, &plain)?;
    let backwards: Vec<Drawing> = pens.iter().map(|pen| backwards(&pen.drawing)).collect();
    let backwards = right(model, pens, &backwards)?;
    let undirected = pens.iter().flat_map(|pen| undirected(model, pen)).collect();
    let undirected = right_of(model, pens, undirected)?;
    let mut cells = Vec::new();
    for (size, &share) in SIZES.iter().enumerate() {
        for (place, &(_, x, y)) in PLACES.iter().enumerate() {
            for (speed, &spacing) in SPACINGS.iter().enumerate() {
                let drawn: Vec<Drawing> = pens
                    .iter()
                    .map(|pen| drawn(&pen.drawing, share, (x, y), spacing))
                    .collect();
                cells.push(([size, place, speed], right(model, pens, &drawn)?));
            }
        }
    }
    let count = pens.len() as u64;
    let figures = |right: u64, count: u64| {
        let share = metrics::wilson(right, count);
        json!({
            "accuracy": share.value,
            "interval": [share.low, share.high],
            "points": 100.0 * (share.value - plain as f64 / pens.len().max(1) as f64),
        })
    };
    // All cells that agree in one of their three coordinates.
    let by = |axis: usize, names: Vec<String>| -> Vec<Value> {
        let rows = names.into_iter().enumerate().map(|(index, name)| {
            let here = cells.iter().filter(|(at, _)| at[axis] == index);
            let (sum, all) = here.fold((0, 0), |(sum, all), (_, right)| (sum + right, all + count));
            let mut row = figures(sum, all);
            row["name"] = json!(name);
            row
        });
        rows.collect()
    };
    let per_cent = |share: &f32| format!("{} %", (share * 100.0).round());
    let worst = cells.iter().min_by_key(|(_, right)| *right);
    Ok(json!({
        "count": count,
        "ways": cells.len(),
        "plain": figures(plain, count),
        "backwards": figures(backwards, count),
        "undirected": figures(undirected, count),
        "all": figures(cells.iter().map(|(_, right)| right).sum(), count * cells.len() as u64),
        "worst": worst.map(|&([size, place, speed], right)| {
            let mut row = figures(right, count);
            row["size"] = json!(per_cent(&SIZES[size]));
            row["place"] = json!(PLACES[place].0);
            row["spacing"] = json!(per_cent(&SPACINGS[speed]));
            row
        }),
        "by_size": by(0, SIZES.iter().map(per_cent).collect()),
        "by_place": by(1, PLACES.iter().map(|place| place.0.to_owned()).collect()),
        "by_spacing": by(2, SPACINGS.iter().map(per_cent).collect()),
    }))
}

/// How many are read right.
fn right(model: &Model, pens: &[PenDigit], drawings: &[Drawing]) -> Result<u64, Error> {
    let places: Vec<&Drawing> = drawings.iter().collect();
    right_of(model, pens, samples::draw(&places, model.recipe))
}

/// How many of the network's inputs are read right.
fn right_of(model: &Model, pens: &[PenDigit], inputs: Vec<f32>) -> Result<u64, Error> {
    let rows = model::probabilities(&model.network, &inputs)?;
    let answers = rows.chunks_exact(10).map(likeliest);
    Ok(answers
        .zip(pens)
        .filter(|(answer, pen)| *answer == pen.label)
        .count() as u64)
}

/// Every stroke from its end to its beginning.
fn backwards(drawing: &Drawing) -> Drawing {
    let turned = |stroke: &Vec<Point>| stroke.iter().rev().copied().collect();
    Drawing::from_strokes(drawing.strokes.iter().map(turned).collect())
}

/// The network's input where nobody knows which way the pen went.
fn undirected(model: &Model, pen: &PenDigit) -> Vec<f32> {
    let ink = model.recipe.ink(&pen.drawing);
    let row = ink.map(|ink| model.recipe.row(&ink, Origin::Pen));
    row.unwrap_or_else(|| vec![0.0; model.recipe.input_len()])
}

/// A fitted drawing with its ink's longer side a share of the pad, towards a corner of it, with
/// points every so often.
fn drawn(fitted: &Drawing, share: f32, toward: (f32, f32), spacing: f32) -> Drawing {
    let Some(bounds) = fitted.bounds() else {
        return Drawing::default();
    };
    let pixel = PAD / PIXELS;
    let side = (PAD * share - PEN).max(0.05 * PAD);
    let scale = side / bounds.side().max(1.0);
    let middle = bounds.middle();
    // The pen's whole width stays on the pad.
    let room = |extent: f32| ((PAD - PEN - extent * scale) * 0.5).max(0.0);
    let center = Point::new(
        PAD * 0.5 + toward.0 * room(bounds.width()),
        PAD * 0.5 + toward.1 * room(bounds.height()),
    );
    let strokes = fitted.strokes.iter().map(|stroke| {
        let path: Vec<Point> = stroke
            .iter()
            .filter(|point| point.is_usable())
            .map(|point| {
                Point::new(
                    (point.x - middle.x) * scale + center.x,
                    (point.y - middle.y) * scale + center.y,
                )
            })
            .collect();
        let points = augment::resample(&path, spacing * side).into_iter();
        let whole = |value: f32| (value / pixel).round() * pixel;
        points
            .map(|point| Point::new(whole(point.x), whole(point.y)))
            .collect()
    });
    Drawing::from_strokes(strokes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backwards_is_the_same_ink_the_other_way() {
        let line = |points: [(f32, f32); 3]| points.map(|(x, y)| Point::new(x, y)).to_vec();
        let there = line([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]);
        let back = line([(5.0, 6.0), (3.0, 4.0), (1.0, 2.0)]);
        let drawing = Drawing::from_strokes(vec![there.clone(), back.clone()]);
        assert_eq!(backwards(&drawing).strokes, [back, there]);
    }

    #[test]
    fn a_digit_is_drawn_at_its_size_and_within_the_pad() {
        let path = (0..=40).map(|i| Point::new(300.0 + 5.0 * i as f32, 150.0 + 17.5 * i as f32));
        let fitted = Drawing::from_strokes(vec![path.collect()]);
        for share in SIZES {
            for (_, x, y) in PLACES {
                for spacing in SPACINGS {
                    let bounds = drawn(&fitted, share, (x, y), spacing).bounds().unwrap();
                    let side = bounds.side() + PEN;
                    assert!((side - PAD * share).abs() < 4.0, "{side} for {share}");
                    assert!(bounds.left >= 46.0 && bounds.top >= 46.0, "{bounds:?}");
                    assert!(
                        bounds.right <= 954.0 && bounds.bottom <= 954.0,
                        "{bounds:?}"
                    );
                }
            }
        }
    }
}
