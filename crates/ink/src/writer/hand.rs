//! From way points to what a pen reports: curve, proportions, tremor, time.

use super::Style;
use crate::augment::resample;
use crate::{Bounds, Drawing, PAD, PEN, Point, Rng};

/// A place where the pen passes, in units of the digit's height.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    at: Point,
    corner: bool,
}

impl Way {
    /// The way point turned about the origin.
    pub(crate) fn turned(self, sin: f32, cos: f32) -> Self {
        let Point { x, y } = self.at;
        Self {
            at: Point::new(cos * x - sin * y, sin * x + cos * y),
            ..self
        }
    }
}

/// A way point that is passed smoothly.
pub(crate) const fn curve(x: f32, y: f32) -> Way {
    Way {
        at: Point::new(x, y),
        corner: false,
    }
}

/// A way point at which the pen turns; the ends of strokes are corners too.
pub(crate) const fn corner(x: f32, y: f32) -> Way {
    Way {
        at: Point::new(x, y),
        corner: true,
    }
}

/// Way points on an ellipse, one for about 40 degrees. Angles in degrees, 0 to the right, 90 down.
pub(crate) fn ellipse(cx: f32, cy: f32, rx: f32, ry: f32, from: f32, sweep: f32) -> Vec<Way> {
    let steps = ((sweep.abs() / 40.0) as usize).max(2);
    (0..=steps)
        .map(|i| {
            let angle = (from + sweep * i as f32 / steps as f32) * (std::f32::consts::PI / 180.0);
            curve(cx + rx * libm::cosf(angle), cy + ry * libm::sinf(angle))
        })
        .collect()
}

/// The way points as a drawing in this hand, on the pad.
pub(crate) fn draw(strokes: &[Vec<Way>], style: &Style, rng: &mut Rng) -> Drawing {
    let build = Build::random(style, rng);
    let strokes: Vec<Vec<Point>> = strokes
        .iter()
        .filter(|ways| !ways.is_empty())
        .map(|ways| {
            let line = smooth(&loosened(ways, style, rng));
            sampled(&line, style, rng)
                .into_iter()
                .map(|p| build.apply(p))
                .collect()
        })
        .collect();
    let drawing = Drawing { strokes };
    let Some(bounds) = drawing.bounds() else {
        return drawing;
    };
    placed(&drawing, bounds, style)
}

/// The drawing in the size and place of this hand; `bounds` are its own.
pub(crate) fn placed(drawing: &Drawing, bounds: Bounds, style: &Style) -> Drawing {
    let middle = bounds.middle();
    let scale = style.size / bounds.side().max(1.0e-3);
    // What fits on the pad is put wholly on it, half a pen's width from the edge.
    let inside = |place: f32, extent: f32| {
        let margin = 0.5 * (extent * scale + PEN);
        if margin < 0.5 * PAD {
            place.clamp(margin, PAD - margin)
        } else {
            0.5 * PAD
        }
    };
    let x = inside(style.place.0, bounds.width());
    let y = inside(style.place.1, bounds.height());
    drawing.map(|p| Point::new((p.x - middle.x) * scale + x, (p.y - middle.y) * scale + y))
}

/// Moves each way point a little, rounds some corners, adds the little hooks with which a pen
/// comes down and goes up.
fn loosened(ways: &[Way], style: &Style, rng: &mut Rng) -> Vec<Way> {
    let mut out = Vec::with_capacity(ways.len() + 2);
    let last = ways.len() - 1;
    for (i, way) in ways.iter().enumerate() {
        let end = i == 0 || i == last;
        let at = Point::new(
            way.at.x + style.looseness * rng.normal(),
            way.at.y + style.looseness * rng.normal(),
        );
        let rounded = !end && rng.chance(0.6 * style.roundness * style.roundness);
        let hook = |rng: &mut Rng| {
            let far = 1.2 * style.looseness;
            corner(at.x + far * rng.normal(), at.y + far * rng.normal())
        };
        if i == 0 && rng.chance(0.15) {
            out.push(hook(rng));
        }
        out.push(Way {
            at,
            corner: end || (way.corner && !rounded),
        });
        if i == last && i > 0 && rng.chance(0.15) {
            out.push(hook(rng));
        }
    }
    out
}

/// A curve through the way points, smooth except at corners, as many short lines: Catmull-Rom
/// splines with centripetal parameters (Yuksel, Schaefer & Keyser 2011, "Parameterization and
/// applications of Catmull-Rom curves"), which make no loops or cusps of their own.
fn smooth(ways: &[Way]) -> Vec<Point> {
    let mut line: Vec<Point> = ways.first().map(|way| way.at).into_iter().collect();
    for (i, pair) in ways.windows(2).enumerate() {
        let (b, c) = (pair[0].at, pair[1].at);
        // At a corner the curve forgets what came before: the missing neighbor is a mirror image.
        let a = match i.checked_sub(1).and_then(|before| ways.get(before)) {
            Some(before) if !pair[0].corner => before.at,
            _ => Point::new(2.0 * b.x - c.x, 2.0 * b.y - c.y),
        };
        let d = match ways.get(i + 2) {
            Some(after) if !pair[1].corner => after.at,
            _ => Point::new(2.0 * c.x - b.x, 2.0 * c.y - b.y),
        };
        const STEPS: usize = 16;
        for step in 1..=STEPS {
            line.push(catmull_rom([a, b, c, d], step as f32 / STEPS as f32));
        }
    }
    line
}

