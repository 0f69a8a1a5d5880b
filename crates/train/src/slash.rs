//! Slashed zeros from plain ones.
//!
//! Who slashes a zero does it in every zero, and most collections of digits have few who do: the
//! stroke is drawn over the zero that somebody wrote, at the angles and lengths that hands have,
//! from one that stays inside to one that goes far beyond (a Greek phi).

use trazo_ink::{Drawing, Point, Rng};

/// How many of the zeros drawn in one stroke get one, of 1.
const SHARE: f32 = 0.35;

/// Points on the stroke.
const POINTS: usize = 12;

/// The drawing, with a slash where it is a plain zero and chance will have it.
pub fn perhaps(label: u8, drawing: Drawing, rng: &mut Rng) -> Drawing {
    let plain = label == 0 && drawing.strokes.len() == 1;
    if !plain || !rng.chance(SHARE) {
        return drawing;
    }
    slashed(drawing, rng)
}

fn slashed(mut drawing: Drawing, rng: &mut Rng) -> Drawing {
    let Some(bounds) = drawing.bounds() else {
        return drawing;
    };
    let (width, height) = (bounds.width(), bounds.height());
    let diagonal = (width * width + height * height).sqrt();
    let middle = bounds.middle();
    let center = Point::new(
        middle.x + 0.05 * diagonal * rng.normal(),
        middle.y + 0.05 * diagonal * rng.normal(),
    );
    // From upright to lying, mostly leaning to the right; a few lean to the left.
    let angle = rng.range(0.05, 1.05) * if rng.chance(0.08) { -1.0 } else { 1.0 };
    let (across, up) = (libm::sinf(angle), libm::cosf(angle));
    // Where the slash leaves the box of the zero; beyond that by as much again at most.
    let edge = (0.5 * width / across.abs().max(0.05)).min(0.5 * height / up.max(0.05));
    let half = edge * rng.range(0.8, 2.0);
    let bow = 0.04 * half * rng.normal();
    let stroke = (0..POINTS).map(|point| {
        let along = 2.0 * point as f32 / (POINTS - 1) as f32 - 1.0;
        let aside = bow * (1.0 - along * along);
        Point::new(
            center.x - along * half * across + aside * up,
            center.y + along * half * up + aside * across,
        )
    });
    drawing.strokes.push(stroke.collect());
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Drawing {
        let points = (0..=20).map(|i| {
            let angle = std::f32::consts::TAU * i as f32 / 20.0;
            Point::new(500.0 + 200.0 * angle.sin(), 500.0 - 300.0 * angle.cos())
        });
        Drawing::from_strokes(vec![points.collect()])
    }

    #[test]
    fn a_slash_crosses_the_zero_and_is_about_as_long() {
        let mut rng = Rng::new(1);
        for _ in 0..500 {
            let drawing = slashed(ring(), &mut rng);
            let slash = Drawing::from_strokes(vec![drawing.strokes[1].clone()]);
            let bounds = slash.bounds().unwrap();
            assert!((bounds.middle().x - 500.0).abs() < 200.0);
            assert!((bounds.middle().y - 500.0).abs() < 200.0);
            assert!((200.0..1_400.0).contains(&bounds.side()), "{bounds:?}");
        }
    }

    #[test]
    fn only_plain_zeros_are_slashed_and_not_all_of_them() {
        let mut rng = Rng::new(2);
        let slashes = (0..1000)
            .filter(|_| perhaps(0, ring(), &mut rng).strokes.len() == 2)
            .count();
        assert!((300..400).contains(&slashes), "{slashes}");
        assert!((0..100).all(|_| perhaps(6, ring(), &mut rng).strokes.len() == 1));
    }
}
