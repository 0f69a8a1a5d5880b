//! Pen digits as pictures: what somebody scans, photographs or saves from another program.
//!
//! Each pen digit is drawn into a picture in four manners, with a pen from 2 % to 15 % of the
//! picture's height, and read the way the page reads an imported picture
//! ([`trazo_ink::picture`]).

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::raster::{View, rasterize};
use trazo_ink::{Drawing, Rng, picture};
use trazo_learn::{Origin, Recipe, likeliest, metrics};

use super::figures::Mistake;
use super::samples::Samples;
use crate::data::PenDigit;
use crate::error::Error;
use crate::model::{self, Model};

/// The pen's width as a share of the picture's height.
const PENS: [f32; 4] = [0.02, 0.05, 0.10, 0.15];

/// The manners in which pictures are made, by name.
const MANNERS: [(&str, Manner); 4] = [
    ("dark on light", Manner::DarkOnLight),
    ("light on dark", Manner::LightOnDark),
    ("grey, uneven light, noise", Manner::Grey),
    ("the same as a JPEG", Manner::Jpeg),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    DarkOnLight,
    LightOnDark,
    Grey,
    Jpeg,
}

/// Drives sizes, places, light and noise.
const SEED: u64 = 0x7069_6374;

/// Smallest and largest side of a picture in pixels.
const SIDES: (f32, f32) = (120.0, 240.0);

/// The answers to all pictures, counted.
pub struct Pictures {
    /// Figures in all, by manner and by pen.
    pub json: Value,
    /// The inputs, for the contact sheet.
    pub samples: Samples,
    /// The pictures that were read wrong.
    pub errors: Vec<Mistake>,
    /// The share that was read right, with its interval.
    pub accuracy: metrics::Share,
}

/// Draws every digit in each manner, with each pen in turn, and reads the pictures.
///
/// # Errors
/// Where a picture cannot be encoded or the network refuses the samples.
pub fn measure(model: &Model, pens: &[PenDigit]) -> Result<Pictures, Error> {
    let jobs: Vec<(usize, usize, &PenDigit)> = pens
        .iter()
        .enumerate()
        .flat_map(|(index, pen)| {
            let ways =
                (0..MANNERS.len()).map(move |manner| (manner, (index + manner) % PENS.len()));
            ways.map(move |(manner, width)| (manner, width, pen))
        })
        .collect();
    let rows: Vec<Vec<f32>> = jobs
        .par_iter()
        .enumerate()
        .map(|(job, &(manner, width, pen))| {
            let mut rng = Rng::stream(SEED, job as u64);
            let (side, grey) = draw(&pen.drawing, MANNERS[manner].1, PENS[width], &mut rng)?;
            let ink = match model.recipe {
                Recipe::Mnist28 { .. } => picture::picture_ink(side, side, &grey),
                Recipe::PadBits20 => picture::picture_bits(side, side, &grey),
            };
            // What is taken for a blank sheet is read as one: it counts as an error below.
            Ok(ink.map_or_else(
                |_| vec![0.0; model.recipe.input_len()],
                |ink| model.recipe.row(&ink, Origin::Picture),
            ))
        })
        .collect::<Result<_, Error>>()?;
    let samples = Samples {
        inputs: rows.concat(),
        labels: jobs.iter().map(|(_, _, pen)| pen.label).collect(),
        sources: Vec::new(),
    };
    let answers: Vec<u8> = model::probabilities(&model.network, &samples.inputs)?
        .chunks_exact(10)
        .map(likeliest)
        .collect();
    let share = |kept: &dyn Fn(usize, usize) -> bool| {
        let (mut right, mut count) = (0, 0);
        for (&(manner, width, pen), &answer) in jobs.iter().zip(&answers) {
            if kept(manner, width) {
                count += 1;
                right += u64::from(answer == pen.label);
            }
        }
        metrics::wilson(right, count)
    };
    let row = |name: String, share: metrics::Share| json!({"name": name, "accuracy": share.value, "interval": [share.low, share.high]});
    let accuracy = share(&|_, _| true);
    let by_manner = MANNERS
        .iter()
        .enumerate()
        .map(|(index, (name, _))| row((*name).to_owned(), share(&|manner, _| manner == index)));
    let by_pen = PENS.iter().enumerate().map(|(index, width)| {
        row(
            format!("{} % of the height", (width * 100.0).round()),
            share(&|_, pen| pen == index),
        )
    });
    let errors = answers
        .iter()
        .zip(&samples.labels)
        .enumerate()
        .filter(|(_, (answer, label))| answer != label)
        .map(|(index, (&answer, _))| Mistake { index, answer })
        .collect();
    Ok(Pictures {
        json: json!({
            "count": jobs.len(),
            "accuracy": accuracy.value,
            "interval": [accuracy.low, accuracy.high],
            "by_manner": by_manner.collect::<Vec<_>>(),
            "by_pen": by_pen.collect::<Vec<_>>(),
        }),
        samples,
        errors,
        accuracy,
    })
}

