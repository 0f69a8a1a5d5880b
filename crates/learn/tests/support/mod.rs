//! The models that ship.

use trazo_learn::{Model, Session};

const DIGITS: &[u8] = include_bytes!("../../../../pretrained/digits.trazo");
const CLASSIC: &[u8] = include_bytes!("../../../../pretrained/classic.trazo");

fn shipped(bytes: &[u8]) -> Model {
    let file = trazo_formats::read_model(bytes).unwrap();
    Model {
        name: file.name.clone(),
        recipe: file.recipe().unwrap(),
        network: file.into_network(),
        lessons: 0,
    }
}

/// A session as the page has it on the first visit.
pub fn session() -> Session {
    Session::new(shipped(DIGITS), shipped(CLASSIC), 1).unwrap()
}