/// The curve from `b` to `c` at `u` in 0..=1 (Barry and Goldman's pyramid).
fn catmull_rom([a, b, c, d]: [Point; 4], u: f32) -> Point {
    let knot = |p: Point, q: Point| {
        let (dx, dy) = (q.x - p.x, q.y - p.y);
        // Fourth root of the squared distance; two points in one place must not divide by zero.
        (dx * dx + dy * dy).sqrt().sqrt().max(1.0e-3)
    };
    let t1 = knot(a, b);
    let t2 = t1 + knot(b, c);
    let t3 = t2 + knot(c, d);
    let t = t1 + (t2 - t1) * u;
    let mix = |p: Point, q: Point, from: f32, to: f32| {
        let k = (t - from) / (to - from);
        Point::new(p.x + (q.x - p.x) * k, p.y + (q.y - p.y) * k)
    };
    let (ab, bc, cd) = (mix(a, b, 0.0, t1), mix(b, c, t1, t2), mix(c, d, t2, t3));
    let (abc, bcd) = (mix(ab, bc, 0.0, t2), mix(bc, cd, t1, t3));
    mix(abc, bcd, t1, t2)
}

/// What a pen reports that follows `line`: points at equal times. Speed goes with the cube root of
/// the radius of curvature (the two-thirds power law: Lacquaniti, Terzuolo & Viviani 1983, "The law
/// relating the kinematic and figural aspects of drawing movements") and sinks at both ends.
fn sampled(line: &[Point], style: &Style, rng: &mut Rng) -> Vec<Point> {
    const STEP: f32 = 0.008;
    let even = resample(line, STEP);
    let at = |i: usize| even.get(i).or(even.last()).copied().unwrap_or_default();
    let count = even.len();
    let mut out = Vec::with_capacity(count);
    // Time until the next report, in strides at ordinary speed.
    let mut due = 0.0;
    let mut tremor = (0.0_f32, 0.0_f32);
    for i in 0..count {
        let (before, here, after) = (at(i.saturating_sub(3)), at(i), at(i + 3));
        let (ux, uy) = (here.x - before.x, here.y - before.y);
        let (vx, vy) = (after.x - here.x, after.y - here.y);
        let lengths = ((ux * ux + uy * uy) * (vx * vx + vy * vy))
            .sqrt()
            .max(1.0e-9);
        // 0 straight on, 2 straight back.
        let bend = (1.0 - (ux * vx + uy * vy) / lengths).clamp(0.0, 2.0);
        let slowing = libm::cbrtf(0.02 / (0.02 + bend));
        let ends = (i.min(count - 1 - i) as f32 * (STEP / 0.12)).min(1.0);
        let speed = slowing * (0.35 + 0.65 * ends);

        let (nx, ny) = rng.rough_pair();
        tremor.0 = 0.93 * tremor.0 + 0.367 * style.wobble * nx;
        tremor.1 = 0.93 * tremor.1 + 0.367 * style.wobble * ny;
        due -= STEP / (speed * style.stride.max(0.002));
        if due <= 0.0 || i + 1 == count {
            out.push(Point::new(here.x + tremor.0, here.y + tremor.1));
            due += 1.0;
        }
    }
    out
}

/// Proportions, slant and rotation of one digit.
struct Build {
    aspect: f32,
    slant: f32,
    angle: (f32, f32),
    /// How much the middle is moved up or down.
    waist: f32,
    /// How much wider the bottom is than the top.
    taper: f32,
    /// How much the digit bends as a whole.
    bow: f32,
}

impl Build {
    fn random(style: &Style, rng: &mut Rng) -> Self {
        // One person's digits differ among themselves: more so where the hand is loose.
        let loose = style.looseness * (1.0 / 0.02);
        let rotation = style.rotation + 0.04 * loose * rng.normal();
        Self {
            aspect: style.aspect * libm::expf(0.07 * loose * rng.normal()),
            slant: style.slant + 0.05 * loose * rng.normal(),
            angle: (libm::sinf(rotation), libm::cosf(rotation)),
            waist: 0.05 * loose * rng.normal(),
            taper: 0.1 * loose * rng.normal(),
            bow: 0.04 * loose * rng.normal(),
        }
    }

    fn apply(&self, p: Point) -> Point {
        let down = p.y * (1.0 - p.y);
        let y = p.y + self.waist * 4.0 * down - 0.5;
        let x = (p.x - 0.3) * self.aspect * (1.0 + self.taper * 2.0 * y) + self.bow * 4.0 * down;
        let x = x - self.slant * y;
        let (sin, cos) = self.angle;
        Point::new(cos * x - sin * y, sin * x + cos * y)
    }
}
