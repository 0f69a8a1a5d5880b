//! One lesson, slowly, on copies: what a lesson would do, step by step, and what it costs.
//!
//! Two ways beside each other. **Backpropagation** on the one drawing, as the original project taught: the error at the
//! outputs, led back through the layers (`δ`), and each weight moved against it, `w ← w - r δ x`, five times at `r = 0.5`.
//! **Trazo's own**: a lesson as the page gives it, which in `digits` is no backpropagation. Each is followed by the exam, so
//! that it is seen what was forgotten.

use trazo_ink::Drawing;
use trazo_nn::{LayerSpec, Loss, Network, Optimizer, OptimizerSpec, Targets, softmax};

use super::{Answer, learner};
use crate::error::Error;
use crate::exam::ExamResult;
use crate::model::ModelId;
use crate::reading::DIGITS;
use crate::session::{Advance, Session, Teach};

/// How large the original's steps are.
pub const RATE: f64 = 0.5;
/// How many steps its lessons have.
pub const STEPS: usize = 5;

/// What backpropagation does to a layer in its first step.
#[derive(Debug, Clone, PartialEq)]
pub struct Delta {
    /// Which layer.
    pub layer: usize,
    /// What entered it.
    pub inputs: Vec<f32>,
    /// The gradient of the loss by each output, before its activation.
    pub delta: Vec<f32>,
}

/// Backpropagation on one drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// The loss before.
    pub loss: f32,
    /// What the outputs ought to have been.
    pub target: Vec<f32>,
    /// Outputs (under softmax the chances) less the target.
    pub error: Vec<f32>,
    /// The dense layers, the last one first.
    pub deltas: Vec<Delta>,
    /// The outputs (under softmax the chances) of the network alone after each step.
    pub after_steps: Vec<Vec<f32>>,
    /// What would be read in the end, with memory as it is.
    pub after: Answer,
    /// The exam in the end.
    pub exam: ExamResult,
}

/// A lesson as the page gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// The network says so already and is sure: nothing is trained.
    pub confirmed: bool,
    /// Steps that the weights took.
    pub steps: u32,
    /// Weights and biases that moved.
    pub moved: usize,
    /// How far, all together: the root of the sum of squares.
    pub distance: f64,
    /// How long the weights of the layers that can move were before, likewise.
    pub length: f64,
    /// With the weights as they then are, and memory as it was.
    pub weights: Answer,
    /// With memory as it then is.
    pub after: Answer,
    /// The exam in the end.
    pub exam: ExamResult,
}

/// A lesson that is looked at, in units of work. Nothing is taught.
#[derive(Debug, Clone)]
pub struct Lesson {
    drawing: Drawing,
    label: u8,
    /// The features of the drawing.
    row: Vec<f32>,
    /// The model is taught in the original's way.
    pub original: bool,
    /// What is read now.
    pub before: Answer,
    /// How the exam stands now.
    pub exam: ExamResult,
    /// Backpropagation, once it is done.
    pub plain: Option<Plain>,
    /// Trazo's own way, once it is done.
    pub own: Option<Own>,
    /// Whom it is tried on.
    copy: Session,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The exam is sat as things stand.
    Before,
    /// It is sat after backpropagation.
    Plain,
    /// The lesson is given in Trazo's own way.
    Own,
    Done,
}

impl Lesson {
    /// What it would be to teach that this drawing is a `label`.
    ///
    /// # Errors
    /// [`Error::Label`], [`Error::Empty`], [`Error::Busy`] while a lesson is under way.
    pub fn new(session: &mut Session, drawing: &Drawing, label: u8) -> Result<Self, Error> {
        if usize::from(label) >= DIGITS {
            return Err(Error::Label(label));
        }
        if session.is_teaching() {
            return Err(Error::Busy);
        }
        let mut copy = session.clone();
        // What was under way is left alone.
        copy.train_stop();
        let original = copy.selected() == ModelId::Classic && copy.settings().original_way;
        let learner = learner(&mut copy);
        let input = learner.model.recipe.input(drawing).ok_or(Error::Empty)?;
        let row = learner.model.features(&input, &mut learner.workspace)?;
        Ok(Self {
            drawing: drawing.clone(),
            label,
            row,
            original,
            before: learner.answer(&input, true)?,
            exam: ExamResult::default(),
            plain: None,
            own: None,
            copy,
            phase: Phase::Before,
        })
    }

