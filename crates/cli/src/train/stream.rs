//! Where training samples come from: real ones bent anew each epoch, synthetic ones, and what is
//! no digit at all.
//!
//! Each sample has its own stream of random numbers, named by seed, epoch and place in the
//! epoch, so that it does not matter which worker makes it, or when.

use serde::Serialize;
use trazo_ink::augment::{ImageAugment, StrokeAugment, image, pen_width, strokes};
use trazo_ink::{Drawing, Ink, Rng, negatives, normalise, pad, writer};
use trazo_learn::{Origin, Recipe};

use super::slash;
use super::split::Split;
use crate::data::mnist::{PIXELS, SIDE};

/// What an epoch is made of, and how it is bent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mixture {
    /// How often each pen digit comes in an epoch (each picture comes once).
    pub pen_repeat: u32,
    /// Digits by the synthetic writer, as a share of the real ones.
    pub synthetic: f32,
    /// Drawings that are no digit, as a share of the real ones.
    pub negatives: f32,
    /// The share of what is drawn with a pen that the network is told is a picture: a person's
    /// own digits come as pictures too, and so does what is no digit. (The recipes that do not
    /// tell it know no difference.)
    pub imported: f32,
    /// How much of a digit's target is spread over all ten (Szegedy et al., CVPR 2016, section 7).
    pub smoothing: f32,
    /// Strength of the augmentation; 1 is what `trazo_ink::augment` thinks right, 0 is none.
    pub augment: f32,
    /// The share of the run, at its end, in which the augmentation is half as strong: by then the
    /// network has seen what is far from a digit, and settles on what digits are like (He et al.,
    /// «Data augmentation revisited», 2019).
    pub settle: f32,
}

/// One place in an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A picture of MNIST, by index.
    Picture(u32),
    /// A pen digit, by index.
    Pen(u32),
    /// A digit by the synthetic writer.
    Synthetic,
    /// Something that is no digit.
    Negative,
}

/// All epochs of a run.
pub struct Stream<'a> {
    split: &'a Split,
    recipe: Recipe,
    mixture: Mixture,
    seed: u64,
    usual: Bent,
    settling: Bent,
    /// The first epoch of `settling`.
    settles_at: u32,
}

/// How digits are bent.
struct Bent {
    image: ImageAugment,
    strokes: StrokeAugment,
}

impl Bent {
    fn new(strength: f32) -> Self {
        Self {
            image: ImageAugment::default().scaled(strength),
            strokes: StrokeAugment::default().scaled(strength),
        }
    }
}

impl<'a> Stream<'a> {
    /// The stream that belongs to a seed and a run of so many epochs.
    pub fn new(split: &'a Split, recipe: Recipe, mixture: Mixture, seed: u64, epochs: u32) -> Self {
        let settling = (mixture.settle * epochs as f32).round() as u32;
        Self {
            split,
            recipe,
            seed,
            usual: Bent::new(mixture.augment),
            settling: Bent::new(0.5 * mixture.augment),
            settles_at: epochs.saturating_sub(settling),
            mixture,
        }
    }

    /// How many samples an epoch has.
    pub fn epoch_len(&self) -> usize {
        let real = self.real_len();
        real + self.share(real, self.mixture.synthetic) + self.share(real, self.mixture.negatives)
    }

    fn real_len(&self) -> usize {
        self.split.pictures.len() + self.split.pens.len() * self.mixture.pen_repeat as usize
    }

    fn share(&self, of: usize, share: f32) -> usize {
        (of as f32 * share) as usize
    }

    /// The places of one epoch, shuffled.
    pub fn epoch(&self, epoch: u32) -> Vec<Item> {
        let real = self.real_len();
        let mut items: Vec<Item> = (0..self.split.pictures.len() as u32)
            .map(Item::Picture)
            .collect();
        for _ in 0..self.mixture.pen_repeat {
            items.extend((0..self.split.pens.len() as u32).map(Item::Pen));
        }
        items.extend(std::iter::repeat_n(
            Item::Synthetic,
            self.share(real, self.mixture.synthetic),
        ));
        items.extend(std::iter::repeat_n(
            Item::Negative,
            self.share(real, self.mixture.negatives),
        ));
        let mut rng = Rng::stream(self.seed, u64::from(epoch));
        for last in (1..items.len()).rev() {
            items.swap(last, rng.below(last + 1));
        }
        items
    }

