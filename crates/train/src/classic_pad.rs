//! Where a digit lies on the classic pad, of which the `classic` network sees the whole: a drawing
//! somewhere on it, or a picture of 28x28 pixels as its 20x20 ones and zeros.

use trazo_ink::{Drawing, Ink, PAD, Point, Rng, pad};

use crate::data::PIXELS;

/// The drawing at a size and in a place where a person might draw it on the pad: its longer side
/// 30 % to 90 % of the pad, large more often than small.
pub(crate) fn somewhere(drawing: &Drawing, rng: &mut Rng) -> Drawing {
    let Some(bounds) = drawing.bounds() else {
        return Drawing::default();
    };
    let side = 1000.0 * share_of_pad(rng);
    let scale = side / bounds.side().max(1.0);
    let middle = bounds.middle();
    let near = rng.chance(0.5);
    let mut center = |extent: f32| PAD * 0.5 + aside((PAD - extent * scale) * 0.5, near, rng);
    let (x, y) = (center(bounds.width()), center(bounds.height()));
    drawing.map(|point| {
        Point::new(
            (point.x - middle.x) * scale + x,
            (point.y - middle.y) * scale + y,
        )
    })
}

/// How much of the pad a digit's longer side takes.
fn share_of_pad(rng: &mut Rng) -> f32 {
    0.3 + 0.6 * rng.unit().max(rng.unit())
}

/// How far from the middle, of `spare` at most: near it, as people draw on a large pad, or
/// anywhere.
fn aside(spare: f32, near: bool, rng: &mut Rng) -> f32 {
    if near {
        spare * 0.7 * (rng.unit() + rng.unit() - 1.0)
    } else {
        spare * rng.range(-1.0, 1.0)
    }
}

/// A picture of the 28x28 recipe somewhere on the classic pad.
pub(crate) fn picture_anywhere(picture: &[u8; PIXELS], rng: &mut Rng) -> Ink {
    // The recipe's digit is 20 pixels tall and the pad 20 cells.
    let scale = share_of_pad(rng);
    let spare = (20.0 - 20.0 * scale) * 0.5;
    let near = rng.chance(0.5);
    let (dx, dy) = (aside(spare, near, rng), aside(spare, near, rng));
    picture_on_pad(picture, scale, dx, dy)
}

/// A picture of the 28x28 recipe as the classic network's ones and zeros: `scale` cells a pixel,
/// its middle `dx`, `dy` cells from the middle of the pad; a cell is 255 where the picture's
/// bilinear sample, averaged over four places in the cell, is at least half ink.
pub fn picture_on_pad(picture: &[u8; PIXELS], scale: f32, dx: f32, dy: f32) -> Ink {
    let side = pad::CLASSIC_SIDE;
    let mut ink = Ink::blank(side, side);
    let half = side as f32 * 0.5;
    for (cell, pixel) in ink.pixels.iter_mut().enumerate() {
        let (x, y) = ((cell % side) as f32, (cell / side) as f32);
        let mut sum = 0.0;
        for (u, v) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            sum += sample(
                picture,
                (x + u - half - dx) / scale + 14.0,
                (y + v - half - dy) / scale + 14.0,
            );
        }
        *pixel = if sum >= 2.0 * 255.0 { 255 } else { 0 };
    }
    ink
}

/// Bilinear sample of a 28x28 picture (middles of pixels at one half); paper outside.
fn sample(picture: &[u8; PIXELS], x: f32, y: f32) -> f32 {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let at = |column: f32, row: f32| -> f32 {
        if !(0.0..28.0).contains(&column) || !(0.0..28.0).contains(&row) {
            return 0.0;
        }
        picture
            .get(row as usize * 28 + column as usize)
            .map_or(0.0, |&pixel| f32::from(pixel))
    };
    let upper = at(left, top) * (1.0 - u) + at(left + 1.0, top) * u;
    let lower = at(left, top + 1.0) * (1.0 - u) + at(left + 1.0, top + 1.0) * u;
    upper * (1.0 - v) + lower * v
}
