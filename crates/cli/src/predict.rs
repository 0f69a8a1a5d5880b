//! `trazo predict`: reads digits, one JSON line each.

use std::path::PathBuf;

use serde_json::json;
use trazo_formats::strokes;
use trazo_ink::Drawing;
use trazo_learn::{decide, likeliest};

use crate::error::Error;
use crate::eval::samples;
use crate::model::{self, Model};
use crate::{files, print_json};

/// Reads the digits of a file of strokes; a label is not needed.
///
/// One line each: `{"digit": 7, "sure": true, "probabilities": [ten]}`. The digit is the likeliest;
/// where the page would say «not sure», `sure` is false.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Strokes as JSON lines: {"strokes": [[[x, y], …], …]}, in any unit, y downwards. Quick, Draw!'s
    /// and signature-pad's forms and a JSON list of drawings are read as well.
    #[arg(long, value_name = "FILE")]
    strokes: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Where the model or the strokes cannot be read.
pub fn run(args: &Args) -> Result<(), Error> {
    let model = Model::open(&args.model)?;
    let lines = strokes::read_unlabelled(&files::read(&args.strokes)?)
        .map_err(|error| Error::data(&args.strokes, error))?;
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
