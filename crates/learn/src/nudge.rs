//! The lesson that changes least: the last layer is moved just so far that the drawing is read as it was said to be, in
//! the direction that changes as little as possible of what usual drawings are read as.
//!
//! Adding `a·C⁻¹(x − μ)` to the weights of one output raises it by `a·ψ·ψ` at the drawing `x` and by `a·ψ·ψ'` elsewhere
//! (see [`crate::metric`]): of all changes that raise it so much at `x` it is the one with the least mean square over
//! base memory (Lagrange; Meng et al., ROME, 2022, equation 2). Outputs move towards the label by twice the error of
//! their chances, which is plain descent on cross-entropy in that geometry, until the drawing is read surely. The
//! person's earlier examples are gone through as well, and set right where the lesson unsettled them.
//!
//! That least change is `δ²/|ψ|²`, in the mean square over base memory, for a drawing that moves by `δ`: little where the
//! drawing is unlike all that is usual (a mirrored 3), much where it lies among the usual (a 7 called 1). A lesson goes as
//! far as [`Method::trust`](crate::method::Method::trust) allows and leaves the rest to the memory
//! ([`crate::neighbours`]), which forgets nothing.

use trazo_nn::{LayerSpec, Network, Workspace};

use crate::decide::{DIGITS, SURE_FROM, likeliest};
use crate::error::Error;
use crate::method::Method;
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
    /// By how much this lesson has moved its outputs for its own sake.
    moved: [f32; DIGITS],
    /// As far as trust goes.
    spent: bool,
}

/// A lesson of this kind under way.
#[derive(Debug)]
pub(crate) struct Nudge {
    rows: Vec<Row>,
    sure: f32,
    trust: f32,
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
        method: &Method,
    ) -> Result<Self, Error> {
        let rows = rows.into_iter().map(|(row, label, firm)| {
            Ok(Row {
                inputs: pupil.last_inputs(&row)?,
                label,
                firm,
                direction: None,
                moved: [0.0; DIGITS],
                spent: false,
            })
        });
        Ok(Self {
            rows: rows.collect::<Result<_, Error>>()?,
            sure: method.learned_from,
            trust: method.trust,
            most_steps: method.most_steps,
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
            if row.spent || row.is_content(&chances, self.sure) {
                continue;
            }
            if self.steps >= self.most_steps {
                return Ok(true);
            }
            content = false;
            self.steps += 1;
            row.push(&mut pupil.model.network, metric, &chances, self.trust);
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

    fn push(
        &mut self,
        network: &mut Network,
        metric: &Metric,
        chances: &[f32; DIGITS],
        trust: f32,
    ) {
        let (direction, bias, squared) = self
            .direction
            .get_or_insert_with(|| metric.direction(&self.inputs));
        let label = self.label;
        let squared = squared.max(1e-6);
        let by: [f32; DIGITS] = std::array::from_fn(|digit| {
            let wanted = f32::from(u8::from(digit == usize::from(label)));
            STRIDE * (wanted - chances[digit])
        });
        let share = within(&self.moved, &by, trust * squared.sqrt());
        self.spent = share < 1.0;
        let by = by.map(|by| by * share);
        self.moved.iter_mut().zip(&by).for_each(|(m, by)| *m += by);
        let by = by.map(|by| by / squared);
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

/// The share of the step `by` after which no output has `moved` by more than `most`.
fn within(moved: &[f32; DIGITS], by: &[f32; DIGITS], most: f32) -> f32 {
    let steps = moved.iter().zip(by);
    steps
        .filter(|(moved, by)| (**moved + **by).abs() > most)
        .map(|(moved, by)| ((most - moved.abs()) / by.abs()).max(0.0))
        .fold(1.0, f32::min)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_ends_where_trust_does() {
        let (mut moved, mut by) = ([0.0; DIGITS], [0.0; DIGITS]);
        (moved[1], by[1], by[7]) = (1.0, 2.0, -2.0);
        assert_eq!(within(&moved, &by, f32::INFINITY), 1.0);
        assert_eq!(within(&moved, &by, 3.0), 1.0);
        assert_eq!(within(&moved, &by, 2.0), 0.5);
        assert_eq!(within(&moved, &by, 1.0), 0.0);
    }
}
