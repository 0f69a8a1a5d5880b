//! Scribbles, spirals, zigzags and waves: lines that lead nowhere.

use crate::Rng;
use crate::writer::{Way, corner as k, curve as c};

type Ways = Vec<Vec<Way>>;

/// A turn of the pen about a center; angle in radians.
fn around(x: f32, y: f32, radius: f32, angle: f32) -> Way {
    c(
        x + radius * libm::cosf(angle),
        y + radius * libm::sinf(angle),
    )
}

/// Turned by any angle.
fn turned(ways: Vec<Way>, rng: &mut Rng) -> Vec<Way> {
    let angle = rng.range(0.0, std::f32::consts::TAU);
    let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
    ways.into_iter().map(|way| way.turned(sin, cos)).collect()
}

pub(super) fn scribble(rng: &mut Rng) -> Ways {
    match rng.below(4) {
        // A tangle.
        0 => {
            let (width, n) = (rng.range(0.5, 1.2), 9 + rng.below(22));
            vec![(0..n).map(|_| c(width * rng.unit(), rng.unit())).collect()]
        }
        // A patch filled to and fro.
        1 => {
            let (n, width) = (8 + rng.below(12), rng.range(0.5, 1.2));
            let ways = (0..n)
                .map(|i| {
                    let across = if i % 2 == 0 { 0.0 } else { width };
                    c(
                        across + 0.08 * rng.normal(),
                        i as f32 / n as f32 + 0.02 * rng.normal(),
                    )
                })
                .collect();
            vec![turned(ways, rng)]
        }
        // A coil, as when a pen is tried.
        2 => {
            let (turns, step) = (3 + rng.below(5), rng.range(0.1, 0.3));
            let (rx, ry) = (rng.range(0.15, 0.4), rng.range(0.3, 0.5));
            let ways = (0..turns * 8)
                .map(|i| {
                    let angle = i as f32 * std::f32::consts::FRAC_PI_4;
                    let along = step * i as f32 / 8.0;
                    c(
                        along + rx * libm::cosf(angle),
                        ry * libm::sinf(angle) + 0.02 * rng.normal(),
                    )
                })
                .collect();
            vec![turned(ways, rng)]
        }
        // Several short tangles.
        _ => (0..3 + rng.below(4))
            .map(|_| {
                let (x, y) = (rng.unit(), rng.unit());
                let reach = rng.range(0.15, 0.5);
                let n = 4 + rng.below(4);
                let near = |rng: &mut Rng| reach * rng.normal();
                (0..n).map(|_| c(x + near(rng), y + near(rng))).collect()
            })
            .collect(),
    }
}

pub(super) fn spiral(rng: &mut Rng) -> Ways {
    let (turns, way) = (rng.range(2.3, 5.0), rng.pick([-1.0, 1.0]));
    let start = rng.range(0.0, std::f32::consts::TAU);
    let steps = (turns * 9.0) as usize;
    let mut ways: Vec<Way> = (0..=steps)
        .map(|i| {
            let part = i as f32 / steps as f32;
            around(
                0.3,
                0.5,
                0.04 + 0.46 * part,
                start + way * part * turns * std::f32::consts::TAU,
            )
        })
        .collect();
    if rng.chance(0.5) {
        ways.reverse();
    }
    vec![ways]
}

pub(super) fn zigzag(rng: &mut Rng) -> Ways {
    let (n, step, height) = (8 + rng.below(8), rng.range(0.1, 0.25), rng.range(0.3, 1.0));
    let ways = (0..n)
        .map(|i| {
            k(
                i as f32 * step,
                if i % 2 == 0 { 0.0 } else { height } + 0.05 * rng.normal(),
            )
        })
        .collect();
    vec![turned(ways, rng)]
}

pub(super) fn wave(rng: &mut Rng) -> Ways {
    let (periods, height) = (rng.range(2.2, 5.0), rng.range(0.1, 0.35));
    let n = (periods * 6.0) as usize;
    let phase = rng.range(0.0, std::f32::consts::TAU);
    let ways = (0..n)
        .map(|i| {
            let angle = phase + i as f32 * (std::f32::consts::TAU / 6.0);
            c(i as f32 * 0.09, height * libm::sinf(angle))
        })
        .collect();
    // Not upright: a wave of few periods standing on end is near to a three or a five.
    let tilt = rng.range(-0.6, 0.6);
    let (sin, cos) = (libm::sinf(tilt), libm::cosf(tilt));
    vec![
        <Vec<Way>>::into_iter(ways)
            .map(|way| way.turned(sin, cos))
            .collect(),
    ]
}