    /// One unit; `true` once both ways are done.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn advance(&mut self, session: &mut Session) -> Result<bool, Error> {
        let advance = match self.phase {
            Phase::Done => return Ok(true),
            _ => self.copy.advance()?,
        };
        match (self.phase, advance) {
            (Phase::Before, Advance::Warm | Advance::Idle) => {
                self.exam = self.copy.exam().unwrap_or_default();
                self.plain = Some(self.backpropagate()?);
                self.phase = Phase::Plain;
            }
            (Phase::Plain, Advance::Warm | Advance::Idle) => {
                if let Some(plain) = &mut self.plain {
                    plain.exam = self.copy.exam().unwrap_or_default();
                }
                self.copy = session.clone();
                self.copy.train_stop();
                let mut settings = self.copy.settings();
                settings.original_way = false;
                self.copy.set_settings(settings)?;
                let begun = self.copy.teach(&self.drawing, self.label, true, 0)?;
                if begun != Teach::Started {
                    return Err(Error::Empty);
                }
                self.phase = Phase::Own;
            }
            (Phase::Own, Advance::Lesson(outcome)) => {
                let length = |weights: &[f32]| {
                    let squares = weights.iter().map(|w| f64::from(*w) * f64::from(*w));
                    squares.sum::<f64>().sqrt()
                };
                let before = session.model(session.selected()).head_weights();
                let after = self.copy.model(self.copy.selected()).head_weights();
                let moves = before
                    .iter()
                    .zip(after)
                    .map(|(before, after)| after - before);
                let moves: Vec<f32> = moves.collect();
                let (moved, distance, length) = (
                    moves.iter().filter(|by| **by != 0.0).count(),
                    length(&moves),
                    length(before),
                );
                let told = learner(&mut self.copy).answer_to(&self.row)?;
                let votes = learner(session).votes_on(&self.row)?;
                let network = &self.copy.model(self.copy.selected()).network;
                self.own = Some(Own {
                    confirmed: outcome.confirmed,
                    steps: outcome.steps,
                    moved,
                    distance,
                    length,
                    weights: Answer::new(network.spec().loss, &told.outputs, votes),
                    after: told,
                    exam: outcome.exam_after,
                });
                self.phase = Phase::Done;
            }
            (Phase::Own, Advance::Idle) => return Err(Error::Busy),
            _ => {}
        }
        Ok(self.phase == Phase::Done)
    }

    /// Five steps on the copy.
    fn backpropagate(&mut self) -> Result<Plain, Error> {
        let learner = learner(&mut self.copy);
        let head = learner.model.head();
        let wanted = |digit| f32::from(u8::from(digit == self.label));
        let target: Vec<f32> = (0..DIGITS as u8).map(wanted).collect();
        let (network, workspace) = learner.network();
        let mut deltas = Vec::new();
        for (layer, place) in network.layers().iter().enumerate().skip(head).rev() {
            if let LayerSpec::Dense { .. } = place.spec {
                let inputs = match layer == head {
                    true => &self.row,
                    false => network.forward_layers(head..layer, &self.row, workspace)?,
                };
                deltas.push(Delta {
                    layer,
                    inputs: inputs.to_vec(),
                    delta: Vec::new(),
                });
            }
        }
        let mut optimizer = Optimizer::for_network(OptimizerSpec::sgd(RATE), network)?;
        let (mut loss, mut error, mut after_steps) = (0.0, Vec::new(), Vec::new());
        for step in 0..STEPS {
            let labels = Targets::Labels(std::slice::from_ref(&self.label));
            let now = network.loss_and_gradient(head, &self.row, labels, workspace)?;
            if step == 0 {
                loss = now;
                let chances = chances(network, workspace.training_outputs());
                error = chances.iter().zip(&target).map(|(a, y)| a - y).collect();
                for delta in &mut deltas {
                    // Of one drawing, the gradient by a bias is the gradient by the sum that it is added to.
                    let place = network.layers().get(delta.layer);
                    let biases = place.map_or(0..0, |p| p.params.start + p.weights..p.params.end);
                    let biases = workspace.gradients().get(biases);
                    delta.delta = biases.unwrap_or_default().to_vec();
                }
            }
            let gradients = workspace.gradients();
            network.update(|params| {
                let range = 0..params.len();
                optimizer.step(params, gradients, 1.0, range)
            })?;
            let layers = head..network.layers().len();
            let outputs = network.forward_layers(layers, &self.row, workspace)?;
            after_steps.push(chances(network, outputs));
        }
        Ok(Plain {
            loss,
            target,
            error,
            deltas,
            after_steps,
            after: learner.answer_to(&self.row)?,
            exam: ExamResult::default(),
        })
    }
}

/// The outputs, or under softmax the chances, of the network alone.
fn chances(network: &Network, outputs: &[f32]) -> Vec<f32> {
    let mut chances = outputs.to_vec();
    if network.spec().loss == Loss::CrossEntropy {
        softmax(&mut chances);
    }
    chances
}