/// The picture's side and its grey levels.
fn draw(
    drawing: &Drawing,
    manner: Manner,
    pen: f32,
    rng: &mut Rng,
) -> Result<(usize, Vec<u8>), Error> {
    let side = rng.range(SIDES.0, SIDES.1) as usize;
    let height = side as f32;
    let fitted = drawing.fit();
    let Some(bounds) = fitted.bounds() else {
        return Ok((side, vec![255; side * side]));
    };
    // The ink's longer side is 60 to 80 % of the picture, somewhere on it.
    let ink = height * rng.range(0.6, 0.8);
    let scale = (ink - pen * height).max(0.3 * height) / bounds.side().max(1.0);
    let spare = 0.5 * (height - ink) * 0.8;
    let (dx, dy) = (rng.range(-spare, spare), rng.range(-spare, spare));
    let middle = bounds.middle();
    let view = View {
        scale,
        dx: 0.5 * height + dx - middle.x * scale,
        dy: 0.5 * height + dy - middle.y * scale,
    };
    let ink = rasterize(&fitted, &view, side, side, pen * height);
    let between =
        |paper: f32, ink: f32, coverage: u8| paper + (ink - paper) * f32::from(coverage) / 255.0;
    let coverage = ink.pixels.iter().copied();
    let grey: Vec<u8> = match manner {
        Manner::DarkOnLight => coverage.map(|c| between(250.0, 15.0, c) as u8).collect(),
        Manner::LightOnDark => coverage.map(|c| between(20.0, 240.0, c) as u8).collect(),
        Manner::Grey | Manner::Jpeg => {
            let (paper, dark) = (rng.range(150.0, 220.0), rng.range(40.0, 90.0));
            // The light falls off towards one side by up to a third.
            let (across, down) = (rng.range(-0.17, 0.17), rng.range(-0.17, 0.17));
            let levels = coverage.enumerate().map(|(at, c)| {
                let (x, y) = ((at % side) as f32 / height, (at / side) as f32 / height);
                let light = 1.0 + across * (2.0 * x - 1.0) + down * (2.0 * y - 1.0);
                (between(paper, dark, c) * light + 5.0 * rng.normal()).clamp(0.0, 255.0) as u8
            });
            levels.collect()
        }
    };
    if manner == Manner::Jpeg {
        return Ok((side, jpeg((side, side), &grey, 20 + rng.below(40) as u8)?));
    }
    Ok((side, grey))
}

/// The picture as it comes back from a JPEG file of this quality.
pub(super) fn jpeg(
    (width, height): (usize, usize),
    grey: &[u8],
    quality: u8,
) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Failed(format!("The JPEG: {error}"));
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, quality)
        .encode(
            grey,
            width as u16,
            height as u16,
            jpeg_encoder::ColorType::Luma,
        )
        .map_err(|error| failed(&error))?;
    let options = zune_jpeg::zune_core::options::DecoderOptions::default()
        .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::Luma);
    zune_jpeg::JpegDecoder::new_with_options(
        zune_jpeg::zune_core::bytestream::ZCursor::new(bytes),
        options,
    )
    .decode()
    .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_ink::writer;

    #[test]
    fn a_picture_of_each_manner_is_read_as_its_drawing() {
        let mut rng = Rng::new(5);
        for (drawing, label) in writer::exam(5, 20) {
            for (name, manner) in MANNERS {
                let (side, grey) = draw(&drawing, manner, 0.05, &mut rng).unwrap();
                assert_eq!(grey.len(), side * side, "{name}");
                let ink = picture::picture_ink(side, side, &grey).unwrap();
                assert!(ink.mass() > 20.0, "{label} {name}");
            }
        }
    }

    #[test]
    fn a_jpeg_is_the_picture_with_faults() {
        let grey: Vec<u8> = (0..64 * 64)
            .map(|i| if i % 64 < 20 { 30 } else { 220 })
            .collect();
        let back = jpeg((64, 64), &grey, 30).unwrap();
        assert_eq!(back.len(), grey.len());
        let apart = |(a, b): (&u8, &u8)| u32::from(a.abs_diff(*b));
        let sum: u32 = back.iter().zip(&grey).map(apart).sum();
        assert!(sum > 0 && sum < 20 * 64 * 64, "{sum}");
    }
}
