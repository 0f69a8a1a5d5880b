//! Writes models in every format, and what they answer, for `tests/reference/check_other_tools.py`.
//!
//! ```sh
//! cargo run --release -p trazo-formats --example export -- FOLDER [MODEL.trazo …]
//! ```
//!
//! For each model: `NAME.trazo`, `NAME.safetensors`, `NAME.onnx`, `NAME.npz`, `NAME.json`, `NAME.pkl`
//! (where a pickle can hold it), `NAME.inputs` (32 rows of little-endian `f32`), `NAME.answers` (the
//! same, of outputs).

use std::error::Error;
use std::path::Path;

use trazo_formats::{
    Encoding, ModelFile, model_to_pesos, open_model, pesos_to_model, write_json, write_model,
    write_npz, write_onnx, write_safetensors,
};
use trazo_nn::{Network, Workspace};

const ROWS: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: export FOLDER [MODEL …]")?;
    let more: Vec<String> = arguments.collect();
    export(Path::new(&folder), &more)
}

/// Writes the models, and those of these files, into a folder.
pub fn export(folder: &Path, more: &[String]) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;

    // Every kind of layer, both paddings, pictures that are not square, more than one channel.
    let convolutional = build(
        "convolutional",
        r#"{"input": [13, 9, 2], "layers": [
            {"type": "conv", "filters": 5, "kernel": 3, "padding": "same"},
            {"type": "batchnorm", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "conv", "filters": 4, "kernel": 3, "padding": "valid", "activation": "sigmoid"},
            {"type": "dropout", "rate": 0.5},
            {"type": "dense", "units": 12},
            {"type": "batchnorm", "activation": "relu"},
            {"type": "dense", "units": 10, "activation": "softmax"}
        ], "loss": "cross-entropy"}"#,
    )?;
    let picture = build(
        "picture",
        r#"{"input": [6, 5, 2], "layers": [
            {"type": "conv", "filters": 3, "kernel": 5, "padding": "same", "activation": "relu"}
        ], "loss": "squared-error"}"#,
    )?;
    let mut small = pesos_to_model(include_bytes!("../tests/reference/small.pkl"))?;
    small.name = "small".into();
    let mut models = vec![convolutional, picture, small];
    for path in more {
        models.push(open_model(&std::fs::read(path)?)?);
    }

    for model in &models {
        let network = model.network();
        let inputs = noise(ROWS * network.inputs());
        let answers = network.predict(&inputs, &mut Workspace::new())?.to_vec();
        let write = |kind: &str, file: Vec<u8>| {
            std::fs::write(folder.join(format!("{}.{kind}", model.name)), file)
        };
        write("inputs", bytes(&inputs))?;
        write("answers", bytes(&answers))?;
        write("trazo", write_model(model, Encoding::F32)?)?;
        write("safetensors", write_safetensors(model)?)?;
        write("onnx", write_onnx(model)?)?;
        write("npz", write_npz(model)?)?;
        write("json", write_json(model)?)?;
        if let Ok(pickle) = model_to_pesos(model) {
            write("pkl", pickle)?;
        }
        println!("{}", model.name);
    }
    Ok(())
}

fn build(name: &str, spec: &str) -> Result<ModelFile, Box<dyn Error>> {
    let mut network = Network::new(serde_json::from_str(spec)?, 11)?;
    // Biases and running statistics begin as zeros and ones; here they are to count.
    network.update(|params| {
        let shifts = noise(params.len());
        for (param, shift) in params.iter_mut().zip(shifts) {
            *param += 0.25 * shift;
        }
    });
    Ok(ModelFile::new(name, network, None)?)
}

/// Numbers from 0 to 1 from a linear congruential generator (Numerical Recipes' constants).
fn noise(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1_u32 << 24) as f32
    };
    (0..count).map(|_| next()).collect()
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}
