//! A network, its optimizer and its workspace, tied together: training in one call.

use crate::Real;
use crate::error::Result;
use crate::kernels::sparse::is_sparse;
use crate::loss::Targets;
use crate::model::Network;
use crate::optimizer::{Optimizer, OptimizerSpec};
use crate::workspace::Workspace;

/// Trains a network batch by batch; allocates nothing after the first.
///
/// ```
/// use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, OptimizerSpec, Trainer};
/// let spec = NetworkSpec {
///     input: [1, 1, 2],
///     layers: vec![
///         LayerSpec::Dense { units: 8, activation: Activation::Relu },
///         LayerSpec::Dense { units: 2, activation: Activation::Linear },
///     ],
///     loss: Loss::CrossEntropy,
/// };
/// let mut trainer = Trainer::new(Network::<f32>::new(spec, 3)?, OptimizerSpec::adam(0.05), 3)?;
/// // Exclusive or.
/// let (inputs, labels) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0, 1, 1, 0]);
/// for _ in 0..200 {
///     trainer.train_batch(&inputs, &labels)?;
/// }
/// assert!(trainer.train_batch(&inputs, &labels)? < 0.01);
/// # Ok::<(), trazo_nn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trainer<T: Real = f32> {
    /// The network that is trained.
    pub network: Network<T>,
    /// The optimizer that steps.
    pub optimizer: Optimizer<T>,
    /// The memory it works in.
    pub workspace: Workspace<T>,
}

impl<T: Real> Trainer<T> {
    /// A trainer of `network`; `seed` is for dropout.
    ///
    /// # Errors
    /// As [`Optimizer::new`].
    pub fn new(network: Network<T>, optimizer: OptimizerSpec, seed: u64) -> Result<Self> {
        let mut workspace = Workspace::new();
        workspace.set_training(seed);
        Ok(Trainer {
            optimizer: Optimizer::for_network(optimizer, &network)?,
            network,
            workspace,
        })
    }

    /// Takes one step on a batch, and returns its mean loss before the step.
    ///
    /// # Errors
    /// As [`Network::loss_and_gradient`]; the network is then as before.
    pub fn train_batch(&mut self, inputs: &[T], labels: &[u8]) -> Result<T> {
        self.train(inputs, Targets::Labels(labels), T::ONE)
    }

    /// Takes one step on a batch with any targets, the learning rate times `scale`, and returns its
    /// mean loss before the step.
    ///
    /// # Errors
    /// As [`Trainer::train_batch`].
    pub fn train(&mut self, inputs: &[T], targets: Targets<'_, T>, scale: T) -> Result<T> {
        let ws = &mut self.workspace;
        // Where little is zero, a gradient written down by the large multiply is faster.
        let in_place = self.network.is_all_dense()
            && (inputs.len() == self.network.inputs() || is_sparse(inputs));
        if let (true, Some(rate)) = (in_place, self.optimizer.plain_rate(scale)) {
            let loss = self.network.descend(inputs, targets, rate, ws)?;
            self.optimizer.count_step();
            return Ok(loss);
        }
        let loss = self.network.loss_and_gradient(0, inputs, targets, ws)?;
        let optimizer = &mut self.optimizer;
        self.network.update(|params| {
            let range = 0..params.len();
            optimizer.step(params, ws.gradients(), scale, range)
        })?;
        self.network.absorb_statistics([&self.workspace]);
        Ok(loss)
    }
}
