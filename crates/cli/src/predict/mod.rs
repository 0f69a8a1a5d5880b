//! `trazo predict`: reads digits, one JSON line each, or pictures of numbers, one JSON line each.

mod pictures;

use std::path::PathBuf;

use serde_json::{Value, json};
use trazo_formats::strokes;
use trazo_ink::{Drawing, Recipe};
use trazo_learn::{decide, likeliest, numbers};

use crate::error::Error;
use crate::eval::samples;
use crate::model::{self, Model};
use crate::{files, print_json};

/// Reads the digits of a file of strokes, or the numbers in pictures; a label is not needed.
///
/// Strokes give one line each: `{"digit": 7, "sure": true, "probabilities": [ten]}`. The digit is the likeliest;
/// where the page would say «not sure», `sure` is false. Pictures give one line each: `{"file": …, "lines": [{"text":
/// "12345", "digits": [{"digit": 1, "sure": true, "box": [x, y, w, h]}]}]}`, in pixels of the picture as it is seen.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Strokes as JSON lines: {"strokes": [[[x, y], …], …]}, in any unit, y downwards. Quick, Draw!'s
    /// and signature-pad's forms and a JSON list of drawings are read as well.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "picture",
        conflicts_with = "picture"
    )]
    strokes: Option<PathBuf>,
    /// Pictures of numbers: JPEG, PNG, WebP, GIF or BMP.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    picture: Vec<PathBuf>,
    /// The strokes of a line are a whole number: {"text": "12", "digits": [{"digit": 1, "sure": true, "strokes":
    /// [[[x, y], …], …]}, …]}, from left to right, each digit with its strokes in the unit of the file. A minus before them
    /// and a decimal point or comma between them are in the text: "-12,5".
    #[arg(long, requires = "strokes")]
    numbers: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the model, the strokes or a picture cannot be read; the pictures before it have been.
pub fn run(args: &Args) -> Result<(), Error> {
    let model = Model::open(&args.model)?;
    let Some(path) = &args.strokes else {
        return pictures::run(&model, &args.picture);
    };
    let lines =
        strokes::read_unlabelled(&files::read(path)?).map_err(|error| Error::data(path, error))?;
    if args.numbers {
        for (_, drawing) in &lines {
            print_json(&number(&model, drawing)?, true)?;
        }
        return Ok(());
    }
    let drawings: Vec<Drawing> = lines.iter().map(|(_, drawing)| drawing.fit()).collect();
    let places: Vec<&Drawing> = drawings.iter().collect();
    let inputs = samples::draw(&places, model.recipe);
    let rows = model::probabilities(&model.network, &inputs)?;
    for row in rows.chunks_exact(10) {
        let chances = model::normalize(row, model.network.spec().loss);
        let sure = decide(row).digit.is_some();
        let line = json!({"digit": likeliest(row), "sure": sure, "probabilities": chances});
        print_json(&line, true)?;
    }
    Ok(())
}

/// A drawing read as a number.
fn number(model: &Model, drawing: &Drawing) -> Result<Value, Error> {
    let read = |drawings: &[Drawing]| {
        let fitted: Vec<Drawing> = drawings.iter().map(Drawing::fit).collect();
        let places: Vec<&Drawing> = fitted.iter().collect();
        let rows = model::probabilities(&model.network, &samples::draw(&places, model.recipe))?;
        let (rows, _) = rows.as_chunks::<10>();
        Ok::<_, Error>(rows.to_vec())
    };
    let parted = match model.recipe {
        Recipe::Mnist28 { .. } => numbers::part(drawing, None, read)?,
        // It sees where on the pad a drawing is: all of it is one digit.
        Recipe::PadBits20 => numbers::whole(drawing),
    };
    let groups = parted.groups.into_iter();
    let drawings: Vec<Drawing> = groups.map(|group| group.drawing).collect();
    let rows = read(&drawings)?;
    let digits = rows.iter().map(|row| char::from(b'0' + likeliest(row)));
    let text = numbers::text(digits, &parted.signs);
    let digits = rows.iter().zip(&drawings).map(|(row, drawing)| {
        let strokes = drawing.strokes.iter().map(|stroke| {
            let points = stroke.iter().map(|point| json!([point.x, point.y]));
            points.collect::<Value>()
        });
        json!({"digit": likeliest(row), "sure": decide(row).digit.is_some(), "strokes": strokes.collect::<Value>()})
    });
    Ok(json!({"text": text, "digits": digits.collect::<Value>()}))
}
