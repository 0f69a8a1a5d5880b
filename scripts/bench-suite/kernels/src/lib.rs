//! What the bench needs of Trazo beside the package for pages: the matrix multiply by itself, the weights a network
//! starts with (so that every contender starts with the same ones), and ink to feed them.

use trazo_ink::{normalize::digit_ink, pad::pad_bits, writer};
use trazo_nn::kernels::{self, MatmulScratch};
use trazo_nn::{Isa, Network, NetworkSpec};
use wasm_bindgen::prelude::*;

fn to_js(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}

/// The instruction set that this build uses.
#[wasm_bindgen]
pub fn isa() -> String {
    Isa::best().name().to_owned()
}

/// One shape of matrix multiply, `c[m, n] = a[m, k] · b[k, n]`, with its matrices.
#[wasm_bindgen]
pub struct Matmul {
    shape: [usize; 3],
    a: Vec<f32>,
    b: Vec<f32>,
    c: Vec<f32>,
    scratch: MatmulScratch<f32>,
}

#[wasm_bindgen]
impl Matmul {
    /// Matrices of that shape, filled by a rule that `element` tells.
    #[wasm_bindgen(constructor)]
    pub fn new(m: usize, k: usize, n: usize) -> Matmul {
        let fill = |count: usize, salt: usize| (0..count).map(|i| element(i, salt)).collect();
        Matmul { shape: [m, k, n], a: fill(m * k, 1), b: fill(k * n, 2), c: vec![0.0; m * n], scratch: MatmulScratch::default() }
    }

    /// Multiplies `times` times. Packing `b` is part of each.
    pub fn run(&mut self, times: u32) -> Result<(), JsError> {
        for _ in 0..times {
            let (a, b) = (std::hint::black_box(&self.a), &self.b);
            kernels::matmul(Isa::best(), self.shape, a, b, &mut self.c, &mut self.scratch).map_err(to_js)?;
        }
        Ok(())
    }

    /// `c[i]` of the flat result.
    pub fn result(&self, i: usize) -> f32 {
        self.c[i]
    }
}

/// Element `i` of matrix `salt` (1 is `a`, 2 is `b`): between 0 and 1, exact in a float.
#[wasm_bindgen]
pub fn element(i: usize, salt: usize) -> f32 {
    ((i * 7919 + salt * 104_729) % 1024) as f32 / 1024.0
}

/// The parameters that `Network.build(spec, seed)` starts with: layer after layer, weights `[in, out]` or
/// `[kernel, kernel, in, out]`, then biases.
#[wasm_bindgen(js_name = initialParameters)]
pub fn initial_parameters(spec: JsValue, seed: f64) -> Result<Vec<f32>, JsError> {
    let spec: NetworkSpec = serde_wasm_bindgen::from_value(spec).map_err(to_js)?;
    Ok(Network::<f32>::new(spec, seed as u64).map_err(to_js)?.params().to_vec())
}

/// The parameters of a model file, in the same order: for peers that are to run the network that ships.
#[wasm_bindgen(js_name = modelParameters)]
pub fn model_parameters(file: &[u8]) -> Result<Vec<f32>, JsError> {
    Ok(trazo_formats::read_model(file).map_err(to_js)?.network().params().to_vec())
}

/// Digits of the synthetic writer as the networks see them.
#[wasm_bindgen(getter_with_clone)]
pub struct Digits {
    /// `[count, 28, 28]`, 0 to 1: the MNIST recipe.
    pub pictures: Vec<f32>,
    /// `[count, 20, 20]`, 0 or 1: the whole pad.
    pub bits: Vec<f32>,
    /// What they are.
    pub labels: Vec<u8>,
}

/// `count` of them; the same for a seed.
#[wasm_bindgen]
pub fn digits(seed: f64, count: usize) -> Digits {
    let unit = |pixel: &u8| f32::from(*pixel) / 255.0;
    let mut digits = Digits { pictures: Vec::new(), bits: Vec::new(), labels: Vec::new() };
    for (drawing, label) in writer::exam(seed as u64, count) {
        let Some(ink) = digit_ink(&drawing) else { continue };
        digits.pictures.extend(ink.pixels.iter().map(unit));
        digits.bits.extend(pad_bits(&drawing, 20).pixels.iter().map(unit));
        digits.labels.push(label);
    }
    digits
}
