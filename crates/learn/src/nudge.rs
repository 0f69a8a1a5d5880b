//! The lesson that changes least: the last layer is moved just so far that the drawing is read as it was said to be, in
//! the direction that changes as little as possible of what usual drawings are read as.
//!
//! Adding `a·C⁻¹(x − μ)` to the weights of one output raises it by `a·ψ·ψ` at the drawing `x` and by `a·ψ·ψ'` elsewhere
//! (see [`crate::metric`]): of all changes that raise it so much at `x` it is the one with the least mean square over
//! base memory (Lagrange; Meng et al., ROME, 2022, equation 2). Outputs move towards the label by twice the error of
//! their chances, which is plain descent on cross-entropy in that geometry, until the drawing is read surely. The
//! person's earlier examples are gone through as well, and set right where the lesson unsettled them.

use trazo_nn::{LayerSpec, Network, Workspace};

use crate::decide::{DIGITS, SURE_FROM, likeliest};
use crate::error::Error;
use crate::metric::Metric;
use crate::pupil::Pupil;

/// A step moves each output by this much of its error (in logits; a whole error is 1).
const STRIDE: f32 = 2.0;

/// One drawing that takes part.
#[derive(Debug)]
struct Row {
    /// What enters the last layer.
    inputs: Vec<f32>,
    label: u8,
    /// It must be read surely, not only rightly.
    firm: bool,
    /// From [`Metric::direction`], once it is needed.
    direction: Option<(Vec<f32>, f32, f32)>,
}

/// A lesson of this kind under way.
#[derive(Debug)]
pub(crate) struct Nudge {
    rows: Vec<Row>,
    sure: f32,
    most_steps: u32,
    pub steps: u32,
}

impl Nudge {
    /// Can this network be taught so? Its last layer must be dense.
    pub fn fits(network: &Network) -> bool {
        let last = network.layers().last();
        last.is_some_and(|l| matches!(l.spec, LayerSpec::Dense { .. }))
    }

    /// `rows`: features with labels and whether they must be read surely; the new drawing first.
    pub fn new(
        pupil: &mut Pupil,
        rows: impl IntoIterator<Item = (Vec<f32>, u8, bool)>,
        sure: f32,
        most_steps: u32,
    ) -> Result<Self, Error> {
        let rows = rows.into_iter().map(|(row, label, firm)| {
            Ok(Row {
                inputs: pupil.last_inputs(&row)?,
                label,
                firm,
                direction: None,
            })
        });
        Ok(Self {
            rows: rows.collect::<Result<_, Error>>()?,
            sure,
            most_steps,
            steps: 0,
        })
    }

    /// Goes through all rows once; `true` when the lesson is over.
    pub fn step(&mut self, pupil: &mut Pupil) -> Result<bool, Error> {
        let Some(metric) = &pupil.metric else {
            return Ok(true);
        };
        let mut content = true;
        for row in &mut self.rows {
            let chances = last_answers(&pupil.model.network, &row.inputs, &mut pupil.workspace)?;
            if row.is_content(&chances, self.sure) {
                continue;
            }
            if self.steps >= self.most_steps {
                return Ok(true);
            }
            content = false;
            self.steps += 1;
            row.push(&mut pupil.model.network, metric, &chances);
        }
        pupil.weights_version += 1;
        Ok(content)
    }
}

impl Row {
    fn is_content(&self, chances: &[f32; DIGITS], sure: f32) -> bool {
        if !self.firm {
            return likeliest(chances) == self.label;
        }
        // Two sigmoid units that both fire are no answer: the others must be well below the threshold.
        chances.iter().zip(0u8..).all(|(chance, digit)| {
            if digit == self.label {
                *chance >= sure
            } else {
                *chance < SURE_FROM - 0.2
            }
        })
    }

    fn push(&mut self, network: &mut Network, metric: &Metric, chances: &[f32; DIGITS]) {
        let (direction, bias, squared) = self
            .direction
            .get_or_insert_with(|| metric.direction(&self.inputs));
        let label = self.label;
        let by: [f32; DIGITS] = std::array::from_fn(|digit| {
            let wanted = f32::from(u8::from(digit == usize::from(label)));
            STRIDE * (wanted - chances[digit]) / squared.max(1e-6)
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
    let mut chances = crate::pupil::ten(outputs)?;
    crate::pupil::finish(network.spec().loss, &mut chances, &[0.0; DIGITS]);
    Ok(chances)
}
