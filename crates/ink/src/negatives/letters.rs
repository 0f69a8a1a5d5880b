//! Letters that look like no digit, as way points (see `writer::ways` for the unit).

use crate::Rng;
use crate::writer::{Way, corner as k, curve as c};

type Ways = Vec<Vec<Way>>;

/// Where the bar of letters with one is.
fn bar(rng: &mut Rng) -> f32 {
    rng.range(0.42, 0.62)
}

/// All letters, in the order of [`super::SIGNS`]; the last is another way to write the first.
const LETTERS: [fn(&mut Rng) -> Ways; 20] = [
    a,
    e,
    f,
    h,
    k_upper,
    m,
    n,
    p,
    r,
    t,
    w,
    x,
    y,
    m_lower,
    w_lower,
    k_lower,
    psi,
    pi,
    mirrored_r,
    a_one_stroke,
];

pub(super) fn letter(rng: &mut Rng) -> Ways {
    let at = rng.below(LETTERS.len());
    write(at, rng)
}

/// Letter number `at`.
pub(super) fn write(at: usize, rng: &mut Rng) -> Ways {
    LETTERS.get(at).map(|ways| ways(rng)).unwrap_or_default()
}

fn a(rng: &mut Rng) -> Ways {
    let y = rng.range(0.5, 0.7);
    vec![
        vec![k(0.32, 0.0), c(0.16, 0.5), k(0.0, 1.0)],
        vec![k(0.32, 0.02), c(0.48, 0.5), k(0.64, 1.0)],
        vec![k(0.14, y), k(0.5, y - 0.02)],
    ]
}

fn a_one_stroke(rng: &mut Rng) -> Ways {
    let y = rng.range(0.5, 0.68);
    vec![
        vec![k(0.0, 1.0), k(0.32, 0.0), k(0.64, 1.0)],
        vec![k(0.12, y), k(0.54, y)],
    ]
}

fn e(rng: &mut Rng) -> Ways {
    let y = bar(rng);
    vec![
        vec![
            k(0.52, 0.0),
            c(0.3, 0.01),
            k(0.03, 0.0),
            c(0.03, 0.5),
            k(0.03, 1.0),
            k(0.55, 1.0),
        ],
        vec![k(0.03, y), k(0.45, y)],
    ]
}

fn f(rng: &mut Rng) -> Ways {
    let y = bar(rng);
    vec![
        vec![k(0.05, 0.0), c(0.05, 0.5), k(0.04, 1.0)],
        vec![k(0.05, 0.0), k(0.56, 0.0)],
        vec![k(0.05, y), k(0.45, y)],
    ]
}

fn h(rng: &mut Rng) -> Ways {
    let y = bar(rng);
    vec![
        vec![k(0.03, 0.0), c(0.03, 0.5), k(0.02, 1.0)],
        vec![k(0.58, 0.0), c(0.57, 0.5), k(0.57, 1.0)],
        vec![k(0.03, y), k(0.57, y)],
    ]
}

fn k_upper(rng: &mut Rng) -> Ways {
    let y = bar(rng);
    vec![
        vec![k(0.04, 0.0), c(0.04, 0.5), k(0.03, 1.0)],
        vec![k(0.52, 0.0), c(0.3, y * 0.6), k(0.05, y)],
        vec![k(0.14, y - 0.06), c(0.32, 0.74), k(0.56, 1.0)],
    ]
}

fn k_lower(rng: &mut Rng) -> Ways {
    let y = rng.range(0.66, 0.74);
    vec![
        vec![k(0.05, 0.0), k(0.04, 1.0)],
        vec![k(0.45, 0.4), k(0.06, y), k(0.5, 1.0)],
    ]
}

fn m(rng: &mut Rng) -> Ways {
    let dip = rng.range(0.45, 0.95);
    vec![vec![
        k(0.0, 1.0),
        k(0.06, 0.0),
        k(0.36, dip),
        k(0.66, 0.0),
        k(0.72, 1.0),
    ]]
}

