//! What wakes a unit: of the exam's drawings and of the person's own those that drive it most. Real ones, not dreamt.

use std::ops::Range;

use trazo_ink::{Drawing, writer};
use trazo_nn::explain::LayerTrace;

use super::{SHOWN, learner};
use crate::error::Error;
use crate::exam;
use crate::learner::OWN_CAPACITY;
use crate::session::Session;

/// A drawing that drives a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Waking {
    /// Before the activation.
    pub z: f32,
    /// After it.
    pub a: f32,
    /// The unit: the one asked for, or the strongest of its map.
    pub unit: usize,
    /// What it is, or what the person says it is.
    pub label: u8,
    /// Which of the examples it is; `None` for one of the exam's.
    pub id: Option<u64>,
    /// The exam's drawing.
    pub drawing: Option<Drawing>,
}

/// The drawings that drive a unit most, one looked at in a unit of work.
#[derive(Debug, Clone)]
pub struct Wakes {
    layer: usize,
    unit: usize,
    map: bool,
    drawings: writer::Exam,
    /// Examples that are still to be looked at.
    ids: Vec<u64>,
    /// Of the exam, the strongest first, at most [`SHOWN`].
    pub exam: Vec<Waking>,
    /// Of the person's own.
    pub own: Vec<Waking>,
}

impl Wakes {
    /// Of a unit of the selected model's layer `layer`; `map`: of all units of its channel.
    ///
    /// # Errors
    /// [`Error::Network`] for one that does not exist.
    pub fn new(session: &mut Session, layer: usize, unit: usize, map: bool) -> Result<Self, Error> {
        let network = &learner(session).model.network;
        // It says no to what is not there.
        let entered = network.layers().get(layer).map_or(1, |l| l.inputs());
        network.explain(layer, unit, &vec![0.0; entered])?;
        let own = session.examples().iter().rev().take(OWN_CAPACITY);
        Ok(Self {
            layer,
            unit,
            map,
            drawings: exam::exam(),
            ids: own.map(|example| example.id).collect(),
            exam: Vec::new(),
            own: Vec::new(),
        })
    }

    /// Looks at one more; `true` where all were looked at.
    ///
    /// # Errors
    /// [`Error::Network`] if the model is broken.
    pub fn advance(&mut self, session: &mut Session) -> Result<bool, Error> {
        let recipe = learner(session).model.recipe;
        if let Some((drawing, label)) = self.drawings.next() {
            if let Some(input) = recipe.input(&drawing) {
                let waking = self.look(session, &input, label, None, Some(drawing))?;
                keep(&mut self.exam, waking);
            }
            return Ok(false);
        }
        let Some(id) = self.ids.pop() else {
            return Ok(true);
        };
        // One that has gone meanwhile, or cannot be read, is passed over.
        if let Some(example) = session.examples().get(id) {
            let label = example.label;
            if let Ok(Some(input)) = example.input(recipe) {
                let waking = self.look(session, &input, label, Some(id), None)?;
                keep(&mut self.own, waking);
            }
        }
        Ok(false)
    }

    fn look(
        &self,
        session: &mut Session,
        input: &[f32],
        label: u8,
        id: Option<u64>,
        drawing: Option<Drawing>,
    ) -> Result<Waking, Error> {
        let learner = learner(session);
        let network = &learner.model.network;
        let trace = network.trace(input, &mut learner.workspace)?;
        let part = |of: fn(&LayerTrace) -> &Range<usize>| {
            let range = trace.layers.get(self.layer).map(of).cloned();
            trace
                .values
                .get(range.unwrap_or_default())
                .unwrap_or_default()
        };
        let (z, a) = (part(|lies| &lies.z), part(|lies| &lies.a));
        let channels = network.layers().get(self.layer);
        let channels = channels.map_or(1, |layer| layer.out_shape[2]).max(1);
        let units = match self.map {
            true => (self.unit % channels..z.len()).step_by(channels),
            false => (self.unit..self.unit + 1).step_by(1),
        };
        let at = |numbers: &[f32], unit| numbers.get(unit).copied().unwrap_or(f32::NEG_INFINITY);
        let stronger = |best, unit| match at(z, unit) > at(z, best) {
            true => unit,
            false => best,
        };
        let strongest = units.fold(self.unit, stronger);
        Ok(Waking {
            z: at(z, strongest),
            a: at(a, strongest),
            unit: strongest,
            label,
            id,
            drawing,
        })
    }
}

/// Keeps the strongest.
fn keep(strongest: &mut Vec<Waking>, waking: Waking) {
    let at = strongest.partition_point(|stronger| stronger.z >= waking.z);
    strongest.insert(at, waking);
    strongest.truncate(SHOWN);
}
