//! A known answer: does this build compute here what it computed where it was tested?

use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, Padding, Workspace};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;

/// What [`outputs`] gives natively; `the_expected_outputs_are_those_of_the_native_build` prints them.
const EXPECTED: [f32; 3] = [0.402_310_28, 0.417_687_68, 0.180_002_05];

/// The relaxed build fuses multiply and add, and so rounds less often; a broken one is off by far more.
const TOLERANCE: f32 = 1e-5;

/// A small network of every kind of layer on a fixed input.
fn outputs() -> Result<Vec<f32>, trazo_nn::Error> {
    let spec = NetworkSpec {
        input: [9, 9, 1],
        layers: vec![
            LayerSpec::Conv {
                filters: 5,
                kernel: 3,
                padding: Padding::Same,
                activation: Activation::Relu,
            },
            LayerSpec::MaxPool { size: 2 },
            LayerSpec::Dense {
                units: 7,
                activation: Activation::Sigmoid,
            },
            LayerSpec::Dense {
                units: 3,
                activation: Activation::Linear,
            },
        ],
        loss: Loss::CrossEntropy,
    };
    let inputs: Vec<f32> = (0..81_u16).map(|i| f32::from(i * 37 % 64) / 64.0).collect();
    Ok(Network::new(spec, 1)?
        .predict(&inputs, &mut Workspace::new())?
        .to_vec())
}

/// Throws where this browser's WebAssembly does not compute as it should. Takes a few milliseconds.
///
/// # Errors
/// `self-test` with what differed.
#[wasm_bindgen(js_name = knownAnswer)]
pub fn known_answer() -> Result<(), Failure> {
    let ink = trazo_ink::known_answer();
    if ink != trazo_ink::KNOWN_ANSWER {
        let sentence = format!(
            "The self-test drew {ink:08x} instead of {:08x}.",
            trazo_ink::KNOWN_ANSWER
        );
        return Err(Failure::new("self-test", sentence));
    }
    let outputs = outputs()?;
    let close = |(found, expected): (&f32, &f32)| (found - expected).abs() <= TOLERANCE;
    if outputs.len() != EXPECTED.len() || !outputs.iter().zip(&EXPECTED).all(close) {
        let sentence = format!("The self-test's network gave {outputs:?} instead of {EXPECTED:?}.");
        return Err(Failure::new("self-test", sentence));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_outputs_are_those_of_the_native_build() {
        let outputs = outputs().expect("the network can be built");
        println!("{outputs:?}");
        assert_eq!(known_answer(), Ok(()));
    }
}
