//! The shapes of the ten digits as way points of the pen.
//!
//! Digits are about 0.6 wide and 1 high, y downwards, the top left corner at the origin.

use super::hand::{Way, corner as k, curve as c, ellipse};
use super::shapes::{Eight, Five, Four, Nine, One, Seven, Six, Three, Two, Zero};
use crate::Rng;

/// Strokes as way points.
type Ways = Vec<Vec<Way>>;

pub(super) fn zero(shape: Zero, rng: &mut Rng) -> Ways {
    let turn = if rng.chance(0.85) { -1.0 } else { 1.0 };
    let start = -90.0 - turn * rng.range(-40.0, 50.0);
    // Most ovals do not close exactly.
    let sweep = turn * (360.0 + 14.0 * rng.normal());
    let (rx, ry) = (rng.range(0.24, 0.4), 0.5);
    let mut oval = ellipse(0.3, 0.5, rx, ry, start, sweep);
    match shape {
        Zero::Plain => vec![oval],
        Zero::Slashed => {
            let (far, low) = (rng.range(0.0, 0.16), rng.range(0.0, 0.16));
            let (right, left) = (
                0.3 + rx * rng.range(0.6, 1.15),
                0.3 - rx * rng.range(0.6, 1.15),
            );
            let mut slash = vec![c(right, 0.02 + far), c(left, 0.98 - low)];
            if rng.chance(0.25) {
                slash.reverse();
            }
            vec![oval, slash]
        }
        Zero::Looped => {
            let side = -turn;
            oval.push(c(0.3 + side * 0.05, rng.range(0.1, 0.22)));
            oval.push(c(0.3 + side * rng.range(0.12, 0.3), rng.range(-0.06, 0.1)));
            vec![oval]
        }
    }
}

pub(super) fn one(shape: One, rng: &mut Rng) -> Ways {
    let bow = 0.03 * rng.normal();
    let foot = 0.3 + 0.03 * rng.normal();
    let stem = [c(0.3 + bow, 0.5), k(foot, 1.0)];
    // A flag as flat as it is long would make it a seven.
    let low = rng.range(0.16, 0.36);
    let flag = [k(0.3 - low * rng.range(0.45, 0.95), low), k(0.31, 0.0)];
    let reach = rng.range(0.12, 0.3);
    let base = vec![
        k(foot - reach, 1.0 + 0.02 * rng.normal()),
        k(
            foot + reach * rng.range(0.7, 1.2),
            1.0 + 0.02 * rng.normal(),
        ),
    ];
    match shape {
        One::Stick => {
            let mut stick = vec![k(0.3, 0.0)];
            stick.extend(stem);
            if rng.chance(0.08) {
                stick.reverse();
            }
            vec![stick]
        }
        One::Flag => vec![flag.into_iter().chain(stem).collect()],
        One::FlagAndBase => vec![flag.into_iter().chain(stem).collect(), base],
        One::Base => vec![[k(0.3, 0.0)].into_iter().chain(stem).collect(), base],
        One::LongFlag => {
            let flag = [
                k(0.3 - rng.range(0.25, 0.42), rng.range(0.4, 0.7)),
                k(0.31, 0.0),
            ];
            vec![flag.into_iter().chain(stem).collect()]
        }
    }
}

pub(super) fn two(shape: Two, rng: &mut Rng) -> Ways {
    let belly = rng.range(0.22, 0.34);
    let base = rng.range(0.52, 0.68);
    vec![match shape {
        Two::Plain => vec![
            k(0.05, rng.range(0.14, 0.3)),
            c(0.14, 0.05),
            c(0.32, 0.0),
            c(0.5, 0.1),
            c(0.51, belly),
            c(0.36, 0.57),
            c(0.17, 0.82),
            k(0.02, 1.0),
            c(0.3, 0.98),
            k(base, rng.range(0.92, 1.02)),
        ],
        Two::Looped => vec![
            k(0.06, rng.range(0.1, 0.26)),
            c(0.17, 0.03),
            c(0.34, 0.0),
            c(0.49, 0.12),
            c(0.48, belly + 0.02),
            c(0.34, 0.6),
            c(0.2, 0.84),
            c(0.08, 0.98),
            c(0.01, 0.93),
            c(0.08, rng.range(0.8, 0.87)),
            c(0.25, 0.88),
            c(0.42, 0.98),
            k(base, rng.range(0.86, 0.98)),
        ],
        Two::Angular => vec![
            k(0.03, rng.range(0.02, 0.12)),
            c(0.28, 0.01),
            c(0.49, 0.05),
            c(0.5, 0.16),
            c(0.28, 0.56),
            k(0.02, 0.98),
            c(0.3, 0.97),
            k(base, rng.range(0.93, 1.02)),
        ],
    }]
}

