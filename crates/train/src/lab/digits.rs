//! The training digits as the network gets them, each time anew where the setup asks for it.

use trazo_ink::Rng;
use trazo_ink::augment::{ImageAugment, image};

use super::data::shifted;
use super::setup::DataSetup;
use crate::data::Pictures;
use crate::source::Source;

/// Parts the randomness of the digits from that of their order.
const DIGITS: u64 = 0x3c6e_f372_fe94_f82a;

/// The training digits of a run.
#[derive(Debug, Clone)]
pub struct Digits {
    pictures: Pictures,
    seed: u64,
    shift: i32,
    augment: Option<ImageAugment>,
    stages: Option<Stages>,
}

/// First some classes, then others.
#[derive(Debug, Clone)]
struct Stages {
    /// Digits of the first classes, and of the later ones.
    first: Vec<u32>,
    later: Vec<u32>,
    /// The first epoch of the later ones, and the share of the first ones among them.
    from: u32,
    replay: f32,
}

impl Digits {
    /// The digits as the setup wants them.
    pub fn new(setup: &DataSetup, pictures: Pictures) -> Self {
        let all = 0..pictures.len() as u32;
        let stages = setup.later.as_ref().map(|later| {
            let of = |classes: &[u8]| {
                let label = |index: u32| pictures.labels().get(index as usize).copied();
                let is_in =
                    |index: &u32| label(*index).is_some_and(|label| classes.contains(&label));
                all.clone().filter(is_in).collect::<Vec<u32>>()
            };
            let every = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
            Stages {
                first: of(setup.classes.as_deref().unwrap_or(&every)),
                later: of(&later.classes),
                from: later.epochs,
                replay: later.replay,
            }
        });
        Self {
            pictures,
            seed: u64::from(setup.seed) ^ DIGITS,
            // Pixels in another order have no neighbors: to move them would be another thing.
            shift: if setup.shuffled {
                0
            } else {
                i32::from(setup.shift)
            },
            augment: (setup.augment > 0.0 && !setup.shuffled)
                .then(|| ImageAugment::default().scaled(setup.augment)),
            stages,
        }
    }

    /// The pictures as they are.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// Which picture comes at a place of an epoch.
    fn chosen(&self, epoch: u32, index: usize, rng: &mut Rng) -> usize {
        let Some(stages) = &self.stages else {
            return index;
        };
        let of = |list: &[u32], index: usize| {
            list.get(index % list.len().max(1))
                .map_or(0, |&at| at as usize)
        };
        if epoch < stages.from {
            of(&stages.first, index)
        } else if rng.chance(stages.replay) {
            of(&stages.first, rng.below(stages.first.len()))
        } else {
            of(&stages.later, index)
        }
    }

    /// A digit with its label: its pixels as they are trained on.
    pub fn digit(&self, epoch: u32, place: usize, index: usize) -> ([u8; 784], u8) {
        let mut rng = Rng::stream(self.seed, ((u64::from(epoch) + 1) << 32) | place as u64);
        let index = self.chosen(epoch, index, &mut rng);
        let mut pixels = *self.pictures.picture(index);
        if let Some(augment) = &self.augment {
            pixels = image(&pixels, augment, &mut rng);
        }
        if self.shift > 0 {
            let mut far = || rng.below(2 * self.shift as usize + 1) as i32 - self.shift;
            let (dx, dy) = (far(), far());
            pixels = shifted(&pixels, dx, dy);
        }
        (
            pixels,
            self.pictures.labels().get(index).copied().unwrap_or(0),
        )
    }
}

impl Source for Digits {
    /// Where classes come one after the other an epoch is as long as the shorter of both.
    fn len(&self) -> usize {
        match &self.stages {
            None => self.pictures.len(),
            Some(stages) => stages.first.len().min(stages.later.len()),
        }
    }

    fn fill(&self, epoch: u32, place: usize, index: usize, input: &mut [f32], target: &mut [f32]) {
        if self.stages.is_none() && self.augment.is_none() && self.shift == 0 {
            return self.pictures.fill(epoch, place, index, input, target);
        }
        let (pixels, label) = self.digit(epoch, place, index);
        for (value, &pixel) in input.iter_mut().zip(&pixels) {
            *value = f32::from(pixel) / 255.0;
        }
        target.fill(0.0);
        if let Some(target) = target.get_mut(usize::from(label)) {
            *target = 1.0;
        }
    }
}
