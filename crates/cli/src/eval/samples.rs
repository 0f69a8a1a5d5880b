//! Digits drawn as a network sees them, with all that figures are told by.

use rayon::prelude::*;
use trazo_ink::{Drawing, Ink, Origin, Recipe};
use trazo_train::classic_pad::picture_on_pad;

use crate::data::{PenDigit, Pictures};

/// On the classic pad, MNIST's digits are drawn as large as [`Drawing::fit`] makes pen digits:
/// 20 pixels become 70 % of 20 cells.
const CLASSIC_SCALE: f32 = 0.7;

/// Rows of network input with their labels.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// `[count, side * side * planes]`, 0 to 1.
    pub inputs: Vec<f32>,
    /// The digits, one a sample.
    pub labels: Vec<u8>,
    /// The sources, one name a sample, or none at all.
    pub sources: Vec<String>,
}

impl Samples {
    /// MNIST's pictures with their labels: as they are, or in the middle of the classic pad.
    pub fn of_pictures(pictures: &Pictures, recipe: Recipe) -> Self {
        let mut inputs = Vec::with_capacity(pictures.len() * recipe.input_len());
        for index in 0..pictures.len() {
            let picture = pictures.picture(index);
            let ink = match recipe {
                Recipe::Mnist28 { .. } => Ink {
                    width: 28,
                    height: 28,
                    pixels: picture.to_vec(),
                },
                Recipe::PadBits20 => picture_on_pad(picture, CLASSIC_SCALE, 0.0, 0.0),
            };
            inputs.extend(recipe.row(&ink, Origin::Picture));
        }
        Self {
            inputs,
            labels: pictures.labels().to_vec(),
            sources: Vec::new(),
        }
    }

    /// Pen digits with their labels and sources, each in the middle of the pad.
    pub fn of_pens(pens: &[PenDigit], recipe: Recipe) -> Self {
        let drawings: Vec<&Drawing> = pens.iter().map(|digit| &digit.drawing).collect();
        Self {
            inputs: draw(&drawings, recipe),
            labels: pens.iter().map(|digit| digit.label).collect(),
            sources: pens.iter().map(|digit| digit.source.clone()).collect(),
        }
    }

    /// Any drawings with their labels, where they are on the pad.
    pub fn of_drawings(drawings: &[(Drawing, u8)], recipe: Recipe) -> Self {
        let places: Vec<&Drawing> = drawings.iter().map(|(drawing, _)| drawing).collect();
        Self {
            inputs: draw(&places, recipe),
            labels: drawings.iter().map(|&(_, label)| label).collect(),
            sources: Vec::new(),
        }
    }
}

/// Network inputs for drawings, `[count, side, side, planes]`, as a pen's ink; made with all cores.
/// Where there is nothing to draw, it is paper.
pub fn draw(drawings: &[&Drawing], recipe: Recipe) -> Vec<f32> {
    draw_as(drawings, recipe, Origin::Pen)
}

/// Network inputs for drawings as from [`draw`], of ink that comes from `origin`.
pub fn draw_as(drawings: &[&Drawing], recipe: Recipe, origin: Origin) -> Vec<f32> {
    let rows: Vec<Vec<f32>> = drawings
        .par_iter()
        .map(|drawing| {
            let input = match origin {
                Origin::Pen => recipe.input(drawing),
                Origin::Picture => recipe.ink(drawing).map(|ink| recipe.row(&ink, origin)),
            };
            input.unwrap_or_else(|| vec![0.0; recipe.input_len()])
        })
        .collect();
    rows.concat()
}
