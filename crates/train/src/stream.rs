//! The samples that the networks that ship are trained on: real digits bent anew each epoch,
//! synthetic ones, and what is no digit at all.
//!
//! Each sample has its own stream of random numbers, named by seed, epoch and place in the
//! epoch, so that it does not matter which worker makes it, or when.

use serde::{Deserialize, Serialize};
use trazo_ink::augment::{ImageAugment, StrokeAugment, image, pen_width, strokes};
use trazo_ink::{Drawing, Ink, Origin, Recipe, Rng, negatives, writer};

use crate::classic_pad::{picture_anywhere, somewhere};
use crate::data::SIDE;
use crate::slash;
use crate::source::Source;
use crate::split::Split;

/// The mixture of an epoch: shares of what it is made of, and the strength of the augmentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// Times that each pen digit comes in an epoch (each picture comes once).
    pub pen_repeat: u32,
    /// Digits by the synthetic writer, as a share of the real ones.
    pub synthetic: f32,
    /// Drawings that are no digit, as a share of the real ones.
    pub negatives: f32,
    /// The share of what is drawn with a pen that the network is told is a picture: a person's
    /// own digits come as pictures too, and so does what is no digit. (The recipes that do not
    /// tell it know no difference.)
    pub imported: f32,
    /// The share of what is drawn with a pen of which the network is not told which way the pen went:
    /// it has to read ink of which nobody knows that, too, and not to lean on it alone.
    pub undirected: f32,
    /// The share of the strokes that are drawn the other way round, as some people do.
    pub backwards: f32,
    /// The share of a digit's target that is spread over all ten (Szegedy et al., CVPR 2016, section 7).
    pub smoothing: f32,
    /// Strength of the augmentation; 1 is what `trazo_ink::augment` thinks right, 0 is none.
    pub augment: f32,
    /// The share of the run, at its end, in which the augmentation is half as strong: by then the
    /// network has seen what is far from a digit, and settles on what digits are like (He et al.,
    /// «Data augmentation revisited», 2019).
    pub settle: f32,
}

/// What a sample is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// A picture, by index.
    Picture(usize),
    /// A pen digit, by index.
    Pen(usize),
    /// A digit by the synthetic writer.
    Synthetic,
    /// Something that is no digit.
    Negative,
}

/// All epochs of a run, as the source of its samples.
#[derive(Debug)]
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
#[derive(Debug)]
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

    /// Places for real digits in an epoch.
    fn real(&self) -> usize {
        self.split.pictures.len() + self.split.pens.len() * self.mixture.pen_repeat as usize
    }

    /// Places for something that comes as a share of the real digits.
    fn places(&self, share: f32) -> usize {
        (self.real() as f32 * share) as usize
    }

    /// What stands at a place of an epoch that is not shuffled: pictures, pen digits again and
    /// again, synthetic digits, no digits.
    fn item(&self, index: usize) -> Item {
        let pictures = self.split.pictures.len();
        if index < pictures {
            return Item::Picture(index);
        }
        let real = self.real();
        if index < real {
            return Item::Pen((index - pictures) % self.split.pens.len());
        }
        if index < real + self.places(self.mixture.synthetic) {
            Item::Synthetic
        } else {
            Item::Negative
        }
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
    fn pen(&self, drawing: &Drawing, rng: &mut Rng) -> Vec<f32> {
        let mixture = &self.mixture;
        let seen = match self.recipe {
            Recipe::Mnist28 { .. } => {
                let recipe = self.recipe.with_pen(pen_width(rng));
                let mut drawing = drawing.clone();
                for stroke in &mut drawing.strokes {
                    if rng.chance(mixture.backwards) {
                        stroke.reverse();
                    }
                }
                let drawn = recipe.ink_and_input(&drawing);
                drawn.map(|(ink, input)| {
                    if rng.chance(mixture.imported) {
                        recipe.row(&ink, Origin::Picture)
                    } else if rng.chance(mixture.undirected) {
                        recipe.row(&ink, Origin::Pen)
                    } else {
                        input
                    }
                })
            }
            Recipe::PadBits20 => self.recipe.input(&somewhere(drawing, rng)),
        };
        seen.unwrap_or_else(|| vec![0.0; self.recipe.input_len()])
    }
}

impl Source for Stream<'_> {
    fn len(&self) -> usize {
        self.real() + self.places(self.mixture.synthetic) + self.places(self.mixture.negatives)
    }

    fn fill(&self, epoch: u32, place: usize, index: usize, input: &mut [f32], target: &mut [f32]) {
        // Epochs are far apart in the numbering of streams, so that no two samples share one.
        let stream = ((u64::from(epoch) + 1) << 32) | place as u64;
        let mut rng = Rng::stream(self.seed ^ SAMPLES, stream);
        let augment = if epoch < self.settles_at {
            &self.usual
        } else {
            &self.settling
        };
        let (label, row) = match self.item(index) {
            Item::Picture(index) => {
                let picture = self.split.pictures.picture(index);
                let bent = image(picture, &augment.image, &mut rng);
                let ink = match self.recipe {
                    Recipe::Mnist28 { .. } => square(bent.to_vec()),
                    Recipe::PadBits20 => picture_anywhere(&bent, &mut rng),
                };
                let label = self.split.pictures.labels().get(index).copied();
                (label, self.recipe.row(&ink, Origin::Picture))
            }
            Item::Pen(index) => match self.split.pens.get(index) {
                Some(digit) => {
                    let drawing = slash::perhaps(digit.label, digit.drawing.clone(), &mut rng);
                    let bent = strokes(&drawing, &augment.strokes, &mut rng);
                    (Some(digit.label), self.pen(&bent, &mut rng))
                }
                None => (None, vec![0.0; self.recipe.input_len()]),
            },
            Item::Synthetic => {
                let label = rng.below(10) as u8;
                let drawing = writer::random(label, &mut rng);
                (Some(label), self.pen(&drawing, &mut rng))
            }
            Item::Negative => {
                let (drawing, _) = negatives::random(&mut rng);
                (None, self.pen(&drawing, &mut rng))
            }
        };
        input.copy_from_slice(&row);
        self.set_target(label, target);
    }
}

