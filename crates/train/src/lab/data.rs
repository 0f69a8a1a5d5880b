//! The digits of a run: dealt into what is trained on, looked at and kept sealed, and spoiled as the setup asks.

use trazo_ink::normalize::{CANONICAL_PEN, PIXELS, SIDE, digit_ink_into};
use trazo_ink::writer::{self, Style};
use trazo_ink::{PAD, Rng};

use super::setup::{DataSetup, Fault};
use crate::data::Pictures;

// Streams of random numbers, apart from each other.
const LABELS: u64 = 1 << 60;
const DEAL: u64 = LABELS + 1;
const NOISE: u64 = LABELS + 2;
const PIXEL_ORDER: u64 = LABELS + 3;
const DIRECTIONS: u64 = LABELS + 4;

/// What a given digit may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Anything.
    Any,
    /// Validation and test: of a writer who is to be left out of training.
    Held,
    /// Test only: of a test set.
    Test,
}

/// Digits that are there already.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The pictures.
    pub pictures: Pictures,
    /// What each may be used for; anything where the list ends.
    pub uses: Vec<Use>,
}

/// The digits of a run, dealt.
#[derive(Debug, Clone, Default)]
pub struct Dealt {
    /// To train on, as many as the setup asks for or there are.
    pub train: Pictures,
    /// To look at.
    pub validation: Pictures,
    /// To be kept sealed.
    pub test: Pictures,
}

/// Digits by the synthetic writer, made one at a time.
#[derive(Debug, Clone)]
pub struct Writing {
    setup: DataSetup,
    labels: Vec<u8>,
    pixels: Vec<u8>,
}

impl Writing {
    /// What the setup asks for, all in all.
    pub fn new(setup: &DataSetup) -> Self {
        let count = setup.train + setup.validation + setup.test;
        let classes = all_classes(setup);
        let mut labels: Vec<u8> = (0..count)
            .map(|index| {
                classes
                    .get(index % classes.len().max(1))
                    .copied()
                    .unwrap_or(0)
            })
            .collect();
        shuffle(&mut labels, &mut Rng::stream(setup.seed.into(), LABELS));
        Self {
            setup: setup.clone(),
            labels,
            pixels: Vec::with_capacity(count * PIXELS),
        }
    }

    /// Makes some more digits; the share that is done, 1 when all are.
    pub fn advance(&mut self, digits: usize) -> f64 {
        let done = self.pixels.len() / PIXELS;
        for (index, &label) in self.labels.iter().enumerate().skip(done).take(digits) {
            let mut rng = Rng::stream(self.setup.seed.into(), index as u64);
            let mut style = Style::random(&mut rng);
            let hand = self.setup.hand;
            style.slant = hand.slant.unwrap_or(style.slant);
            style.looseness = hand.looseness.unwrap_or(style.looseness);
            style.size = hand.size.map_or(style.size, |size| size * PAD);
            let mut ink = [0; PIXELS];
            digit_ink_into(
                &writer::write(label, &style, &mut rng),
                CANONICAL_PEN,
                &mut ink,
            );
            self.pixels.extend_from_slice(&ink);
        }
        (self.pixels.len() / PIXELS) as f64 / self.labels.len().max(1) as f64
    }

    /// All of them, dealt.
    ///
    /// # Errors
    /// What [`deal`] refuses.
    pub fn deal(self) -> Result<Dealt, Fault> {
        let mut labels = self.labels;
        labels.truncate(self.pixels.len() / PIXELS);
        let pictures = Pictures::new(self.pixels, labels).map_err(|error| Fault::from(&error))?;
        let given = Given {
            pictures,
            uses: Vec::new(),
        };
        deal(&self.setup, &given)
    }
}

/// The classes before and after, each once, in order.
fn all_classes(setup: &DataSetup) -> Vec<u8> {
    let later = setup.later.as_ref().map(|later| later.classes.as_slice());
    let is_in = |list: Option<&[u8]>, class| list.is_none_or(|list| list.contains(&class));
    (0..10)
        .filter(|&class| {
            is_in(setup.classes.as_deref(), class) || later.is_some() && is_in(later, class)
        })
        .collect()
}

