//! The models that ship.

use trazo_learn::{Model, Recipe, School};

fn shipped(name: &str) -> Model {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pretrained");
    let bytes = std::fs::read(format!("{folder}/{name}.trazo")).unwrap();
    let file = trazo_formats::read_model(&bytes).unwrap();
    Model {
        name: file.name.clone(),
        network: file.network().unwrap(),
        recipe: match file.recipe {
            trazo_formats::Recipe::Mnist28 { pen } => Recipe::Mnist28 {
                pen,
                marked: file.marked(),
            },
            _ => Recipe::PadBits20,
        },
        lessons: 0,
    }
}

/// A school as the page has it on the first visit.
pub fn school() -> School {
    School::new(shipped("digits"), shipped("classic"), 1).unwrap()
}
