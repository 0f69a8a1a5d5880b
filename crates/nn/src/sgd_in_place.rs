//! Stochastic gradient descent in place, for networks of dense layers only: the way the first networks
//! learned, one sample at a time or some, and the fastest there is for them.
//!
//! [`Network::loss_and_gradient`] writes a gradient as large as the network, for an optimizer to read;
//! here each weight is changed as soon as its gradient is known, and weights of inputs that are zero
//! (most of a picture is paper) are not even looked at. It is the same step, but for rounding.

use crate::Real;
use crate::error::{Result, grow, product};
use crate::layers::{Backward, Layer, MAX_BATCH, dense};
use crate::loss::{Targets, mean_loss};
use crate::model::Network;
use crate::spec::LayerSpec;
use crate::workspace::{LayerState, Workspace};

impl<T: Real> Network<T> {
    /// Whether [`Network::descend`] works here.
    pub(crate) fn is_all_dense(&self) -> bool {
        self.layers()
            .iter()
            .all(|layer| matches!(layer.spec, LayerSpec::Dense { .. }))
    }

    /// One step of plain descent on a batch; its mean loss before the step.
    ///
    /// # Errors
    /// As [`Network::loss_and_gradient`].
    pub(crate) fn descend(
        &mut self,
        inputs: &[T],
        targets: Targets<'_, T>,
        rate: T,
        ws: &mut Workspace<T>,
    ) -> Result<T> {
        let all = 0..self.layers().len();
        let rows = self.check_batch("training on a batch", &all, inputs)?;
        targets.check(rows, self.outputs())?;
        let widest = self.layers().iter().map(Layer::outputs).max();
        let sizes = [rows, widest.unwrap_or(0)];
        let count = product("the gradients of a batch", &sizes, MAX_BATCH)?;
        for delta in &mut ws.deltas {
            grow("the gradients of a batch", delta, count)?;
        }
        self.forward(all.clone(), inputs, rows, true, ws)?;
        let [delta, before] = &mut ws.deltas;
        let (mut delta, mut before) = (delta, before);
        let outputs = &ws.layers[all.end - 1].output[..rows * self.outputs()];
        let error = &mut delta[..outputs.len()];
        let loss = mean_loss(self.spec().loss, outputs, targets, self.outputs(), error);
        let (layers, params) = self.layers_and_params();
        for (index, layer) in layers.iter().enumerate().rev() {
            let (earlier, own) = ws.layers.split_at_mut(index);
            let input = match index {
                0 => inputs,
                _ => &earlier[index - 1].output[..rows * layer.inputs()],
            };
            let LayerState { output, .. } = &own[0];
            let pass = Backward {
                input,
                output: &output[..rows * layer.outputs()],
                delta: &mut delta[..rows * layer.outputs()],
                gradients: &mut [],
                input_delta: (index > 0).then(|| &mut before[..rows * layer.inputs()]),
            };
            let own_params = &mut params[layer.params.clone()];
            let scratch = &mut ws.scratch;
            dense::descend(layer, (rows, ws.isa), own_params, rate, pass, scratch)?;
            std::mem::swap(&mut delta, &mut before);
        }
        Ok(loss)
    }
}
