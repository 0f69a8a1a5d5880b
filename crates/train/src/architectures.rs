//! The networks that can be trained by name, and the recipe of each.

use trazo_ink::normalize::CANONICAL_PEN;
use trazo_ink::{Planes, Recipe};
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, OptimizerSpec, Padding};

use crate::plan::{Plan, Seeds};
use crate::schedule::{Fall, Schedule};
use crate::stream::Mixture;

/// A network that can be asked for by name.
#[derive(Debug, Clone)]
pub struct Architecture {
    /// What it is asked for by, and what its model file is called.
    pub name: &'static str,
    /// Its shape in one line.
    pub about: &'static str,
    /// Shapes and layers.
    pub spec: NetworkSpec,
    /// The recipe by which a drawing becomes its input.
    pub recipe: Recipe,
    /// The settings of its training where nothing else is said.
    pub training: Training,
}

/// Settings of a run that belong to an architecture.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Passes through the data.
    pub epochs: u32,
    /// Samples a step.
    pub batch: usize,
    /// Peak learning rate.
    pub learning_rate: f32,
    /// Decoupled weight decay.
    pub weight_decay: f32,
    /// The mixture of an epoch.
    pub mixture: Mixture,
}

/// All architectures, the one that ships first.
pub fn all() -> Vec<Architecture> {
    vec![
        digits(
            "digits",
            "12 and 16 filters at full size, then two by two of 32 and of 64: what ships",
            vec![
                conv(12, 3, Padding::Valid),
                conv(16, 3, Padding::Valid),
                pool(),
                conv(32, 3, Padding::Same),
                conv(32, 3, Padding::Same),
                pool(),
                conv(64, 3, Padding::Same),
                conv(64, 3, Padding::Same),
                pool(),
            ],
        ),
        digits(
            "small",
            "12 filters, then two by two of 24 and of 48: half the work",
            two_by_two(24, 48),
        ),
        digits(
            "large",
            "16 filters, two times 32, then 48, 64 and 64",
            vec![
                conv(16, 5, Padding::Valid),
                pool(),
                conv(32, 3, Padding::Same),
                conv(32, 3, Padding::Same),
                pool(),
                conv(48, 3, Padding::Same),
                conv(64, 3, Padding::Same),
                conv(64, 3, Padding::Same),
                pool(),
            ],
        ),
        digits(
            "wide",
            "as small, with 32 and 64 filters",
            two_by_two(32, 64),
        ),
        classic(),
    ]
}

/// The architecture of this name, if there is one.
pub fn named(name: &str) -> Option<Architecture> {
    all()
        .into_iter()
        .find(|architecture| architecture.name == name)
}

/// How fast the average of the weights forgets: it remembers about a thousand steps.
const AVERAGE_DECAY: f32 = 0.999;

impl Training {
    /// These settings as the plan of a run: AdamW (Loshchilov and Hutter, «Decoupled weight decay
    /// regularization», ICLR 2019) with a warm-up of a twenty-fifth, half a cosine down to nearly
    /// nothing, and an average of the weights.
    pub fn plan(&self, network: NetworkSpec, seed: u64) -> Plan {
        Plan {
            network,
            optimizer: OptimizerSpec::Adam {
                learning_rate: f64::from(self.learning_rate),
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                weight_decay: f64::from(self.weight_decay),
            },
            schedule: Schedule {
                warm_up: 0.04,
                longest_warm_up: 1_000,
                fall: Fall::Cosine,
                floor: 0.002,
            },
            epochs: self.epochs,
            batch: self.batch,
            part: Plan::PART,
            seeds: Seeds {
                weights: seed,
                order: seed,
            },
            average: Some(AVERAGE_DECAY),
            look_every: None,
            frozen: Vec::new(),
            patience: None,
        }
    }
}

/// A convolution as the shipped networks have it: no activation of its own, batch normalization
/// and ReLU after it (Ioffe and Szegedy, ICML 2015, section 3.2); folded into one when done.
fn conv(filters: usize, kernel: usize, padding: Padding) -> Vec<LayerSpec> {
    vec![
        LayerSpec::Conv {
            filters,
            kernel,
            padding,
            activation: Activation::Linear,
        },
        LayerSpec::BatchNorm {
            activation: Activation::Relu,
        },
    ]
}

fn pool() -> Vec<LayerSpec> {
    vec![LayerSpec::MaxPool { size: 2 }]
}

/// Twelve filters of 5x5, then two convolutions of `early` and two of `late`.
fn two_by_two(early: usize, late: usize) -> Vec<Vec<LayerSpec>> {
    vec![
        conv(12, 5, Padding::Valid),
        pool(),
        conv(early, 3, Padding::Same),
        conv(early, 3, Padding::Same),
        pool(),
        conv(late, 3, Padding::Same),
        conv(late, 3, Padding::Same),
        pool(),
    ]
}

/// A network for 28x28 ink: these features, then one dense layer of ten, which is what the page
/// trains on in a lesson.
fn digits(name: &'static str, about: &'static str, features: Vec<Vec<LayerSpec>>) -> Architecture {
    let mut layers = features.concat();
    layers.push(LayerSpec::Dense {
        units: 10,
        activation: Activation::Linear,
    });
    Architecture {
        name,
        about,
        spec: NetworkSpec {
            // Beside the ink whether a pen or a picture made it, and which way the pen went.
            input: [28, 28, 4],
            layers,
            loss: Loss::CrossEntropy,
        },
        recipe: Recipe::Mnist28 {
            pen: CANONICAL_PEN,
            planes: Planes::Directed,
        },
        training: Training {
            epochs: 20,
            batch: 128,
            learning_rate: 0.003,
            weight_decay: 0.06,
            mixture: Mixture {
                pen_repeat: 2,
                synthetic: 0.08,
                negatives: 0.1,
                imported: 0.01,
                undirected: 0.15,
                backwards: 0.03,
                smoothing: 0.02,
                augment: 0.7,
                settle: 0.0,
            },
        },
    }
}

/// The original project's network: 400-100-10 sigmoid under squared error.
fn classic() -> Architecture {
    let dense = |units| LayerSpec::Dense {
        units,
        activation: Activation::Sigmoid,
    };
    Architecture {
        name: "classic",
        about: "the original's: 20x20 ones and zeros, 400-100-10 sigmoid, squared error",
        spec: NetworkSpec {
            input: [20, 20, 1],
            layers: vec![dense(100), dense(10)],
            loss: Loss::SquaredError,
        },
        recipe: Recipe::PadBits20,
        training: Training {
            epochs: 60,
            batch: 128,
            learning_rate: 0.002,
            weight_decay: 0.0,
            mixture: Mixture {
                pen_repeat: 2,
                synthetic: 0.08,
                negatives: 0.05,
                imported: 0.0,
                undirected: 0.0,
                backwards: 0.0,
                smoothing: 0.0,
                // 40,000 weights that know nothing of neighborhood have enough to learn as it is.
                augment: 0.5,
                settle: 0.0,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_nn::Network;

    #[test]
    fn every_architecture_can_be_built_and_has_a_last_layer_that_a_lesson_can_train() {
        for architecture in all() {
            let network = Network::<f32>::new(architecture.spec.clone(), 1)
                .unwrap()
                .fold_batch_norm()
                .unwrap();
            let features: usize = network
                .layers()
                .last()
                .map(|layer| layer.in_shape.iter().product())
                .unwrap();
            assert!(features <= 1_200, "{}: {features}", architecture.name);
            assert!(
                network.params().len() <= 110_000,
                "{}: {}",
                architecture.name,
                network.params().len()
            );
        }
    }
}