/// Parts the samples' randomness from the shuffling's.
const SAMPLES: u64 = 0x5a3c_91e7_04bd_62f8;

/// 28x28 pixels as ink.
fn square(pixels: Vec<u8>) -> Ink {
    Ink {
        width: SIDE,
        height: SIDE,
        pixels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{PenDigit, Pictures};
    use trazo_ink::{Planes, normalize};

    /// Three pictures of a five and two pen digits, a one and a seven.
    fn split() -> Split {
        let pen = |label: u8| PenDigit {
            drawing: writer::random(label, &mut Rng::new(1)),
            label,
            source: "made".to_owned(),
            writer: "w".to_owned(),
        };
        let ink = normalize::digit_ink(&writer::random(5, &mut Rng::new(2))).unwrap();
        Split {
            pictures: Pictures::new(ink.pixels.repeat(3), vec![5; 3]).unwrap(),
            pens: vec![pen(1), pen(7)],
            ..Split::default()
        }
    }

    const MIXTURE: Mixture = Mixture {
        pen_repeat: 2,
        synthetic: 0.5,
        negatives: 0.3,
        imported: 0.0,
        undirected: 0.5,
        backwards: 0.0,
        smoothing: 0.1,
        augment: 1.0,
        settle: 0.5,
    };
    const DIRECTED: Recipe = Recipe::Mnist28 {
        pen: normalize::CANONICAL_PEN,
        planes: Planes::Directed,
    };

    fn sample(
        stream: &Stream<'_>,
        epoch: u32,
        place: usize,
        index: usize,
    ) -> (Vec<f32>, [f32; 10]) {
        let (mut input, mut target) = (vec![0.0; 28 * 28 * 4], [0.0; 10]);
        stream.fill(epoch, place, index, &mut input, &mut target);
        (input, target)
    }

    #[test]
    fn an_epoch_has_each_real_digit_as_often_as_asked_and_the_rest_in_their_shares() {
        let split = split();
        let stream = Stream::new(&split, DIRECTED, MIXTURE, 1, 4);
        // 3 + 2 * 2 real ones; half of 7 and three tenths of it.
        assert_eq!(stream.len(), 7 + 3 + 2);
        let items: Vec<Item> = (0..stream.len()).map(|index| stream.item(index)).collect();
        assert_eq!(items[..3], [0, 1, 2].map(Item::Picture));
        assert_eq!(items[3..7], [0, 1, 0, 1].map(Item::Pen));
        assert_eq!(
            items[7..],
            [[Item::Synthetic; 3].as_slice(), &[Item::Negative; 2]].concat()
        );
    }

    #[test]
    fn a_sample_follows_from_its_place_alone_and_is_another_in_each_epoch() {
        let split = split();
        let stream = Stream::new(&split, DIRECTED, MIXTURE, 1, 4);
        for index in 0..stream.len() {
            assert_eq!(sample(&stream, 0, 5, index), sample(&stream, 0, 5, index));
            assert!(sample(&stream, 0, 5, index).0 != sample(&stream, 1, 5, index).0);
        }
    }

    #[test]
    fn what_is_no_digit_has_ten_equal_targets_and_a_digit_nearly_all_on_its_own() {
        let split = split();
        let stream = Stream::new(&split, DIRECTED, MIXTURE, 1, 4);
        let (picture, target) = sample(&stream, 0, 0, 0);
        assert!((target[5] - 0.91).abs() < 1e-6 && (target[0] - 0.01).abs() < 1e-6);
        assert!(picture.iter().skip(3).step_by(4).all(|&mark| mark == 1.0));
        let (pen, target) = sample(&stream, 0, 0, 4);
        assert!((target[7] - 0.91).abs() < 1e-6);
        assert!(pen.iter().skip(3).step_by(4).all(|&mark| mark == 0.0));
        assert_eq!(sample(&stream, 0, 0, 11).1, [0.1; 10]);
    }

    #[test]
    fn of_some_of_what_a_pen_drew_the_network_is_not_told_which_way_it_went() {
        let split = split();
        let stream = Stream::new(&split, DIRECTED, MIXTURE, 1, 4);
        let told = |epoch| {
            let (pen, _) = sample(&stream, epoch, 0, 4);
            pen.chunks_exact(4).any(|pixel| pixel[1] != 0.0)
        };
        let share = (0..200).filter(|&epoch| told(epoch)).count();
        assert!(
            (70..=130).contains(&share),
            "{share} of 200 where half should be"
        );
    }
}
