//! The network: a list of layers and one flat vector of parameters.
//!
//! It fits on two pages. [`Network::loss_and_gradient`] is all there is to learning: forward through
//! the layers, how wrong it was, and backward through the layers. What the layers do is in
//! [`crate::layers`], one file each; how they do it fast is in [`crate::kernels`].

use crate::Real;
use crate::error::{Error, Result, grow, product};
use crate::init::Start;
use crate::layers::{self, Backward, Context, Layer, MAX_BATCH, batch_norm};
use crate::loss::{Targets, mean_loss, softmax};
use crate::spec::{LayerSpec, Loss, NetworkSpec};
use crate::workspace::{LayerState, Workspace};
use std::ops::Range;

/// Samples that go through the layers together when the network only answers: enough to keep the
/// kernels busy, few enough for the activations to stay in the cache.
const INFERENCE_BATCH: usize = 32;

/// A network. It never changes while it runs, so threads can share it; see [`Workspace`].
///
/// ```
/// use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Targets, Workspace};
///
/// let spec = NetworkSpec {
///     input: [28, 28, 1],
///     layers: vec![
///         LayerSpec::Dense { units: 128, activation: Activation::Relu },
///         LayerSpec::Dense { units: 10, activation: Activation::Linear },
///     ],
///     loss: Loss::CrossEntropy,
/// };
/// let mut network = Network::<f32>::new(spec, 42)?;
/// let mut ws = Workspace::new();
///
/// let picture = vec![0.5; 784];
/// let before = network.predict(&picture, &mut ws)?[3];
/// // One step of descent by hand.
/// network.loss_and_gradient(0, &picture, Targets::Labels(&[3]), &mut ws)?;
/// network.update(|params| {
///     for (p, g) in params.iter_mut().zip(ws.gradients()) {
///         *p -= 0.01 * g;
///     }
/// });
/// assert!(network.predict(&picture, &mut ws)?[3] > before);
/// # Ok::<(), trazo_nn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network<T: Real = f32> {
    spec: NetworkSpec,
    layers: Vec<Layer>,
    params: Vec<T>,
}

impl<T: Real> Network<T> {
    /// A network with random weights (see [`crate::init`]); the same seed gives the same weights.
    ///
    /// # Errors
    /// Whatever is wrong with `spec`: see [`Error`].
    pub fn new(spec: NetworkSpec, seed: u64) -> Result<Self> {
        Self::with_start(spec, Start::Usual, seed)
    }

