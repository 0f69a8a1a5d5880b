//! `trazo inspect`: what is in a file.

use std::path::PathBuf;

use serde_json::{Value, json};
use trazo_formats::{Kind, ModelFile, idx, read_checkpoint, read_project, sniff, strokes};
use trazo_nn::Network;

use crate::error::Error;
use crate::{files, model, print_json};

/// Says what is in a file: models and projects, weights from elsewhere, MNIST's files, strokes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Where the file cannot be read, or is damaged.
pub fn run(args: &Args) -> Result<(), Error> {
    let bytes = files::read(&args.file)?;
    let wrong = |error: trazo_formats::Error| Error::data(&args.file, error);
    let kind = sniff(&bytes);
    let mut found = match kind {
        Kind::TrazoProject => {
            let project = read_project(&bytes).map_err(wrong)?;
            let models: Vec<Value> = project
                .models
                .iter()
                .map(|model| describe(&model.model))
                .collect();
            json!({"models": models, "selected": project.selected, "examples": project.examples.len()})
        }
        Kind::TrazoCheckpoint => {
            json!({"state_bytes": read_checkpoint(&bytes).map_err(wrong)?.len()})
        }
        Kind::Idx => match idx::read_images(&bytes) {
            Ok(images) => {
                json!({"pictures": images.count, "rows": images.rows, "columns": images.columns})
            }
            Err(_) => json!({"labels": idx::read_labels(&bytes).map_err(wrong)?.len()}),
        },
        Kind::Strokes => {
            let reading = strokes::read_lenient(&bytes);
            json!({"digits": reading.samples.len(), "bad_lines": reading.skipped.len()})
        }
        Kind::TrazoModel | Kind::Pickle | Kind::Safetensors | Kind::Onnx => {
            describe(&model::decode(&bytes).map_err(wrong)?)
        }
        _ => {
            return Err(Error::data(
                &args.file,
                format!("expected a file that Trazo knows, but {}", kind.sentence()),
            ));
        }
    };
    if let Value::Object(fields) = &mut found {
        fields.insert("file".to_owned(), json!(args.file.display().to_string()));
        fields.insert("bytes".to_owned(), json!(bytes.len()));
        fields.insert(
            "kind".to_owned(),
            json!(kind.sentence().trim_start_matches("it is ")),
        );
    }
    print_json(&found, false)
}

/// A model's shape and story.
fn describe(file: &ModelFile) -> Value {
    let network = Network::from_params(file.spec.clone(), file.params.clone());
    let layers = network.as_ref().map_or_else(
        |_| Vec::new(),
        |network| {
            network
                .layers()
                .iter()
                .map(|layer| {
                    json!({
                        "layer": layer.spec,
                        "in": layer.in_shape,
                        "out": layer.out_shape,
                        "parameters": layer.params.len(),
                    })
                })
                .collect()
        },
    );
    let record: serde_json::Map<String, Value> = file
        .record
        .lines
        .iter()
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    json!({
        "name": file.name,
        "parameters": file.params.len(),
        "multiply_adds": network.as_ref().map_or(0, Network::multiply_adds),
        "input": file.spec.input,
        "recipe": format!("{:?}", file.recipe),
        "loss": file.spec.loss,
        "layers": layers,
        "labels": file.labels,
        "record": record,
    })
}
