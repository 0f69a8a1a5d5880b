//! The experiment of the two ways of learning, a unit at a time.

use serde::Serialize;
use trazo_learn::Mark;
use wasm_bindgen::prelude::*;

use crate::engine::Engine;
use crate::failure::Failure;
use crate::view::{ExamView, to_js};

/// The page's `Mark`, and what it says of the experiment.
#[derive(Serialize)]
struct MarkView {
    lessons: usize,
    own: bool,
    label: Option<u8>,
    exam: [ExamView; 2],
    taught: [ExamView; 2],
}

#[wasm_bindgen]
impl Engine {
    /// Begins an experiment; one under way ends. Nothing that is kept has to do with it.
    ///
    /// # Errors
    /// `shape-mismatch` where the models that ship are broken.
    #[wasm_bindgen(js_name = experimentStart)]
    pub fn experiment_start(&mut self, seed: u32) -> Result<(), Failure> {
        self.experiment = Some(self.school.experiment(seed.into())?);
        Ok(())
    }

    /// One unit of it, a millisecond or so: the page's `Mark` with `lessons` and `own` where that completed one.
    ///
    /// # Errors
    /// `shape-mismatch` where the models that ship are broken.
    #[wasm_bindgen(js_name = experimentAdvance)]
    pub fn experiment_advance(&mut self) -> Result<JsValue, Failure> {
        let Some(experiment) = &mut self.experiment else {
            return Ok(JsValue::NULL);
        };
        let Some(Mark {
            label,
            exam,
            taught,
        }) = experiment.advance()?
        else {
            return Ok(JsValue::NULL);
        };
        to_js(&MarkView {
            lessons: experiment.lessons(),
            own: experiment.is_own(),
            label,
            exam: exam.map(Into::into),
            taught: taught.map(Into::into),
        })
    }

    /// Lets go of it.
    #[wasm_bindgen(js_name = experimentEnd)]
    pub fn experiment_end(&mut self) {
        self.experiment = None;
    }
}