    /// As [`Network::new`], from another start.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn with_start(spec: NetworkSpec, start: Start, seed: u64) -> Result<Self> {
        let layers = layers::place(&spec)?;
        let count = layers.last().map_or(0, |layer| layer.params.end);
        let mut params = Vec::new();
        grow("the parameters of the network", &mut params, count)?;
        for (index, layer) in layers.iter().enumerate() {
            let own = &mut params[layer.params.clone()];
            layers::init(start, &layers, index, own, seed);
        }
        Ok(Network {
            spec,
            layers,
            params,
        })
    }

    /// A network with the given parameters: layer after layer, weights before biases.
    ///
    /// # Errors
    /// As [`Network::new`], and when the number of parameters does not fit or one is not finite.
    pub fn from_params(spec: NetworkSpec, params: Vec<T>) -> Result<Self> {
        let layers = layers::place(&spec)?;
        let count = layers.last().map_or(0, |layer| layer.params.end);
        if params.len() != count {
            return Err(Error::Shape {
                operation: "the parameters of the network",
                expected: [count].into(),
                found: [params.len()].into(),
            });
        }
        if let Some(index) = params.iter().position(|p| !p.is_finite()) {
            return Err(Error::NotFinite { index });
        }
        Ok(Network {
            spec,
            layers,
            params,
        })
    }

    /// What the network is made of.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// The parameters: layer after layer, weights before biases.
    pub fn params(&self) -> &[T] {
        &self.params
    }

    /// The layers, with their shapes and their places in [`Network::params`].
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// How many numbers one sample is.
    pub fn inputs(&self) -> usize {
        self.spec.input.iter().product()
    }

    /// How many numbers one answer is.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, Layer::outputs)
    }

    /// How many multiply-adds one answer takes.
    pub fn multiply_adds(&self) -> u64 {
        self.layers.iter().map(Layer::multiply_adds).sum()
    }

    /// The one way to change the parameters.
    pub fn update<R>(&mut self, change: impl FnOnce(&mut [T]) -> R) -> R {
        change(&mut self.params)
    }

    /// Moves the running statistics of every batch normalization a tenth of the way towards the mean
    /// of those that `workspaces` have measured on the batches they trained with last. A workspace
    /// that has not trained has no say.
    pub fn absorb_statistics<'w>(
        &mut self,
        workspaces: impl IntoIterator<Item = &'w Workspace<T>> + Clone,
    ) {
        let (layers, params) = self.layers_and_params();
        for (index, layer) in layers.iter().enumerate() {
            if !matches!(layer.spec, LayerSpec::BatchNorm { .. }) {
                continue;
            }
            let channels = layer.in_shape[2];
            batch_norm::absorb(params, layer, || {
                workspaces.clone().into_iter().filter_map(|ws| {
                    let statistics = &ws.layers.get(index)?.saved.statistics;
                    statistics.get(..2 * channels)
                })
            });
        }
    }

    /// Whether any layer is a batch normalization.
    pub fn has_batch_norm(&self) -> bool {
        self.layers()
            .iter()
            .any(|layer| matches!(layer.spec, LayerSpec::BatchNorm { .. }))
    }

    /// A network that answers as this one does without batch normalization and dropout: each scale and shift is worked
    /// into the weights of the layer before it.
    ///
    /// # Errors
    /// [`Error::NotFinite`] when that takes a weight out of range.
    pub fn fold_batch_norm(&self) -> Result<Self> {
        let (layers, params) = batch_norm::fold_all(self.layers(), self.params());
        let spec = NetworkSpec {
            layers,
            ..self.spec().clone()
        };
        Self::from_params(spec, params)
    }

    /// The layers, and the parameters to be changed.
    pub(crate) fn layers_and_params(&mut self) -> (&[Layer], &mut [T]) {
        (&self.layers, &mut self.params)
    }

    /// What the network answers to each sample of `inputs` (`[batch, height, width, channels]`):
    /// `[batch, outputs]`, probabilities under cross-entropy.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::EmptyBatch`] when `inputs` is not a whole number of samples.
    pub fn predict<'w>(&self, inputs: &[T], ws: &'w mut Workspace<T>) -> Result<&'w [T]> {
        let count = self.infer(0..self.layers.len(), inputs, ws)?;
        let answers = &mut ws.outputs[..count];
        if self.spec.loss == Loss::CrossEntropy {
            answers.chunks_exact_mut(self.outputs()).for_each(softmax);
        }
        Ok(answers)
    }

    /// What the last layer puts out for each sample of `inputs`, before any softmax:
    /// `[batch, outputs]`.
    ///
    /// # Errors
    /// As [`Network::predict`].
    pub fn logits<'w>(&self, inputs: &[T], ws: &'w mut Workspace<T>) -> Result<&'w [T]> {
        self.forward_layers(0..self.layers.len(), inputs, ws)
    }

    /// Runs only some of the layers: `inputs` are the activations that enter the first of them, the
    /// result those that leave the last. `0..k` gives the features on which training from layer `k`
    /// goes on.
    ///
    /// # Errors
    /// As [`Network::predict`], and [`Error::LayerRange`].
    pub fn forward_layers<'w>(
        &self,
        range: Range<usize>,
        inputs: &[T],
        ws: &'w mut Workspace<T>,
    ) -> Result<&'w [T]> {
        let count = self.infer(range, inputs, ws)?;
        Ok(&ws.outputs[..count])
    }

    /// The mean loss of a batch, and its gradient by every parameter in [`Workspace::gradients`].
    ///
    /// `inputs` are the activations that enter layer `from_layer` (the samples themselves for 0).
    /// The layers before it are frozen: they are not run, and their gradient is zero. Whether dropout
    /// drops is up to the workspace: see [`Workspace::set_training`].
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::EmptyBatch`], [`Error::Label`] or [`Error::LayerRange`] when the
    /// batch does not fit.
    pub fn loss_and_gradient(
        &self,
        from_layer: usize,
        inputs: &[T],
        targets: Targets<'_, T>,
        ws: &mut Workspace<T>,
    ) -> Result<T> {
        let range = from_layer..self.layers.len();
        let rows = self.check_batch("training on a batch", &range, inputs)?;
        targets.check(rows, self.outputs())?;
        self.reserve(ws, &range, rows)?;
        let training = ws.training;

        self.forward(range.clone(), inputs, rows, true, ws)?;

        let last = &ws.layers[range.end - 1].output[..rows * self.outputs()];
        ws.outputs.clear();
        ws.outputs.extend_from_slice(last);
        let [delta, before] = &mut ws.deltas;
        let (mut delta, mut before) = (delta, before);
        let error = &mut delta[..ws.outputs.len()];
        let loss = mean_loss(self.spec.loss, &ws.outputs, targets, self.outputs(), error);

        ws.gradients[..self.layers[from_layer].params.start].fill(T::ZERO);
        for index in range.rev() {
            let layer = &self.layers[index];
            let (earlier, own) = ws.layers.split_at_mut(index);
            let input = match index {
                _ if index == from_layer => inputs,
                _ => &earlier[index - 1].output[..rows * layer.inputs()],
            };
            let LayerState { output, saved } = &mut own[0];
            let pass = Backward {
                input,
                output: &output[..rows * layer.outputs()],
                delta: &mut delta[..rows * layer.outputs()],
                gradients: &mut ws.gradients[layer.params.clone()],
                // Nobody asks what the input of the first layer ought to have been.
                input_delta: (index > from_layer).then(|| &mut before[..rows * layer.inputs()]),
            };
            let context = self.context(index, rows, ws.isa, training.map(|t| t.of_layer(index)));
            layers::backward(context, pass, saved, &mut ws.scratch)?;
            std::mem::swap(&mut delta, &mut before);
        }
        if let Some(training) = &mut ws.training {
            training.step = training.step.wrapping_add(1);
        }
        Ok(loss)
    }

    /// Runs `range` over all of `inputs`, some samples at a time; the answers go to `ws.outputs`.
    /// Returns how many numbers they are.
    fn infer(&self, range: Range<usize>, inputs: &[T], ws: &mut Workspace<T>) -> Result<usize> {
        let rows = self.check_batch("a prediction", &range, inputs)?;
        let inputs_each = self.layers[range.start].inputs();
        let outputs_each = self.layers[range.end - 1].outputs();
        let count = product(
            "the answers to a batch",
            &[rows, outputs_each],
            isize::MAX as usize,
        )?;
        grow("the answers to a batch", &mut ws.outputs, count)?;
        let mut done = 0;
        for inputs in inputs.chunks(INFERENCE_BATCH.saturating_mul(inputs_each)) {
            let rows = inputs.len() / inputs_each;
            self.forward(range.clone(), inputs, rows, false, ws)?;
            let answers = &ws.layers[range.end - 1].output[..rows * outputs_each];
            ws.outputs[done..done + answers.len()].copy_from_slice(answers);
            done += answers.len();
        }
        Ok(count)
    }

    /// Runs `range` over a batch; every layer's output stays in the workspace.
    pub(crate) fn forward(
        &self,
        range: Range<usize>,
        inputs: &[T],
        rows: usize,
        train: bool,
        ws: &mut Workspace<T>,
    ) -> Result<()> {
        ws.layers
            .resize_with(self.layers.len(), LayerState::default);
        let training = ws.training.filter(|_| train);
        for index in range.clone() {
            let layer = &self.layers[index];
            let (earlier, own) = ws.layers.split_at_mut(index);
            let input = match index {
                _ if index == range.start => inputs,
                _ => &earlier[index - 1].output[..rows * layer.inputs()],
            };
            let LayerState { output, saved } = &mut own[0];
            let count = product(
                "the activations of a batch",
                &[rows, layer.outputs()],
                isize::MAX as usize,
            )?;
            let output = grow("the activations of a batch", output, count)?;
            let context = self.context(index, rows, ws.isa, training.map(|t| t.of_layer(index)));
            layers::forward(context, input, output, saved, &mut ws.scratch)?;
        }
        Ok(())
    }

    fn context(
        &self,
        index: usize,
        rows: usize,
        isa: crate::Isa,
        training: Option<u64>,
    ) -> Context<'_, T> {
        let layer = &self.layers[index];
        Context {
            layer,
            params: &self.params[layer.params.clone()],
            rows,
            isa,
            training,
        }
    }

    /// That `range` lies within the network and `inputs` is one or more samples; how many.
    pub(crate) fn check_batch(
        &self,
        operation: &'static str,
        range: &Range<usize>,
        inputs: &[T],
    ) -> Result<usize> {
        if range.start >= range.end || range.end > self.layers.len() {
            return Err(Error::LayerRange {
                start: range.start,
                end: range.end,
                layers: self.layers.len(),
            });
        }
        if inputs.is_empty() {
            return Err(Error::EmptyBatch { operation });
        }
        let layer = &self.layers[range.start];
        let each = layer.inputs();
        if !inputs.len().is_multiple_of(each) {
            let [height, width, channels] = layer.in_shape;
            return Err(Error::Shape {
                operation,
                expected: [inputs.len().div_ceil(each), height, width, channels].into(),
                found: [inputs.len()].into(),
            });
        }
        Ok(inputs.len() / each)
    }

    /// That `sample` is one sample.
    pub(crate) fn check_sample(&self, operation: &'static str, sample: &[T]) -> Result<()> {
        let rows = self.check_batch(operation, &(0..self.layers.len()), sample)?;
        if rows == 1 {
            return Ok(());
        }
        Err(Error::Shape {
            operation,
            expected: self.spec.input.into(),
            found: [sample.len()].into(),
        })
    }

    /// Makes the workspace large enough for a training step.
    fn reserve(&self, ws: &mut Workspace<T>, range: &Range<usize>, rows: usize) -> Result<()> {
        let widest = self.layers[range.clone()]
            .iter()
            .map(|layer| layer.outputs().max(layer.inputs()))
            .max()
            .unwrap_or(0);
        let count = product("the gradients of a batch", &[rows, widest], MAX_BATCH)?;
        grow(
            "the answers to a batch",
            &mut ws.outputs,
            rows * self.outputs(),
        )?;
        for delta in &mut ws.deltas {
            grow("the gradients of a batch", delta, count)?;
        }
        ws.gradients.truncate(self.params.len());
        grow("the gradient", &mut ws.gradients, self.params.len())?;
        Ok(())
    }
}
