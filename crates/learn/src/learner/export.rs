//! Weights that leave without the examples, for a browser or a program that has no memory to ask: they learn what was
//! taught.

use super::least_change::LeastChange;
use super::state::Learner;
use crate::error::Error;
use crate::examples::Examples;
use crate::model::Model;
use crate::reading::DIGITS;

/// An export under way, or one that is ready.
#[derive(Debug, Clone)]
pub(crate) enum Export {
    /// A copy learns what was taught.
    Learning(Box<Learner>, LeastChange),
    /// It leaves as it is.
    Ready(Box<Model>),
}

impl Export {
    /// Of a learner whose caches are filled.
    pub fn new(learner: &Learner, examples: &Examples) -> Self {
        if !learner.listens() || !LeastChange::fits(&learner.model.network) {
            return Self::Ready(Box::new(learner.model.clone()));
        }
        // Not the hand: those are read rightly by the weights alone, or by what is like them and was taught.
        // The weights know ten classes: symbols live in memory alone.
        let own = learner.own_labels(examples).into_iter().rev();
        let own = own.filter(|own| usize::from(own.1) < DIGITS);
        let heard = own.filter(|(id, _)| !learner.is_masked(*id));
        let rows = heard.filter_map(|(id, label)| Some((learner.own_row(id)?.to_vec(), label)));
        let change = LeastChange::new(rows, learner.method());
        Self::Learning(Box::new(learner.clone()), change)
    }

    /// One unit; the model once it is ready.
    pub fn advance(&mut self) -> Result<Option<Model>, Error> {
        match self {
            Export::Learning(learner, change) => {
                if change.step(learner)? {
                    *self = Export::Ready(Box::new(learner.model.clone()));
                }
                Ok(None)
            }
            Export::Ready(model) => Ok(Some(Model::clone(model))),
        }
    }
}