    /// Makes the sample at `place` of `epoch`: its pixels into `input`, its ten targets into
    /// `target`.
    pub fn fill(
        &self,
        epoch: u32,
        place: usize,
        item: Item,
        input: &mut [f32],
        target: &mut [f32],
    ) {
        // Epochs are far apart in the numbering of streams, so that no two samples share one.
        let stream = ((u64::from(epoch) + 1) << 32) | place as u64;
        let mut rng = Rng::stream(self.seed ^ SAMPLES, stream);
        let augment = if epoch < self.settles_at {
            &self.usual
        } else {
            &self.settling
        };
        let (label, ink) = match item {
            Item::Picture(index) => {
                let picture = self.split.pictures.picture(index as usize);
                let bent = image(picture, &augment.image, &mut rng);
                let ink = match self.recipe {
                    Recipe::Mnist28 { .. } => square(bent.to_vec()),
                    Recipe::PadBits20 => anywhere_on_pad(&bent, &mut rng),
                };
                let labels = self.split.pictures.labels();
                (labels.get(index as usize).copied(), ink)
            }
            Item::Pen(index) => match self.split.pens.get(index as usize) {
                Some(digit) => {
                    let drawing = slash::perhaps(digit.label, digit.drawing.clone(), &mut rng);
                    let bent = strokes(&drawing, &augment.strokes, &mut rng);
                    (Some(digit.label), self.ink(&bent, &mut rng))
                }
                None => (None, Ink::blank(self.recipe.side(), self.recipe.side())),
            },
            Item::Synthetic => {
                let label = rng.below(10) as u8;
                let drawing = writer::random(label, &mut rng);
                (Some(label), self.ink(&drawing, &mut rng))
            }
            Item::Negative => {
                let (drawing, _) = negatives::random(&mut rng);
                (None, self.ink(&drawing, &mut rng))
            }
        };
        let picture = matches!(item, Item::Picture(_)) || rng.chance(self.mixture.imported);
        let origin = if picture {
            Origin::Picture
        } else {
            Origin::Pen
        };
        input.copy_from_slice(&self.recipe.row(&ink, origin));
        self.set_target(label, target);
    }

    /// The target: nearly all on the label, or, for what is no digit, «not sure»: the same for
    /// all ten under a softmax (outlier exposure: Hendrycks, Mazeika, Dietterich, ICLR 2019),
    /// none at all from ten sigmoid units.
    fn set_target(&self, label: Option<u8>, target: &mut [f32]) {
        let sigmoid = self.recipe == Recipe::PadBits20;
        let smoothing = if sigmoid { 0.0 } else { self.mixture.smoothing };
        match label {
            Some(label) => {
                target.fill(smoothing / 10.0);
                if let Some(value) = target.get_mut(usize::from(label)) {
                    *value += 1.0 - smoothing;
                }
            }
            None => target.fill(if sigmoid { 0.0 } else { 0.1 }),
        }
    }

    /// A drawing as the network sees it: with some pen's width, or somewhere on the pad.
    fn ink(&self, drawing: &Drawing, rng: &mut Rng) -> Ink {
        match self.recipe {
            Recipe::Mnist28 { .. } => normalise::digit_ink_with(drawing, pen_width(rng))
                .unwrap_or_else(|| square(vec![0; PIXELS])),
            Recipe::PadBits20 => pad::pad_bits(&somewhere(drawing, rng), pad::CLASSIC_SIDE),
        }
    }
}

/// Parts the samples' randomness from the shuffling's.
const SAMPLES: u64 = 0x5a3c_91e7_04bd_62f8;

/// The drawing at a size and in a place where a person might draw it on the pad: its longer side
/// 30 % to 90 % of the pad, large more often than small.
fn somewhere(drawing: &Drawing, rng: &mut Rng) -> Drawing {
    let Some(bounds) = drawing.bounds() else {
        return Drawing::default();
    };
    let side = 1000.0 * share_of_pad(rng);
    let scale = side / bounds.side().max(1.0);
    let middle = bounds.middle();
    let near = rng.chance(0.5);
    let mut centre = |extent: f32| {
        trazo_ink::PAD * 0.5 + aside((trazo_ink::PAD - extent * scale) * 0.5, near, rng)
    };
    let (x, y) = (centre(bounds.width()), centre(bounds.height()));
    drawing.map(|point| {
        trazo_ink::Point::new(
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
fn anywhere_on_pad(picture: &[u8; PIXELS], rng: &mut Rng) -> Ink {
    // The recipe's digit is 20 pixels tall and the pad 20 cells.
    let scale = share_of_pad(rng);
    let spare = (20.0 - 20.0 * scale) * 0.5;
    let near = rng.chance(0.5);
    let (dx, dy) = (aside(spare, near, rng), aside(spare, near, rng));
    picture_on_pad(picture, scale, dx, dy)
}

/// 28x28 pixels as ink.
fn square(pixels: Vec<u8>) -> Ink {
    Ink {
        width: SIDE,
        height: SIDE,
        pixels,
    }
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
