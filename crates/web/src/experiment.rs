//! The experiment of the two ways of learning, a unit at a time.

use trazo_learn::evaluation::{Experiment, Mark};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::view::{ExperimentMark, to_js};

#[wasm_bindgen]
impl Engine {
    /// Begins an experiment; one under way ends. Nothing that is kept has to do with it.
    ///
    /// # Errors
    /// `shape-mismatch` where the models that ship are broken.
    #[wasm_bindgen(js_name = experimentStart)]
    pub fn experiment_start(&mut self, seed: u32) -> Result<(), Failure> {
        self.experiment = Some(Experiment::new(&self.session, seed.into())?);
        Ok(())
    }

    /// One unit of it, a millisecond or so: how it stands where that completed a lesson.
    ///
    /// # Errors
    /// `shape-mismatch` where the models that ship are broken.
    #[wasm_bindgen(js_name = experimentAdvance)]
    pub fn experiment_advance(&mut self) -> Result<Option<Ts<ExperimentMark>>, Failure> {
        let Some(experiment) = &mut self.experiment else {
            return Ok(None);
        };
        let Some(Mark {
            label,
            exam,
            taught,
        }) = experiment.advance()?
        else {
            return Ok(None);
        };
        to_js(&ExperimentMark {
            lessons: experiment.lessons(),
            own: experiment.is_own(),
            label,
            exam: exam.map(Into::into),
            taught: taught.map(Into::into),
        })
        .map(Some)
    }

    /// Lets go of it.
    #[wasm_bindgen(js_name = experimentEnd)]
    pub fn experiment_end(&mut self) {
        self.experiment = None;
    }
}
