//! The least change: the last layer is moved just so far that drawings are read as they were said to be, in the direction
//! that changes as little as possible of what usual drawings are read as. So weights learn that leave without the memory
//! ([`super::export`]).
//!
//! Adding `a·C⁻¹(x − μ)` to the weights of one output raises it by `a·ψ·ψ` at the drawing `x` and by `a·ψ·ψ'` elsewhere
//! (see [`super::whitening`]): of all changes that raise it so much at `x` it is the one with the least mean square over
//! base memory (Lagrange; Meng et al., ROME, 2022, equation 2). Outputs move towards the label by twice the error of
//! their chances, which is plain descent on cross-entropy in that geometry, until every drawing is read surely.

use trazo_nn::{LayerSpec, Network, Workspace};

use super::method::Method;
use super::state::Learner;
use super::whitening::Whitening;
use crate::error::Error;
use crate::model::{finish, ten};
use crate::reading::{DIGITS, SURE_FROM};

/// A step moves each output by this much of its error (in logits; a whole error is 1).
const STRIDE: f32 = 2.0;
/// Drawings in one unit of work: for each there may be a triangle of the whitening to go through, twice.
const UNIT: usize = 8;

/// One drawing that takes part.
#[derive(Debug, Clone)]
struct Row {
    /// Its features; once they were needed, what enters the last layer.
    inputs: Vec<f32>,
    /// They enter the last layer.
    last: bool,
    label: u8,
    /// From [`Whitening::direction`], once it is needed.
    direction: Option<(Vec<f32>, f32, f32)>,
}

/// The least change under way.
#[derive(Debug, Clone)]
pub(crate) struct LeastChange {
    rows: Vec<Row>,
    /// The row whose turn it is, and whether all before it in this pass were as they should be.
    next: usize,
    content: bool,
    sure: f32,
    most_steps: u32,
    pub(crate) steps: u32,
}

impl LeastChange {
    /// Can this network be taught so? Its last layer must be dense.
    pub(crate) fn fits(network: &Network) -> bool {
        let last = network.layers().last();
        last.is_some_and(|l| matches!(l.spec, LayerSpec::Dense { .. }))
    }

    /// `rows`: features with labels, all of which must be read surely.
    pub(crate) fn new(rows: impl IntoIterator<Item = (Vec<f32>, u8)>, method: &Method) -> Self {
        let rows = rows.into_iter().map(|(inputs, label)| Row {
            inputs,
            last: false,
            label,
            direction: None,
        });
        let rows: Vec<Row> = rows.collect();
        Self {
            next: 0,
            content: true,
            sure: method.learned_from,
            most_steps: method.most_steps.saturating_add(4 * rows.len() as u32),
            steps: 0,
            rows,
        }
    }

    /// Goes on through the rows, [`UNIT`] of them; `true` when it is over.
    pub(crate) fn step(&mut self, learner: &mut Learner) -> Result<bool, Error> {
        learner.weights_change();
        let Some(whitening) = &learner.whitening else {
            return Ok(true);
        };
        let (model, ws) = (&mut learner.model, &mut learner.workspace);
        for row in self.rows.iter_mut().skip(self.next).take(UNIT) {
            self.next += 1;
            if !row.last {
                row.inputs = model.last_inputs(&row.inputs, ws)?;
                row.last = true;
            }
            let chances = last_answers(&model.network, &row.inputs, ws)?;
            if row.is_content(&chances, self.sure) {
                continue;
            }
            if self.steps >= self.most_steps {
                return Ok(true);
            }
            self.content = false;
            self.steps += 1;
            row.push(&mut model.network, whitening, &chances);
        }
        if self.next < self.rows.len() {
            return Ok(false);
        }
        self.next = 0;
        Ok(std::mem::replace(&mut self.content, true))
    }
}

impl Row {
    fn is_content(&self, chances: &[f32; DIGITS], sure: f32) -> bool {
        // Two sigmoid units that both fire are no answer: the others must be well below the threshold.
        chances.iter().zip(0u8..).all(|(chance, digit)| {
            if digit == self.label {
                *chance >= sure
            } else {
                *chance < SURE_FROM - 0.2
            }
        })
    }

    fn push(&mut self, network: &mut Network, whitening: &Whitening, chances: &[f32; DIGITS]) {
        let (direction, bias, squared) = self
            .direction
            .get_or_insert_with(|| whitening.direction(&self.inputs));
        let label = self.label;
        let squared = squared.max(1e-6);
        let by: [f32; DIGITS] = std::array::from_fn(|digit| {
            let wanted = f32::from(u8::from(digit == usize::from(label)));
            STRIDE * (wanted - chances[digit]) / squared
        });
        let params = network.layers().last().map(|l| l.params.clone());
        network.update(|all| {
            let Some(layer) = params.and_then(|p| all.get_mut(p)) else {
                return;
            };
            let lines = layer.chunks_exact_mut(DIGITS);
            for (line, d) in lines.zip(direction.iter().chain(std::iter::once(&*bias))) {
                for (w, by) in line.iter_mut().zip(by) {
                    *w += d * by;
                }
            }
        });
    }
}

/// Ten chances from what enters the last layer.
fn last_answers(
    network: &Network,
    inputs: &[f32],
    workspace: &mut Workspace,
) -> Result<[f32; DIGITS], Error> {
    let last = network.layers().len().saturating_sub(1);
    let outputs = network.forward_layers(last..last + 1, inputs, workspace)?;
    let mut chances = ten(outputs)?;
    finish(network.spec().loss, &mut chances, &[0.0; DIGITS]);
    Ok(chances)
}