pub(super) fn three(shape: Three, rng: &mut Rng) -> Ways {
    let waist = rng.range(0.4, 0.5);
    let inward = rng.range(0.16, 0.3);
    let end = k(rng.range(-0.05, 0.08), rng.range(0.82, 0.97));
    let upper = [
        k(rng.range(0.0, 0.12), rng.range(0.06, 0.18)),
        c(0.24, 0.0),
        c(0.46, 0.09),
        c(0.47, 0.25),
        c(0.35, waist - 0.06),
    ];
    let lower = [
        c(0.42, waist + 0.07),
        c(0.55, 0.7),
        c(0.45, 0.92),
        c(0.22, 1.0),
        end,
    ];
    vec![match shape {
        Three::Round => upper
            .into_iter()
            .chain([k(inward, waist)])
            .chain(lower)
            .collect(),
        Three::Flat => {
            let mut ways = vec![
                k(0.03, 0.03),
                k(rng.range(0.45, 0.54), 0.0),
                k(inward + 0.03, waist - 0.02),
            ];
            ways.extend(lower);
            ways
        }
        Three::Looped => {
            let size = rng.range(0.03, 0.06);
            let knot = [
                c(inward, waist + 0.6 * size),
                c(inward - size, waist - 0.2 * size),
                c(inward + 0.3 * size, waist - size),
            ];
            upper.into_iter().chain(knot).chain(lower).collect()
        }
    }]
}

pub(super) fn four(shape: Four, rng: &mut Rng) -> Ways {
    let bar = rng.range(0.48, 0.68);
    let reach = rng.range(0.54, 0.74);
    let stem = rng.range(0.36, 0.46);
    let foot = k(stem + 0.03 * rng.normal(), 1.0);
    match shape {
        Four::Open => {
            let bend = if rng.chance(0.5) {
                k(0.02, bar)
            } else {
                c(0.03, bar - 0.02)
            };
            let head = rng.range(0.0, 0.34);
            vec![
                vec![
                    k(rng.range(0.06, 0.26), rng.range(0.0, 0.06)),
                    c(0.08, bar * 0.55),
                    bend,
                    c(0.3, bar),
                    k(reach, bar - rng.range(-0.02, 0.08)),
                ],
                vec![k(stem + 0.02, head), c(stem + 0.01, 0.6), foot],
            ]
        }
        Four::Closed => {
            let top = stem - rng.range(-0.02, 0.05);
            let bar = rng.range(0.58, 0.74);
            vec![
                vec![
                    k(top, 0.0),
                    c(top * 0.52, bar * 0.5),
                    k(0.0, bar),
                    c(0.3, bar - 0.01),
                    k(reach, bar - rng.range(-0.02, 0.04)),
                ],
                vec![k(stem, rng.range(-0.03, 0.1)), c(stem, 0.5), foot],
            ]
        }
        Four::OneStroke => vec![vec![
            k(0.08, 0.02),
            c(0.02, 0.28),
            c(0.1, bar - 0.1),
            c(0.28, bar - 0.12),
            c(0.44, 0.3),
            k(0.5, rng.range(0.0, 0.08)),
            c(0.45, 0.5),
            k(rng.range(0.36, 0.46), 1.0),
        ]],
        Four::ClosedOneStroke => vec![vec![
            k(rng.range(0.52, 0.64), bar + 0.04),
            c(0.3, bar + 0.06),
            k(0.0, bar + 0.04),
            c(0.2, 0.28),
            k(stem, 0.0),
            c(stem, 0.5),
            foot,
        ]],
    }
}

