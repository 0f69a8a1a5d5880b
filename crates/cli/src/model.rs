//! Model files, and asking a network many questions at once.

use std::path::Path;

use rayon::prelude::*;
use trazo_formats::{
    Kind, ModelFile, pesos_to_model, read_model, read_onnx, read_safetensors, sniff,
};
use trazo_learn::Recipe;
use trazo_nn::{Loss, Network, Workspace};

use crate::error::Error;
use crate::files;

/// Samples that one worker reads at a time: enough for the kernels, little enough for the cache.
const CHUNK: usize = 64;

/// A network ready to read, with the way drawings become its input.
pub struct Model {
    /// What the file says about it.
    pub file: ModelFile,
    /// The network.
    pub network: Network,
    /// From a drawing to the network's input.
    pub recipe: Recipe,
}

/// What [`trazo_learn`] calls the recipe of a network with this `input`, `[height, width, planes]`.
///
/// # Errors
/// Where the file's network takes no drawings.
pub fn recipe_of(recipe: trazo_formats::Recipe, input: [usize; 3]) -> Result<Recipe, Error> {
    match recipe {
        trazo_formats::Recipe::PadBits20 => Ok(Recipe::PadBits20),
        trazo_formats::Recipe::Mnist28 { pen } => Ok(Recipe::Mnist28 {
            pen,
            marked: input == [28, 28, 2],
        }),
        trazo_formats::Recipe::Raw => Err(Error::Failed(
            "expected a network that reads drawings, found one that takes rows of numbers"
                .to_owned(),
        )),
    }
}

impl Model {
    /// Opens a model of any format that [`decode`] knows.
    ///
    /// # Errors
    /// Where it cannot be read, is damaged, or does not read ten digits.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = read_any(path)?;
        let network = file.network().map_err(|error| Error::data(path, error))?;
        Self::of(file, network, path)
    }

    /// A model of a file that was read, and of its network; `path` is for the errors.
    ///
    /// # Errors
    /// Where it does not read ten digits.
    pub fn of(file: ModelFile, network: Network, path: &Path) -> Result<Self, Error> {
        let recipe =
            recipe_of(file.recipe, file.spec.input).map_err(|error| Error::data(path, error))?;
        let outputs = network.outputs();
        if outputs != 10 || file.spec.input.iter().product::<usize>() != recipe.input_len() {
            return Err(Error::data(
                path,
                format!(
                    "expected a network from {} numbers to ten digits, found one from {:?} to {outputs}",
                    recipe.input_len(),
                    file.spec.input
                ),
            ));
        }
        Ok(Self {
            file,
            network,
            recipe,
        })
    }
}

/// Asks a network about many inputs with all the workers: its answers, rows of ten, in order.
///
/// # Errors
/// Where `inputs` are not whole rows of what the network takes.
pub fn probabilities(network: &Network, inputs: &[f32]) -> Result<Vec<f32>, Error> {
    ask(network, inputs, |chunk, workspace| {
        network.predict(chunk, workspace).map(<[f32]>::to_vec)
    })
}

/// The same before the softmax.
///
/// # Errors
/// As [`probabilities`].
pub fn logits(network: &Network, inputs: &[f32]) -> Result<Vec<f32>, Error> {
    ask(network, inputs, |chunk, workspace| {
        network.logits(chunk, workspace).map(<[f32]>::to_vec)
    })
}

fn ask(
    network: &Network,
    inputs: &[f32],
    one: impl Fn(&[f32], &mut Workspace) -> Result<Vec<f32>, trazo_nn::Error> + Sync,
) -> Result<Vec<f32>, Error> {
    let chunks = inputs.par_chunks(CHUNK * network.inputs().max(1));
    let rows: Vec<Vec<f32>> = chunks
        .map_init(Workspace::default, |workspace, chunk| one(chunk, workspace))
        .collect::<Result<_, _>>()?;
    Ok(rows.concat())
}

/// Ten chances that sum to one. A softmax's do already; a sigmoid layer's ten activations are
/// divided by their sum.
pub fn normalise(row: &[f32], loss: Loss) -> [f32; 10] {
    let mut chances = [0.0; 10];
    for (chance, &value) in chances.iter_mut().zip(row) {
        *chance = value;
    }
    if loss == Loss::SquaredError {
        let sum: f32 = chances.iter().sum();
        if sum > 0.0 {
            chances.iter_mut().for_each(|chance| *chance /= sum);
        } else {
            chances = [0.1; 10];
        }
    }
    chances
}

/// A model from a file of any format that holds one, told by its content.
///
/// # Errors
/// Where the file cannot be read, is of another kind, or is damaged.
pub fn read_any(path: &Path) -> Result<ModelFile, Error> {
    decode(&files::read(path)?).map_err(|error| Error::data(path, error))
}

/// [`read_any`] of bytes.
///
/// # Errors
/// As [`read_any`].
pub fn decode(bytes: &[u8]) -> Result<ModelFile, trazo_formats::Error> {
    match sniff(bytes) {
        Kind::Pickle => pesos_to_model(bytes),
        Kind::Safetensors => read_safetensors(bytes),
        Kind::Onnx => read_onnx(bytes),
        // What is none of these is told by the reader of Trazo's own files.
        _ => read_model(bytes),
    }
}
