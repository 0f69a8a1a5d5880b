//! `trazo inspect`: what is in a file.

use std::path::PathBuf;

use serde_json::{Value, json};
use trazo_formats::{
    Answers, Assumed, Kind, ModelFile, Opened, idx, read_checkpoint, read_npy, read_project, sniff,
    strokes, unpacked,
};

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
    let file = files::read(&args.file)?;
    let wrong = |error: trazo_formats::Error| Error::data(&args.file, error);
    let (bytes, _) = unpacked(&file).map_err(wrong)?;
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
            json!({
                "digits": reading.samples.len(),
                "without_label": reading.unlabelled,
                "bad_lines": reading.skipped.len() - reading.unlabelled,
                "assumed": texts(&reading.assumed),
            })
        }
        Kind::Npy => json!({"shape": read_npy(&bytes).map_err(wrong)?.shape}),
        Kind::TrazoModel
        | Kind::Pickle
        | Kind::Safetensors
        | Kind::Onnx
        | Kind::Zip
        | Kind::Json => {
            let opened = model::read_any(&args.file, &Answers::default(), &[])?;
            describe_opened(&opened)
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
        fields.insert("bytes".to_owned(), json!(file.len()));
        fields.insert(
            "kind".to_owned(),
            json!(kind.sentence().trim_start_matches("it is ")),
        );
    }
    print_json(&found, false)
}

fn texts(assumed: &[Assumed]) -> Vec<&str> {
    assumed.iter().map(|one| one.text.as_str()).collect()
}

fn describe_opened(opened: &Opened) -> Value {
    let mut described = describe(&opened.model);
    if let (Value::Object(fields), false) = (&mut described, opened.assumed.is_empty()) {
        fields.insert("assumed".to_owned(), json!(texts(&opened.assumed)));
    }
    described
}

/// A model's shape and story.
fn describe(file: &ModelFile) -> Value {
    let network = file.network();
    let layers: Vec<Value> = network
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
        .collect();
    let record: serde_json::Map<String, Value> = file
        .record
        .lines
        .iter()
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    json!({
        "name": file.name,
        "parameters": network.params().len(),
        "multiply_adds": network.multiply_adds(),
        "input": network.spec().input,
        "recipe": file.recipe().map_or_else(|| "Raw".to_owned(), |recipe| format!("{recipe:?}")),
        "loss": network.spec().loss,
        "layers": layers,
        "labels": file.labels(),
        "record": record,
    })
}
