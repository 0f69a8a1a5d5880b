//! Strokes and pictures of handwritten digits, and the way from them to the numbers that a network
//! takes: rasterizer, normalizer, recipe, augmentation, a synthetic writer. It knows nothing of networks.
//!
//! ```text
//! strokes ──► normalize::digit_ink ──► 28x28 coverage   (the modern models)
//!         └─► pad::pad_bits ─────────► 20x20 ones and zeros (the classic model)
//! picture ──► picture::picture_ink ──► 28x28, picture::picture_bits ──► 20x20
//! ```
//!
//! Strokes are the truth; pixels are made from them whenever they are needed, by the same code
//! in the page, in the command line and in training. Everything is deterministic to the bit on
//! every machine: arithmetic on `f32` with `+ - * /` and `sqrt` only, transcendental functions
//! from `libm`, randomness from a seeded [`Rng`].
//!
//! Coordinates are **pad units**: the pad is [`PAD`] x [`PAD`] units whatever its size on the
//! screen, y grows downwards, the pen is [`PEN`] units wide.
//!
//! ```
//! use trazo_ink::{Drawing, Point, normalize::digit_ink};
//!
//! let one = Drawing::from_strokes(vec![vec![Point::new(500.0, 200.0), Point::new(480.0, 800.0)]]);
//! let ink = digit_ink(&one).expect("there is something drawn");
//! assert_eq!((ink.width, ink.height), (28, 28));
//! assert!(ink.mass() > 30.0);
//! ```

pub mod augment;
mod directions;
mod drawing;
mod error;
mod ink;
pub mod negatives;
pub mod normalize;
pub mod pack;
pub mod pad;
pub mod parting;
pub mod picture;
mod random;
pub mod raster;
pub mod recipe;
pub mod signs;
pub mod thin;
pub mod varint;
pub mod writer;

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

pub use drawing::{Bounds, Drawing, LIMIT, PAD, PEN, Point};
pub use error::Error;
pub use ink::Ink;
pub use random::Rng;
pub use recipe::{Origin, Planes, Recipe};

/// A number that sums up every step from chance and strokes to the pixels: the CRC-32 of the inks
/// (28x28 and 20x20) of fifty drawings.
///
/// Two machines that give the same number draw the same ink, bit for bit; the page compares its
/// own with the one below before it trusts its engine.
///
/// ```
/// assert_eq!(trazo_ink::known_answer(), trazo_ink::KNOWN_ANSWER);
/// ```
#[must_use]
pub fn known_answer() -> u32 {
    let mut sum = CHECKSUM.digest();
    let mut rng = Rng::new(7);
    for _ in 0..50 {
        let drawing = tangle(&mut rng);
        let ink = normalize::digit_ink(&drawing)
            .map(|ink| ink.pixels)
            .unwrap_or_default();
        let bits = pad::pad_bits(&drawing, pad::CLASSIC_SIDE).pixels;
        sum.update(&ink);
        sum.update(&bits);
    }
    sum.finalize()
}

/// Without a table: what is summed up is short, and a table would be downloaded by everyone.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Up to three strokes that wander over the pad: less code than a digit takes, and as hard to draw.
fn tangle(rng: &mut Rng) -> Drawing {
    let strokes = (0..1 + rng.below(3)).map(|_| {
        let mut at = Point::new(rng.range(100.0, 900.0), rng.range(100.0, 900.0));
        let steps = (0..rng.below(40)).map(|_| {
            at = Point::new(at.x + 60.0 * rng.normal(), at.y + 60.0 * rng.normal());
            at
        });
        steps.collect()
    });
    Drawing::from_strokes(strokes.collect())
}

/// The number that [`known_answer`] gives on a machine that computes as it should (first computed natively
/// on x86-64; it changes only when the ink is meant to change).
pub const KNOWN_ANSWER: u32 = 0xD880_1968;
