//! The network that is taught.

use trazo_nn::{LayerSpec, Network};

use crate::decide::DIGITS;
use crate::error::Error;
use crate::recipe::Recipe;

/// A network, how a drawing becomes its input, and what it is called.
#[derive(Debug, Clone)]
pub struct Model {
    /// For a person: `"digits"`, `"classic"`, or what a file calls itself.
    pub name: String,
    /// The weights.
    pub network: Network,
    /// From drawing to input.
    pub recipe: Recipe,
    /// Lessons since the pretrained weights, or since the file was opened.
    pub lessons: u32,
}

impl Model {
    /// Checks that the recipe's input and ten outputs fit the network.
    ///
    /// # Errors
    /// [`Error::ModelShape`] where they do not.
    pub fn check(&self) -> Result<(), Error> {
        let found = self.network.inputs();
        let outputs = self.network.outputs();
        let expected = self.recipe.input_len();
        if found == expected && outputs == DIGITS {
            Ok(())
        } else {
            Err(Error::ModelShape {
                expected,
                found,
                outputs,
            })
        }
    }

    /// Index of the first layer of the tail.
    pub fn tail(&self) -> usize {
        let layers = self.network.layers();
        layers
            .iter()
            .position(|l| matches!(l.spec, LayerSpec::Dense { .. }))
            .unwrap_or(layers.len().saturating_sub(1))
    }

    /// Where the tail's parameters begin.
    pub(super) fn tail_params(&self) -> usize {
        self.network
            .layers()
            .get(self.tail())
            .map_or(0, |l| l.params.start)
    }

    pub(crate) fn same_trunk(&self, other: &Model) -> bool {
        let end = self.tail_params();
        self.recipe == other.recipe
            && self.network.spec() == other.network.spec()
            && self.network.params().get(..end) == other.network.params().get(..end)
    }
}