pub(super) fn five(shape: Five, rng: &mut Rng) -> Ways {
    let shoulder = rng.range(0.36, 0.46);
    let hat = rng.range(0.46, 0.66);
    let end = k(rng.range(-0.06, 0.08), rng.range(0.86, 0.98));
    let belly = [
        c(0.27, shoulder - 0.04),
        c(0.49, 0.5),
        c(0.53, 0.72),
        c(0.4, 0.93),
        c(0.2, 1.0),
    ];
    match shape {
        Five::TwoStrokes => {
            let gap = 0.02 * rng.normal();
            let mut body = vec![k(0.13, 0.03 + gap.abs()), c(0.1, 0.22), k(0.08, shoulder)];
            body.extend(belly);
            body.push(end);
            let lift = rng.range(-0.06, 0.04);
            vec![
                body,
                vec![
                    k(0.13 + 2.0 * gap, 0.02),
                    c(0.35, 0.01 + lift * 0.5),
                    k(hat, lift),
                ],
            ]
        }
        Five::OneStroke => {
            let mut body = vec![
                k(hat, rng.range(-0.04, 0.04)),
                c(0.34, 0.01),
                k(0.13, 0.02),
                k(0.08, shoulder),
            ];
            body.extend(belly);
            body.push(end);
            vec![body]
        }
        Five::Swung => vec![vec![
            k(hat, rng.range(-0.02, 0.08)),
            c(0.34, 0.0),
            c(0.16, 0.08),
            c(0.1, 0.27),
            c(0.2, 0.42),
            c(0.4, 0.52),
            c(0.5, 0.72),
            c(0.38, 0.94),
            c(0.18, 1.0),
            end,
        ]],
    }
}

pub(super) fn six(shape: Six, rng: &mut Rng) -> Ways {
    let top = rng.range(0.52, 0.64);
    let inner = k(rng.range(0.06, 0.22), rng.range(0.7, 0.86));
    let lobe = [
        c(0.03, 0.76),
        c(0.14, 0.97),
        c(0.32, 1.0),
        c(0.48, 0.86),
        c(0.44, top + 0.08),
        c(0.28, top),
        c(0.12, top + 0.1),
        inner,
    ];
    vec![match shape {
        Six::Plain => {
            let start = k(rng.range(0.3, 0.52), rng.range(0.0, 0.05));
            [start, c(0.21, 0.17), c(0.07, 0.44)]
                .into_iter()
                .chain(lobe)
                .collect()
        }
        Six::Straight => {
            let start = k(rng.range(0.28, 0.42), 0.0);
            [start, c(0.17, 0.33), c(0.05, 0.62)]
                .into_iter()
                .chain(lobe)
                .collect()
        }
        Six::Hooked => {
            let start = [k(0.52, rng.range(0.08, 0.16)), c(0.42, 0.0), c(0.22, 0.1)];
            start
                .into_iter()
                .chain([c(0.08, 0.4)])
                .chain(lobe)
                .collect()
        }
    }]
}

pub(super) fn seven(shape: Seven, rng: &mut Rng) -> Ways {
    // A narrow one would pass for a one.
    let foot = rng.range(0.02, 0.26);
    let corner_x = rng.range(0.5, 0.64);
    let mut body = Vec::new();
    if shape.serif {
        body.push(k(0.02 + 0.02 * rng.normal(), rng.range(0.1, 0.2)));
    }
    body.push(k(0.03, rng.range(0.0, 0.06)));
    let wave = if rng.chance(0.3) {
        0.05 * rng.normal()
    } else {
        0.0
    };
    body.push(c(0.2, 0.01 + wave));
    body.push(c(0.38, 0.02 - wave));
    body.push(k(corner_x, 0.0));
    let bow = rng.range(-0.08, 0.03);
    body.push(c(0.5 * (corner_x + foot) + bow, 0.48));
    body.push(k(foot, 1.0));
    let mut strokes = vec![body];
    if shape.crossed {
        let y = rng.range(0.4, 0.58);
        let x = corner_x + (foot - corner_x) * y + bow;
        let tilt = 0.03 * rng.normal();
        let half = rng.range(0.11, 0.26);
        strokes.push(vec![
            k(x - half, y + tilt),
            k(x + half * rng.range(0.8, 1.2), y - tilt),
        ]);
    }
    strokes
}

