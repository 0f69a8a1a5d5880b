//! What batch normalization measured in a batch, as numbers that can be sent from one machine to
//! another.

use crate::layers::batch_norm::absorb;
use crate::{LayerSpec, Network, Real, Workspace};

impl<T: Real> Network<T> {
    /// The means and the variances that the batch normalizations of this network measured in the last
    /// [`Network::loss_and_gradient`] of `ws`: layer after layer, `[channels]` means, then
    /// `[channels]` variances. Empty for a network without batch normalization.
    pub fn batch_statistics(&self, ws: &Workspace<T>) -> Vec<T> {
        let mut found = Vec::new();
        for (index, layer) in self.layers().iter().enumerate() {
            if matches!(layer.spec, LayerSpec::BatchNorm { .. }) {
                let measured = ws.layers.get(index).map(|state| &state.saved.statistics);
                let measured = measured.and_then(|all| all.get(..2 * layer.in_shape[2]));
                found.extend_from_slice(measured.unwrap_or_default());
            }
        }
        found
    }

    /// Moves the running statistics of every batch normalization a tenth of the way towards the mean
    /// of those that some batches measured ([`Network::batch_statistics`]), as
    /// [`Network::absorb_statistics`] does where the workspaces are at hand, and to the same bits.
    /// Statistics of another length belong to another network and are passed over.
    pub fn absorb_batch_statistics<'s>(&mut self, batches: impl IntoIterator<Item = &'s [T]>) {
        let is_norm = |spec: LayerSpec| matches!(spec, LayerSpec::BatchNorm { .. });
        let norms = self.layers().iter().filter(|layer| is_norm(layer.spec));
        let length: usize = norms.map(|layer| 2 * layer.in_shape[2]).sum();
        let fitting = batches.into_iter().filter(|batch| batch.len() == length);
        let batches: Vec<&[T]> = fitting.collect();
        if length == 0 || batches.is_empty() {
            return;
        }
        let (layers, params) = self.layers_and_params();
        let mut first = 0;
        for layer in layers.iter().filter(|layer| is_norm(layer.spec)) {
            let own = first..first + 2 * layer.in_shape[2];
            first = own.end;
            absorb(params, layer, || {
                batches.iter().map(|batch| &batch[own.clone()])
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Activation, LayerSpec, Loss, Network, NetworkSpec, Targets, Workspace};

    #[test]
    fn statistics_that_went_as_numbers_do_what_the_workspaces_would_have_done() {
        let norm = LayerSpec::BatchNorm {
            activation: Activation::Relu,
        };
        let dense = |units| LayerSpec::Dense {
            units,
            activation: Activation::Linear,
        };
        let spec = NetworkSpec {
            input: [1, 1, 4],
            layers: vec![dense(5), norm, dense(3), norm, dense(2)],
            loss: Loss::CrossEntropy,
        };
        let mut here = Network::<f32>::new(spec, 3).unwrap();
        let mut there = here.clone();
        let workspaces = [1, 2, 3].map(|seed| {
            let mut ws = Workspace::new();
            ws.set_training(seed);
            let inputs: Vec<f32> = (0..24).map(|i| ((i * i + seed) % 7) as f32).collect();
            let targets = Targets::Labels(&[0, 1, 1, 0, 1, 0]);
            let inputs = inputs.iter().map(|&x| x * 0.5).collect::<Vec<_>>();
            here.loss_and_gradient(0, &inputs, targets, &mut ws)
                .unwrap();
            ws
        });
        let sent: Vec<Vec<f32>> = workspaces
            .iter()
            .map(|ws| here.batch_statistics(ws))
            .collect();
        assert_eq!(sent[0].len(), 2 * (5 + 3));
        here.absorb_statistics(&workspaces);
        there.absorb_batch_statistics(sent.iter().map(Vec::as_slice));
        assert_eq!(here, there);
        let before = there.clone();
        there.absorb_batch_statistics([&[1.0; 3][..]]);
        assert_eq!(there, before, "statistics of another network");
    }
}
