//! Pictures of numbers: read, and taught from.

use serde::Serialize;
use trazo_ink::picture::grey_of_rgba;
use trazo_ink::{Ink, Recipe};
use trazo_learn::{Content, Example, PictureDigit, PictureLine};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::view::{NetworkInput, to_js};

/// Where examples come from that were found in a picture.
const SOURCE: &str = "picture";

/// What was read in a picture.
#[derive(Serialize, Tsify)]
pub struct PictureReading {
    /// From top to bottom; none where there are no numbers.
    lines: Vec<ReadLine>,
}

/// A line of digits.
#[derive(Serialize, Tsify)]
pub struct ReadLine {
    /// Its digits; a space where the gap is wide.
    text: String,
    /// From left to right.
    digits: Vec<ReadDigit>,
}

/// A digit in a picture.
#[derive(Serialize, Tsify)]
pub struct ReadDigit {
    /// The likeliest.
    digit: u8,
    /// False where it may well be another digit, or none at all.
    sure: bool,
    /// Ten numbers, one a digit.
    #[tsify(type = "number[]")]
    probabilities: [f32; 10],
    /// Left, top, width and height in pixels.
    #[serde(rename = "box")]
    #[tsify(type = "[x: number, y: number, width: number, height: number]")]
    area: [f32; 4],
    /// What a network is shown, 28x28; with `bits` what teaching from it takes.
    ink: NetworkInput,
    /// What the classic network is shown, 20x20.
    bits: NetworkInput,
}

impl From<&PictureLine> for ReadLine {
    fn from(line: &PictureLine) -> Self {
        Self {
            text: line.text(),
            digits: line.digits.iter().map(ReadDigit::from).collect(),
        }
    }
}

impl From<&PictureDigit> for ReadDigit {
    fn from(digit: &PictureDigit) -> Self {
        let area = digit.area;
        Self {
            digit: digit.digit,
            sure: digit.sure,
            probabilities: digit.probabilities,
            area: [area.x, area.y, area.width, area.height],
            ink: NetworkInput::from(&digit.mnist),
            bits: NetworkInput::from(&digit.bits),
        }
    }
}

impl PictureReading {
    pub(crate) fn new(lines: &[PictureLine]) -> Self {
        Self {
            lines: lines.iter().map(ReadLine::from).collect(),
        }
    }
}

#[wasm_bindgen]
impl Engine {
    /// Reads the numbers in a picture of red, green, blue and alpha bytes, a canvas's.
    ///
    /// # Errors
    /// `bad-picture`, `picture-crowded`.
    #[wasm_bindgen(js_name = readPicture)]
    pub fn read_picture(
        &mut self,
        width: usize,
        height: usize,
        rgba: &[u8],
    ) -> Result<Ts<PictureReading>, Failure> {
        let grey = grey_of_rgba(width, height, rgba).map_err(trazo_learn::Error::from)?;
        let lines = self.session.read_picture(width, height, &grey)?;
        to_js(&PictureReading::new(&lines))
    }

    /// A digit of a picture becomes an example: `ink` and `bits` as `readPicture` gave them.
    ///
    /// # Errors
    /// `bad-label`, `bad-picture`, `busy`.
    #[wasm_bindgen(js_name = teachPicture)]
    pub fn teach_picture(
        &mut self,
        ink: &[u8],
        bits: &[u8],
        label: u8,
        now_ms: f64,
    ) -> Result<(), Failure> {
        let of = |pixels: &[u8], recipe: Recipe| {
            let side = recipe.side();
            if pixels.len() != side * side {
                return Err(Failure::new(
                    "bad-picture",
                    format!(
                        "A digit has {side}x{side} pixels here, not {}.",
                        pixels.len()
                    ),
                ));
            }
            Ok(Ink {
                width: side,
                height: side,
                pixels: pixels.to_vec(),
            })
        };
        if label > 9 {
            return Err(trazo_learn::Error::Label(label).into());
        }
        let example = Example {
            id: 0,
            label,
            first_read: None,
            taught_at: now_ms as u64,
            source: SOURCE.to_owned(),
            content: Content::Picture {
                mnist: of(
                    ink,
                    Recipe::mnist(trazo_ink::normalize::CANONICAL_PEN, [28, 28, 1]),
                )?,
                bits: of(bits, Recipe::PadBits20)?,
            },
        };
        self.session.add_examples(vec![example])?;
        Ok(())
    }
}
