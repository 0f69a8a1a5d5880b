//! Some layers of a network on many rows, and what becomes of the last one's outputs.

use std::ops::Range;

use trazo_nn::{Loss, Real, Workspace, softmax};

use super::Model;
use crate::decide::DIGITS;
use crate::error::Error;

/// How many rows are evaluated at once: bounds a unit of work to about a millisecond.
const CHUNK: usize = 128;

/// What enters the last layer, where `rows` enter the tail.
pub(super) fn last_inputs(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
) -> Result<Vec<f32>, Error> {
    let (tail, last) = (model.tail(), model.network.layers().len().saturating_sub(1));
    if tail >= last || rows.is_empty() {
        return Ok(rows.to_vec());
    }
    run(model, tail..last, rows, workspace)
}

/// Some layers on any number of rows, [`CHUNK`] at a time.
fn run(
    model: &Model,
    range: Range<usize>,
    rows: &[f32],
    workspace: &mut Workspace,
) -> Result<Vec<f32>, Error> {
    let layers = model.network.layers();
    let width = layers.get(range.start).map_or(1, |l| l.inputs()).max(1);
    let mut out = Vec::new();
    for part in rows.chunks(CHUNK * width) {
        let network = &model.network;
        out.extend_from_slice(network.forward_layers(range.clone(), part, workspace)?);
    }
    Ok(out)
}

/// From features to ten numbers a row, as the last layer gives them.
pub(super) fn tail_outputs(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
    out: &mut Vec<f32>,
) -> Result<(), Error> {
    let range = model.tail()..model.network.layers().len();
    out.extend(run(model, range, rows, workspace)?);
    Ok(())
}

/// From features to ten numbers a row, by the weights alone.
pub(crate) fn tail_answers(
    model: &Model,
    rows: &[f32],
    workspace: &mut Workspace,
    out: &mut Vec<f32>,
) -> Result<(), Error> {
    let start = out.len();
    tail_outputs(model, rows, workspace, out)?;
    for answer in out[start..].chunks_exact_mut(DIGITS) {
        finish(model.network.spec().loss, answer, &[0.0; DIGITS]);
    }
    Ok(())
}

/// The logit behind an output of the last layer.
pub(super) fn logit(loss: Loss, output: f32) -> f32 {
    match loss {
        Loss::CrossEntropy => output,
        Loss::SquaredError => {
            let p = output.clamp(1e-4, 1.0 - 1e-4);
            Real::ln(p / (1.0 - p))
        }
    }
}

/// From ten outputs of the last layer to ten numbers to show, with the memory's `votes` added to the logits.
pub(crate) fn finish(loss: Loss, outputs: &mut [f32], votes: &[f32; DIGITS]) {
    if loss == Loss::CrossEntropy {
        outputs.iter_mut().zip(votes).for_each(|(z, v)| *z += v);
        softmax(outputs);
        return;
    }
    // Ten units of their own: what speaks for one digit must speak against the others too.
    for (digit, output) in outputs.iter_mut().enumerate() {
        let others = votes.iter().enumerate().filter(|v| v.0 != digit);
        let vote = votes[digit] - others.map(|v| *v.1).fold(0.0, f32::max);
        if vote != 0.0 {
            let z = logit(loss, *output) + vote;
            *output = 1.0 / (1.0 + Real::exp(-z));
        }
    }
}

/// The first ten numbers of a row.
pub(crate) fn ten(row: &[f32]) -> Result<[f32; DIGITS], Error> {
    row.get(..DIGITS)
        .and_then(|r| r.try_into().ok())
        .ok_or(Error::ModelShape {
            expected: 0,
            found: 0,
            outputs: row.len(),
        })
}