fn m_lower(_: &mut Rng) -> Ways {
    vec![vec![
        k(0.0, 0.25),
        k(0.02, 1.0),
        c(0.08, 0.5),
        c(0.22, 0.28),
        c(0.33, 0.5),
        k(0.34, 1.0),
        c(0.4, 0.5),
        c(0.54, 0.28),
        c(0.66, 0.5),
        k(0.68, 1.0),
    ]]
}

fn n(_: &mut Rng) -> Ways {
    vec![vec![
        k(0.0, 1.0),
        c(0.02, 0.5),
        k(0.03, 0.0),
        c(0.3, 0.52),
        k(0.56, 1.0),
        k(0.58, 0.0),
    ]]
}

fn p(rng: &mut Rng) -> Ways {
    let y = rng.range(0.46, 0.58);
    vec![
        vec![k(0.05, 0.0), c(0.05, 0.5), k(0.04, 1.0)],
        vec![
            k(0.04, 0.02),
            c(0.32, 0.0),
            c(0.5, y * 0.5),
            c(0.34, y),
            k(0.06, y),
        ],
    ]
}

fn r(rng: &mut Rng) -> Ways {
    let mut strokes = p(rng);
    strokes.push(vec![k(0.12, 0.54), c(0.33, 0.76), k(0.56, 1.0)]);
    strokes
}

fn mirrored_r(rng: &mut Rng) -> Ways {
    let y = rng.range(0.46, 0.58);
    vec![
        vec![k(0.55, 0.0), c(0.55, 0.5), k(0.56, 1.0)],
        vec![
            k(0.55, 0.02),
            c(0.24, 0.0),
            c(0.08, y * 0.5),
            c(0.24, y),
            k(0.55, y),
        ],
        vec![k(0.4, y), c(0.2, 0.78), k(0.02, 1.0)],
    ]
}

fn t(rng: &mut Rng) -> Ways {
    let middle = rng.range(0.28, 0.34);
    vec![
        vec![k(0.0, 0.01), k(0.62, 0.0)],
        vec![k(middle, 0.0), c(middle, 0.5), k(middle, 1.0)],
    ]
}

fn w(rng: &mut Rng) -> Ways {
    let peak = rng.range(0.1, 0.5);
    vec![vec![
        k(0.0, 0.0),
        k(0.18, 1.0),
        k(0.38, peak),
        k(0.58, 1.0),
        k(0.76, 0.0),
    ]]
}

fn w_lower(_: &mut Rng) -> Ways {
    vec![vec![
        k(0.0, 0.0),
        c(0.03, 0.6),
        c(0.2, 1.0),
        c(0.38, 0.6),
        k(0.4, 0.1),
        c(0.44, 0.6),
        c(0.6, 1.0),
        c(0.76, 0.6),
        k(0.78, 0.0),
    ]]
}

fn x(_: &mut Rng) -> Ways {
    vec![
        vec![k(0.02, 0.0), k(0.6, 1.0)],
        vec![k(0.6, 0.0), k(0.02, 1.0)],
    ]
}

fn y(rng: &mut Rng) -> Ways {
    // The arms meet over the stem: a stem that goes on from the right arm would be a four.
    let fork = rng.range(0.38, 0.5);
    vec![
        vec![k(0.0, 0.0), k(0.32, fork)],
        vec![k(0.64, 0.0), k(0.32, fork)],
        vec![k(0.32, fork), k(0.31, 1.0)],
    ]
}

fn psi(rng: &mut Rng) -> Ways {
    let bowl = rng.range(0.5, 0.7);
    vec![
        vec![
            k(0.0, 0.05),
            c(0.05, bowl - 0.15),
            c(0.35, bowl),
            c(0.65, bowl - 0.15),
            k(0.7, 0.05),
        ],
        vec![k(0.35, 0.0), k(0.35, 1.0)],
    ]
}

fn pi(_: &mut Rng) -> Ways {
    vec![
        vec![k(0.0, 0.1), c(0.1, 0.02), k(0.8, 0.0)],
        vec![k(0.22, 0.03), k(0.14, 1.0)],
        vec![k(0.55, 0.02), c(0.55, 0.7), k(0.65, 1.0)],
    ]
}
