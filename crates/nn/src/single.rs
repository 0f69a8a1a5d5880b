//! Descent on one sample at a time, for networks of dense layers only: the way the first networks
//! learnt, and the fastest there is for them.
//!
//! [`Network::loss_and_gradient`] writes a gradient as large as the network, for an optimiser to read;
//! here each weight is changed as soon as its gradient is known, and weights of inputs that are zero
//! (most of a picture is paper) are not even looked at. It is the same step, but for rounding.

use crate::Real;
use crate::error::{Result, grow};
use crate::layers::{Backward, dense};
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

    /// One step of plain descent on one sample; its loss before the step.
    ///
    /// # Errors
    /// As [`Network::loss_and_gradient`].
    pub(crate) fn descend(
        &mut self,
        input: &[T],
        target: Targets<'_, T>,
        rate: T,
        ws: &mut Workspace<T>,
    ) -> Result<T> {
        let all = 0..self.layers().len();
        let rows = self.check_batch("training on a sample", &all, input)?;
        target.check(rows, self.outputs())?;
        self.forward(all.clone(), input, rows, true, ws)?;
        let widest = self.layers().iter().map(|layer| layer.outputs()).max();
        for delta in &mut ws.deltas {
            grow("the gradient of a sample", delta, widest.unwrap_or(0))?;
        }
        let [delta, before] = &mut ws.deltas;
        let (mut delta, mut before) = (delta, before);
        let outputs = &ws.layers[all.end - 1].output[..self.outputs()];
        let error = &mut delta[..outputs.len()];
        let loss = mean_loss(self.spec().loss, outputs, target, outputs.len(), error);
        let (layers, params) = self.layers_and_params();
        for (index, layer) in layers.iter().enumerate().rev() {
            let (earlier, own) = ws.layers.split_at_mut(index);
            let input = match index {
                0 => input,
                _ => &earlier[index - 1].output[..layer.inputs()],
            };
            let LayerState { output, .. } = &own[0];
            let pass = Backward {
                input,
                output: &output[..layer.outputs()],
                delta: &mut delta[..layer.outputs()],
                gradients: &mut [],
                input_delta: (index > 0).then(|| &mut before[..layer.inputs()]),
            };
            let own_params = &mut params[layer.params.clone()];
            dense::descend(layer, ws.isa, own_params, rate, pass, &mut ws.scratch)?;
            std::mem::swap(&mut delta, &mut before);
        }
        Ok(loss)
    }
}
