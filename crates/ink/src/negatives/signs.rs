//! Signs and little pictures, as way points (see `writer::ways` for the unit).

use crate::writer::{Way, corner as k, curve as c, ellipse};
use crate::{Drawing, Point, Rng};

type Ways = Vec<Vec<Way>>;

pub(super) fn cross(rng: &mut Rng) -> Ways {
    let arm = rng.range(0.35, 0.5);
    match rng.below(4) {
        0 => vec![
            vec![k(0.3, 0.5 - arm), k(0.3, 0.5 + arm)],
            vec![k(0.3 - arm, 0.5), k(0.3 + arm, 0.5)],
        ],
        1 => vec![
            vec![k(0.3 - arm, 0.5 - arm), k(0.3 + arm, 0.5 + arm)],
            vec![k(0.3 + arm, 0.5 - arm), k(0.3 - arm, 0.5 + arm)],
        ],
        // An asterisk.
        2 => (0..3 + rng.below(2))
            .map(|i| {
                let angle = 0.2 + i as f32 * 0.95;
                let (x, y) = (arm * libm::cosf(angle), arm * libm::sinf(angle));
                vec![k(0.3 - x, 0.5 - y), k(0.3 + x, 0.5 + y)]
            })
            .collect(),
        // A hash.
        _ => vec![
            vec![k(0.25, 0.0), k(0.2, 1.0)],
            vec![k(0.6, 0.0), k(0.55, 1.0)],
            vec![k(0.0, 0.35), k(0.82, 0.3)],
            vec![k(0.0, 0.7), k(0.8, 0.66)],
        ],
    }
}

/// One to nine dots, each hardly more than a touch of the pen.
pub(super) fn dots(rng: &mut Rng) -> Drawing {
    let count = 1 + rng.below(9);
    let strokes = (0..count)
        .map(|_| {
            let (x, y) = (rng.range(100.0, 900.0), rng.range(100.0, 900.0));
            let touch = |rng: &mut Rng| Point::new(x + 4.0 * rng.normal(), y + 4.0 * rng.normal());
            (0..1 + rng.below(3)).map(|_| touch(rng)).collect()
        })
        .collect();
    Drawing { strokes }
}

pub(super) fn boxed(rng: &mut Rng) -> Ways {
    let (w, h) = (rng.range(0.8, 1.5), rng.range(0.6, 0.9));
    let frame = vec![k(0.0, 0.0), k(0.0, h), k(w, h), k(w, 0.0), k(0.01, 0.01)];
    match rng.below(4) {
        // Wide and empty.
        0 => vec![vec![
            k(0.0, 0.0),
            k(0.0, h),
            k(1.6, h),
            k(1.6, 0.0),
            k(0.01, 0.01),
        ]],
        // Crossed out.
        1 => vec![
            frame,
            vec![k(0.0, 0.0), k(w, h)],
            vec![k(w, 0.0), k(0.0, h)],
        ],
        // A window.
        2 => vec![
            frame,
            vec![k(w * 0.5, 0.0), k(w * 0.5, h)],
            vec![k(0.0, h * 0.5), k(w, h * 0.5)],
        ],
        // A house.
        _ => vec![
            frame,
            vec![k(-0.1, 0.02), k(w * 0.5, -0.5), k(w + 0.1, 0.0)],
        ],
    }
}

pub(super) fn star(rng: &mut Rng) -> Ways {
    let start = rng.below(5);
    let point = |i: usize| {
        // Every second corner of a pentagon, first one on top.
        let angle = (((start + 2 * i) % 5) as f32 * 72.0 - 90.0) * (std::f32::consts::PI / 180.0);
        k(0.5 * libm::cosf(angle), 0.5 * libm::sinf(angle))
    };
    vec![(0..=5).map(point).collect()]
}

pub(super) fn check_mark(rng: &mut Rng) -> Ways {
    let depth = rng.range(0.55, 0.75);
    vec![vec![
        k(0.0, depth),
        k(0.25, 1.0),
        c(0.5, 0.5),
        k(rng.range(0.75, 1.0), 0.0),
    ]]
}

pub(super) fn question_mark(rng: &mut Rng) -> Ways {
    let dot = 1.0 + 0.02 * rng.normal();
    vec![
        vec![
            k(0.02, 0.2),
            c(0.12, 0.03),
            c(0.32, 0.0),
            c(0.5, 0.14),
            c(0.46, 0.34),
            c(0.3, 0.48),
            c(0.26, 0.6),
            k(0.26, rng.range(0.68, 0.74)),
        ],
        vec![k(0.26, dot), k(0.27, dot + 0.01)],
    ]
}

pub(super) fn heart(rng: &mut Rng) -> Ways {
    let dip = rng.range(0.16, 0.3);
    vec![vec![
        k(0.4, dip),
        c(0.28, 0.02),
        c(0.08, 0.05),
        c(0.0, 0.28),
        c(0.14, 0.58),
        k(0.4, 0.95),
        c(0.68, 0.58),
        c(0.8, 0.28),
        c(0.72, 0.05),
        c(0.52, 0.02),
        k(0.4, dip + 0.02),
    ]]
}

pub(super) fn arrow(rng: &mut Rng) -> Ways {
    let barb = rng.range(0.15, 0.3);
    let flip = if rng.chance(0.5) { 1.0 } else { -1.0 };
    let x = |x: f32| 0.5 + flip * (x - 0.5);
    vec![
        vec![k(x(0.0), 0.5), k(x(1.0), 0.5)],
        vec![
            k(x(1.0 - barb), 0.5 - barb),
            k(x(1.0), 0.5),
            k(x(1.0 - barb), 0.5 + barb),
        ],
    ]
}

pub(super) fn lines(rng: &mut Rng) -> Ways {
    let gap = rng.range(0.2, 0.4);
    (0..1 + rng.below(3))
        .map(|i| {
            let y = i as f32 * gap;
            vec![
                k(0.05 * rng.normal(), y),
                k(1.0 + 0.05 * rng.normal(), y + 0.03 * rng.normal()),
            ]
        })
        .collect()
}

pub(super) fn face(rng: &mut Rng) -> Ways {
    let mouth = rng.range(0.66, 0.84);
    vec![
        ellipse(0.5, 0.5, 0.5, 0.5, -90.0, -365.0),
        vec![k(0.33, 0.34), k(0.33, 0.4)],
        vec![k(0.66, 0.34), k(0.66, 0.4)],
        vec![k(0.25, 0.66), c(0.5, mouth), k(0.75, 0.66)],
    ]
}
