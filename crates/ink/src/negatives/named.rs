//! Signs with a name, in the hand of one person: what someone could want read besides digits.

use super::letters;
use crate::writer::{Style, Way, corner as k, curve as c, draw, ellipse};
use crate::{Drawing, Rng};

type Ways = Vec<Vec<Way>>;

/// What [`sign`] writes: the letters of [`super::letter`], two by two different, and the signs of sums. No sign has a
/// twin among the others, nor among the digits; `×` is the letter `X`'s, and so is not named apart.
pub const SIGNS: [&str; 23] = [
    "A", "E", "F", "H", "K", "M", "N", "P", "R", "T", "W", "X", "Y", "m", "w", "k", "Ψ", "Π", "Я",
    "+", "−", "÷", "=",
];

/// The sign of [`SIGNS`] with this name as the hand `style` writes it; chance decides the rest. Any other name is a blank
/// drawing.
#[must_use]
pub fn sign(name: &str, style: &Style, rng: &mut Rng) -> Drawing {
    let ways = match name {
        "+" => plus(rng),
        "−" => vec![line(0.5, 0.4, rng)],
        "÷" => divided(rng),
        "=" => equals(rng),
        _ => match SIGNS.iter().position(|known| *known == name) {
            Some(at) => letters::write(at, rng),
            None => return Drawing::default(),
        },
    };
    draw(&ways, style, rng)
}

/// A line that lies flat, `half` to each side of the middle.
fn line(y: f32, half: f32, rng: &mut Rng) -> Vec<Way> {
    let slope = 0.04 * rng.normal();
    vec![
        k(0.3 - half, y + slope),
        c(0.3, y + 0.02 * rng.normal()),
        k(0.3 + half, y - slope),
    ]
}

fn plus(rng: &mut Rng) -> Ways {
    let (up, half) = (rng.range(0.34, 0.48), rng.range(0.32, 0.46));
    let x = 0.3 + 0.03 * rng.normal();
    let mut strokes = vec![
        vec![k(x, 0.5 - up), k(x, 0.5 + up)],
        line(0.5 + 0.03 * rng.normal(), half, rng),
    ];
    if rng.chance(0.4) {
        strokes.reverse();
    }
    strokes
}

/// A dot as pens leave it: a short dash or a tiny ring.
fn dot(y: f32, rng: &mut Rng) -> Vec<Way> {
    let x = 0.3 + 0.03 * rng.normal();
    match rng.chance(0.6) {
        true => vec![k(x, y), k(x + 0.02, y + 0.03)],
        false => ellipse(x, y, 0.035, 0.035, 0.0, 360.0),
    }
}

fn divided(rng: &mut Rng) -> Ways {
    let (far, half) = (rng.range(0.25, 0.36), rng.range(0.34, 0.46));
    vec![
        dot(0.5 - far, rng),
        line(0.5, half, rng),
        dot(0.5 + far, rng),
    ]
}

fn equals(rng: &mut Rng) -> Ways {
    let (gap, half) = (rng.range(0.13, 0.22), rng.range(0.34, 0.46));
    vec![line(0.5 - gap, half, rng), line(0.5 + gap, half, rng)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::digit_ink;

    #[test]
    fn every_sign_is_drawn_and_a_seed_repeats_it() {
        let style = Style::random(&mut Rng::new(2));
        for name in SIGNS {
            let drawn = sign(name, &style, &mut Rng::new(3));
            assert!(digit_ink(&drawn).is_some(), "{name}");
            assert_eq!(drawn, sign(name, &style, &mut Rng::new(3)), "{name}");
        }
        assert!(sign("O", &style, &mut Rng::new(3)).is_blank());
    }
}