/// Deals the digits and spoils them as the setup asks. Where there are fewer than it asks for, each part has its
/// share of them.
///
/// # Errors
/// `lab-no-data` where there are not two to train on.
pub fn deal(setup: &DataSetup, given: &Given) -> Result<Dealt, Fault> {
    let classes = all_classes(setup);
    let labels = given.pictures.labels();
    let use_of = |index: usize| given.uses.get(index).copied().unwrap_or(Use::Any);
    let mut order: Vec<usize> = (0..labels.len())
        .filter(|&index| {
            labels
                .get(index)
                .is_some_and(|label| classes.contains(label))
        })
        .collect();
    shuffle(&mut order, &mut Rng::stream(setup.seed.into(), DEAL));
    let of = |wanted: Use| -> Vec<usize> {
        order
            .iter()
            .copied()
            .filter(|&index| use_of(index) == wanted)
            .collect()
    };
    let (any, held, sealed) = (of(Use::Any), of(Use::Held), of(Use::Test));

    let asked = [setup.train, setup.validation, setup.test];
    // Each part is cut from the digits that are kept for it, or else from those that may be anything.
    let [train, validation, test] = match (held.is_empty(), sealed.is_empty()) {
        (true, true) => cut(&any, asked),
        (true, false) => {
            let [train, validation, _] = cut(&any, [asked[0], asked[1], 0]);
            let [test, ..] = cut(&sealed, [asked[2], 0, 0]);
            [train, validation, test]
        }
        (false, true) => {
            let [train, ..] = cut(&any, [asked[0], 0, 0]);
            let [validation, test, _] = cut(&held, [asked[1], asked[2], 0]);
            [train, validation, test]
        }
        (false, false) => {
            let [train, ..] = cut(&any, [asked[0], 0, 0]);
            let [validation, ..] = cut(&held, [asked[1], 0, 0]);
            let [test, ..] = cut(&sealed, [asked[2], 0, 0]);
            [train, validation, test]
        }
    };
    if train.len() < 2 {
        return Err(Fault {
            numbers: vec![train.len() as f64],
            ..Fault::new(
                "lab-no-data",
                "There are not two digits to train on.".to_owned(),
            )
        });
    }
    let seed = u64::from(setup.seed);
    let pixel_order = setup.shuffled.then(|| {
        let mut order: Vec<usize> = (0..PIXELS).collect();
        shuffle(&mut order, &mut Rng::stream(seed, PIXEL_ORDER));
        order
    });
    let mut directions = Rng::stream(seed, DIRECTIONS);
    let mut picture = |index: usize, moved: u8| -> [u8; PIXELS] {
        let mut pixels = *given.pictures.picture(index);
        if moved > 0 {
            let [dx, dy] = directions.pick(EIGHT);
            let far = i32::from(moved);
            pixels = shifted(&pixels, dx * far, dy * far);
        }
        match &pixel_order {
            None => pixels,
            Some(order) => {
                let mut out = [0; PIXELS];
                for (to, &from) in out.iter_mut().zip(order) {
                    *to = pixels.get(from).copied().unwrap_or(0);
                }
                out
            }
        }
    };
    let mut part = |indices: &[usize], moved: u8| {
        let mut pixels = Vec::with_capacity(indices.len() * PIXELS);
        for &index in indices {
            pixels.extend_from_slice(&picture(index, moved));
        }
        let labels = indices
            .iter()
            .map(|&index| labels.get(index).copied().unwrap_or(0));
        (pixels, labels.collect::<Vec<u8>>())
    };
    // A shuffled picture cannot be moved any more: its source moves it, where it is not shuffled.
    let (pixels, mut train_labels) = part(train, 0);
    add_noise(setup, &classes, &mut train_labels);
    let fault = |error: crate::Error| Fault::from(&error);
    let (validation_pixels, validation_labels) = part(validation, setup.moved);
    let (test_pixels, test_labels) = part(test, setup.moved);
    Ok(Dealt {
        train: Pictures::new(pixels, train_labels).map_err(fault)?,
        validation: Pictures::new(validation_pixels, validation_labels).map_err(fault)?,
        test: Pictures::new(test_pixels, test_labels).map_err(fault)?,
    })
}

/// The eight neighbors.
const EIGHT: [[i32; 2]; 8] = [
    [-1, -1],
    [0, -1],
    [1, -1],
    [-1, 0],
    [1, 0],
    [-1, 1],
    [0, 1],
    [1, 1],
];

/// Three slices of `digits`, one after the other, of the sizes asked for or in their proportions.
fn cut(digits: &[usize], asked: [usize; 3]) -> [&[usize]; 3] {
    let sum: usize = asked.iter().sum();
    let size = |asked: usize| match sum <= digits.len() {
        true => asked,
        false => (asked as u128 * digits.len() as u128 / sum.max(1) as u128) as usize,
    };
    let (first, rest) = digits.split_at(size(asked[0]).min(digits.len()));
    let (second, rest) = rest.split_at(size(asked[1]).min(rest.len()));
    let third = rest
        .get(..size(asked[2]).min(rest.len()))
        .unwrap_or_default();
    [first, second, third]
}

/// Gives a share of the labels another class.
fn add_noise(setup: &DataSetup, classes: &[u8], labels: &mut [u8]) {
    if setup.noise <= 0.0 || classes.len() < 2 {
        return;
    }
    let mut rng = Rng::stream(setup.seed.into(), NOISE);
    for label in labels {
        // Asked of each, so that more noise is the same labels and some more.
        let (drawn, step) = (rng.unit(), 1 + rng.below(classes.len() - 1));
        if drawn < setup.noise {
            let place = classes.iter().position(|class| class == label).unwrap_or(0);
            *label = classes
                .get((place + step) % classes.len())
                .copied()
                .unwrap_or(*label);
        }
    }
}

/// The picture moved to the right and down, paper where nothing comes from.
pub(super) fn shifted(pixels: &[u8; PIXELS], dx: i32, dy: i32) -> [u8; PIXELS] {
    let mut out = [0; PIXELS];
    for (place, pixel) in out.iter_mut().enumerate() {
        let side = SIDE as i32;
        let (x, y) = ((place % SIDE) as i32 - dx, (place / SIDE) as i32 - dy);
        if (0..side).contains(&x) && (0..side).contains(&y) {
            *pixel = pixels.get((y * side + x) as usize).copied().unwrap_or(0);
        }
    }
    out
}

/// Fisher and Yates.
fn shuffle<T>(list: &mut [T], rng: &mut Rng) {
    for last in (1..list.len()).rev() {
        list.swap(last, rng.below(last + 1));
    }
}
