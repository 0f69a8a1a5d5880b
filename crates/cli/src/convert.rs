//! `trazo convert`: the same weights in another format.

use std::path::{Path, PathBuf};

use serde_json::json;
use trazo_formats::{
    Answers, ModelFile, model_to_pesos, write_json, write_model, write_npz, write_onnx,
    write_safetensors,
};

use crate::error::Error;
use crate::train::Weights;
use crate::{files, model, print_json};

/// Turns a model into another format, or encodes it anew.
///
/// Reads Trazo's own file, safetensors, ONNX, JSON, the original project's pesos.pkl and other
/// pickles of arrays, and .npz archives, told by what is in the file. Writes by the name's ending:
/// .trazo, .safetensors, .onnx, .npz, .json or .pkl. What a file does not say and was assumed is in
/// the answer; what it leaves open is asked for by an option.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model there is; before the last may be a second file that has its weights.
    #[arg(value_name = "IN", required = true)]
    from: Vec<PathBuf>,
    /// The model to be.
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// How a .trazo file stores its weights.
    #[arg(long, value_enum, default_value_t = Weights::F32)]
    weights: Weights,
    /// What is applied between the layers, where the file does not say: relu, sigmoid or tanh.
    #[arg(long, value_name = "NAME")]
    activation: Option<String>,
    /// What the convolutions do at the edge, where the file does not say: same or valid, one for
    /// all or one each, with commas.
    #[arg(long, value_name = "NAMES")]
    padding: Option<String>,
    /// The side of the pooling behind each convolution, where the file does not say: 1 for none,
    /// one for all or one each, with commas.
    #[arg(long, value_name = "SIZES")]
    pool: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where the input cannot be read, or the output's format cannot hold it.
pub fn run(args: &Args) -> Result<(), Error> {
    let mut answers = Answers::default();
    let said = [
        ("activation", &args.activation),
        ("padding", &args.padding),
        ("pool", &args.pool),
    ];
    for (about, answer) in said {
        if let Some(answer) = answer {
            let wrong = |error| Error::Usage(format!("--{about}: {error}"));
            answers.answer(about, answer).map_err(wrong)?;
        }
    }
    let Some((from, beside)) = args.from.split_first() else {
        return Err(Error::Usage("there is no model to convert".into()));
    };
    let opened = model::read_any(from, &answers, beside)?;
    let file = &opened.model;
    let bytes = encode(file, args)?;
    files::write(&args.to, &bytes)?;
    let assumed: Vec<&str> = opened.assumed.iter().map(|one| one.text.as_str()).collect();
    print_json(
        &json!({
            "out": args.to.display().to_string(),
            "bytes": bytes.len(),
            "name": file.name,
            "parameters": file.network().params().len(),
            "assumed": assumed,
        }),
        false,
    )
}

fn encode(file: &ModelFile, args: &Args) -> Result<Vec<u8>, Error> {
    let to: &Path = &args.to;
    let bytes = match to.extension().and_then(|ending| ending.to_str()) {
        Some("trazo") => write_model(file, args.weights.into()),
        Some("safetensors") => write_safetensors(file),
        Some("onnx") => write_onnx(file),
        Some("npz") => write_npz(file),
        Some("json") => write_json(file),
        Some("pkl") => model_to_pesos(file),
        _ => {
            return Err(Error::Usage(format!(
                "{}: the ending must be .trazo, .safetensors, .onnx, .npz, .json or .pkl",
                to.display()
            )));
        }
    };
    bytes.map_err(|error| Error::data(to, error))
}
