//! Model files, and asking a network many questions at once.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use trazo_formats::{Answers, ModelFile, Opened, open_model_with};
use trazo_ink::Recipe;
use trazo_nn::{Loss, Network, Workspace};

use crate::error::Error;
use crate::files;

/// Samples that one worker reads at a time: enough for the kernels, little enough for the cache.
const CHUNK: usize = 64;

/// A network ready to read, with the way drawings become its input.
pub struct Model {
    /// What it is called.
    pub name: String,
    /// The network.
    pub network: Network,
    /// From a drawing to the network's input.
    pub recipe: Recipe,
}

impl Model {
    /// Opens a model of any format that Trazo knows.
    ///
    /// # Errors
    /// Where it cannot be read, is damaged, or does not read ten digits.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::of(read_any(path, &Answers::default(), &[])?.model, path)
    }

    /// The model of a file that was read; `path` is for the errors.
    ///
    /// # Errors
    /// Where it does not read ten digits.
    pub fn of(file: ModelFile, path: &Path) -> Result<Self, Error> {
        let wrong = |found: String| {
            let problem =
                format!("expected a network that reads drawings of the ten digits, found {found}");
            Error::data(path, problem)
        };
        let Some(recipe) = file.recipe() else {
            let input = file.network().spec().input;
            return Err(wrong(format!("one that takes rows of numbers, {input:?}")));
        };
        if !file.reads_digits() {
            return Err(wrong(format!("one of {}", file.labels().join(", "))));
        }
        Ok(Self {
            name: file.name.clone(),
            network: file.into_network(),
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
pub fn normalize(row: &[f32], loss: Loss) -> [f32; 10] {
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

/// A model from a file of any format that holds one, told by its content, and what had to be
/// assumed to open it. `beside` are files that may hold its weights; a file that it names and that
/// lies beside it is taken without being asked for.
///
/// # Errors
/// Where a file cannot be read, is of another kind, or is damaged.
pub fn read_any(path: &Path, answers: &Answers, beside: &[PathBuf]) -> Result<Opened, Error> {
    let bytes = files::read(path)?;
    let mut others = Vec::new();
    for path in beside {
        others.push((name_of(path), files::read(path)?));
    }
    let open = |others: &[(String, Vec<u8>)]| {
        let others: Vec<(&str, &[u8])> = others
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        open_model_with(&bytes, answers, &others)
    };
    let mut opened = open(&others);
    if let Err(trazo_formats::Error::NeedsFile { file }) = &opened {
        // Only a name, never a way to elsewhere: the reader has seen to it.
        let neighbor = path.with_file_name(file);
        if neighbor.is_file() {
            others.push((file.clone(), files::read(&neighbor)?));
            opened = open(&others);
        }
    }
    opened.map_err(|error| match &error {
        trazo_formats::Error::Undecided { about, .. } => {
            let problem = format!("{error} Say which to `trazo convert`, with --{about}.");
            Error::data(path, problem)
        }
        _ => Error::data(path, error),
    })
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
