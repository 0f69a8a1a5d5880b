//! `trazo convert`: the same weights in another format.

use std::path::{Path, PathBuf};

use serde_json::json;
use trazo_formats::{ModelFile, model_to_pesos, write_model, write_onnx, write_safetensors};

use crate::error::Error;
use crate::train::Weights;
use crate::{files, model, print_json};

/// Turns a model into another format, or encodes it anew.
///
/// Reads Trazo's own file, safetensors, ONNX (as Trazo writes it) and the original project's
/// pesos.pkl, told by what is in the file. Writes by the name's ending: .trazo, .safetensors,
/// .onnx or .pkl.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model there is.
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// The model to be.
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// How a .trazo file stores its weights.
    #[arg(long, value_enum, default_value_t = Weights::F32)]
    weights: Weights,
}

/// Runs the command.
///
/// # Errors
/// Where the input cannot be read, or the output's format cannot hold it.
pub fn run(args: &Args) -> Result<(), Error> {
    let file = model::read_any(&args.from)?;
    let bytes = encode(&file, args)?;
    files::write(&args.to, &bytes)?;
    print_json(
        &json!({
            "out": args.to.display().to_string(),
            "bytes": bytes.len(),
            "name": file.name,
            "parameters": file.params.len(),
        }),
        false,
    )
}

fn encode(file: &ModelFile, args: &Args) -> Result<Vec<u8>, Error> {
    let to: &Path = &args.to;
    let refused = |error: trazo_formats::Error| Error::data(to, error);
    match to.extension().and_then(|ending| ending.to_str()) {
        Some("trazo") => write_model(file, args.weights.into()).map_err(refused),
        Some("safetensors") => write_safetensors(file).map_err(refused),
        Some("onnx") => write_onnx(file).map_err(refused),
        Some("pkl") => model_to_pesos(file).map_err(refused),
        _ => Err(Error::Usage(format!(
            "{}: the ending must be .trazo, .safetensors, .onnx or .pkl",
            to.display()
        ))),
    }
}