pub(super) fn eight(shape: Eight, rng: &mut Rng) -> Ways {
    // The crossing, and how much narrower the upper half is.
    let waist = rng.range(0.42, 0.52);
    let up = rng.range(0.15, 0.22);
    let down = rng.range(0.2, 0.27);
    let lower = waist + (1.0 - waist) * 0.45;
    let upper = waist * 0.45;
    let half = |turn: f32| {
        [
            c(0.3 + turn * 0.05, 0.0),
            c(0.3 - turn * up, upper),
            c(0.3, waist),
            c(0.3 + turn * down, lower + 0.05),
            c(0.3 + turn * 0.02, 1.0),
            c(0.3 - turn * down, lower + 0.05),
            c(0.3, waist + 0.01),
            c(0.3 + turn * up, upper),
        ]
    };
    let closing = |turn: f32, rng: &mut Rng| {
        k(
            0.3 + turn * (up * 0.7 + 0.06 * rng.normal()),
            0.06 + 0.05 * rng.normal(),
        )
    };
    match shape {
        Eight::OneStroke | Eight::Mirrored => {
            let turn = if shape == Eight::OneStroke { 1.0 } else { -1.0 };
            let start = k(
                0.3 + turn * (up * 0.85 + 0.04 * rng.normal()),
                rng.range(0.04, 0.16),
            );
            let mut ways = vec![start];
            ways.extend(half(turn));
            ways.push(closing(turn, rng));
            vec![ways]
        }
        Eight::TwoCircles => {
            let over = 0.02 * rng.normal();
            let first = ellipse(
                0.3,
                waist * 0.5 + over,
                up + 0.02,
                waist * 0.5,
                rng.range(-140.0, -40.0),
                -360.0 + 12.0 * rng.normal(),
            );
            let second = ellipse(
                0.3 + 0.02 * rng.normal(),
                0.5 + waist * 0.5,
                down + 0.02,
                0.5 - waist * 0.5,
                rng.range(-140.0, -40.0),
                -360.0 + 12.0 * rng.normal(),
            );
            vec![first, second]
        }
        Eight::FromCrossing => {
            let turn = if rng.chance(0.5) { 1.0 } else { -1.0 };
            let loops = half(turn);
            let mut ways: Vec<Way> = vec![k(0.3 + 0.02 * rng.normal(), waist)];
            ways.extend(loops.get(3..).unwrap_or_default());
            ways.extend(loops.get(..2).unwrap_or_default());
            ways.push(k(0.3 + 0.03 * rng.normal(), waist + 0.03 * rng.normal()));
            vec![ways]
        }
    }
}

pub(super) fn nine(shape: Nine, rng: &mut Rng) -> Ways {
    let depth = rng.range(0.38, 0.5);
    let right = rng.range(0.44, 0.54);
    let start = k(right - rng.range(0.0, 0.06), rng.range(0.06, 0.2));
    let lobe = [
        start,
        c(0.3, 0.0),
        c(0.12, 0.08),
        c(0.05, depth * 0.6),
        c(0.17, depth - 0.01),
        c(0.34, depth * 0.85),
    ];
    let back = k(right, rng.range(0.04, 0.18));
    match shape {
        Nine::Straight => {
            let foot = k(right - rng.range(-0.02, 0.18), 1.0);
            let middle = c(right - 0.02, 0.5);
            vec![lobe.into_iter().chain([back, middle, foot]).collect()]
        }
        Nine::Curved => {
            let tail = [
                c(right + 0.02, 0.5),
                c(right - 0.04, 0.82),
                c(0.27, 1.0),
                k(rng.range(0.0, 0.14), rng.range(0.84, 0.96)),
            ];
            vec![lobe.into_iter().chain([back]).chain(tail).collect()]
        }
        Nine::TwoStrokes => {
            let circle = ellipse(
                0.27,
                depth * 0.5,
                right - 0.27,
                depth * 0.5,
                rng.range(-70.0, -10.0),
                -360.0 + 10.0 * rng.normal(),
            );
            let foot = k(right - rng.range(-0.02, 0.12), 1.0);
            vec![
                circle,
                vec![k(right, rng.range(0.0, 0.2)), c(right - 0.01, 0.5), foot],
            ]
        }
    }
}
