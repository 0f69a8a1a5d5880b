//! A network as a student would write it: loops over indices, one for each in the formula, in `f64`.
//! What the real one is measured against.

use trazo_nn::{Activation, Layer, LayerSpec, Loss, Network, Padding};

/// What `network` ought to answer to one sample.
pub fn predict(network: &Network<f64>, sample: &[f64]) -> Vec<f64> {
    let mut values = sample.to_vec();
    for layer in network.layers() {
        values = forward(layer, &network.params()[layer.params.clone()], &values);
    }
    if network.spec().loss == Loss::CrossEntropy {
        let sum: f64 = values.iter().map(|z| z.exp()).sum();
        values = values.iter().map(|z| z.exp() / sum).collect();
    }
    values
}

fn forward(layer: &Layer, params: &[f64], x: &[f64]) -> Vec<f64> {
    let [height, width, channels] = layer.in_shape;
    let [out_height, out_width, out_channels] = layer.out_shape;
    let mut y = vec![0.0; out_height * out_width * out_channels];
    match layer.spec {
        LayerSpec::Dense { units, .. } => {
            for j in 0..units {
                for i in 0..x.len() {
                    y[j] += x[i] * params[i * units + j];
                }
                y[j] += params[x.len() * units + j];
            }
        }
        LayerSpec::Conv {
            filters,
            kernel,
            padding,
            ..
        } => {
            let margin = match padding {
                Padding::Same => (kernel as isize - 1) / 2,
                Padding::Valid => 0,
            };
            for oy in 0..out_height {
                for ox in 0..out_width {
                    for f in 0..filters {
                        let mut sum = 0.0;
                        for ky in 0..kernel {
                            for kx in 0..kernel {
                                for c in 0..channels {
                                    let iy = (oy + ky) as isize - margin;
                                    let ix = (ox + kx) as isize - margin;
                                    let inside = (0..height as isize).contains(&iy)
                                        && (0..width as isize).contains(&ix);
                                    if inside {
                                        let (iy, ix) = (iy as usize, ix as usize);
                                        let weight =
                                            ((ky * kernel + kx) * channels + c) * filters + f;
                                        sum += x[(iy * width + ix) * channels + c] * params[weight];
                                    }
                                }
                            }
                        }
                        sum += params[kernel * kernel * channels * filters + f];
                        y[(oy * out_width + ox) * filters + f] = sum;
                    }
                }
            }
        }
        LayerSpec::MaxPool { size } => {
            for oy in 0..out_height {
                for ox in 0..out_width {
                    for c in 0..channels {
                        let mut best = f64::NEG_INFINITY;
                        for iy in oy * size..(oy + 1) * size {
                            for ix in ox * size..(ox + 1) * size {
                                best = best.max(x[(iy * width + ix) * channels + c]);
                            }
                        }
                        y[(oy * out_width + ox) * channels + c] = best;
                    }
                }
            }
        }
        LayerSpec::BatchNorm { .. } => {
            for (i, &x) in x.iter().enumerate() {
                let c = i % channels;
                let [gamma, beta, mean, variance] =
                    [0, 1, 2, 3].map(|part| params[part * channels + c]);
                y[i] = gamma * (x - mean) / (variance + 1e-5).sqrt() + beta;
            }
        }
        LayerSpec::Dropout { .. } => y.copy_from_slice(x),
    }
    for y in &mut y {
        *y = match layer.activation() {
            Activation::Linear => *y,
            Activation::Relu => y.max(0.0),
            Activation::Sigmoid => 1.0 / (1.0 + (-*y).exp()),
        };
    }
    y
}
