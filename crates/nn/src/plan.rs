//! From the words of a [`NetworkSpec`] to shapes, parameter ranges and checks.

use crate::error::{Error, Result, Shape, product};
use crate::spec::{Activation, LayerSpec, Loss, NetworkSpec, Padding};
use std::ops::Range;

/// The most parameters a network may have: half a gigabyte of `f32`.
pub const MAX_PARAMETERS: usize = 1 << 27;

/// The most numbers a single sample may have at any layer boundary.
const MAX_ACTIVATIONS: usize = 1 << 27;

/// A window of max-pooling larger than this has no use and is more likely a mistake.
const MAX_POOL: usize = 1 << 12;

/// A layer in its place: what goes in, what comes out, which parameters are its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it does.
    pub spec: LayerSpec,
    /// Height, width, channels of one sample that enters.
    pub in_shape: [usize; 3],
    /// Height, width, channels of one sample that leaves.
    pub out_shape: [usize; 3],
    /// Its parameters in the network's flat vector: weights, then bias.
    pub params: Range<usize>,
    /// How many of them are weights (the rest are biases, or normalisation's shift and statistics):
    /// what weight decay acts on.
    pub weights: usize,
}

impl Layer {
    /// Numbers per sample that enter.
    pub fn inputs(&self) -> usize {
        self.in_shape.iter().product()
    }

    /// Numbers per sample that leave.
    pub fn outputs(&self) -> usize {
        self.out_shape.iter().product()
    }

    /// Multiplications with a weight for one sample, forward.
    pub fn multiply_adds(&self) -> u64 {
        let [height, width, _] = self.out_shape;
        match self.spec {
            LayerSpec::Conv { .. } => self.weights as u64 * (height * width) as u64,
            LayerSpec::Dense { .. } => self.weights as u64,
            _ => 0,
        }
    }

    /// The activation that this layer ends with.
    pub fn activation(&self) -> Activation {
        match self.spec {
            LayerSpec::Conv { activation, .. }
            | LayerSpec::Dense { activation, .. }
            | LayerSpec::BatchNorm { activation } => activation,
            LayerSpec::MaxPool { .. } | LayerSpec::Dropout { .. } => Activation::Linear,
        }
    }

    /// Places `spec` as layer number `index`, behind whatever has the shape `in_shape`.
    fn place(
        index: usize,
        spec: LayerSpec,
        in_shape: [usize; 3],
        before: Option<&Layer>,
    ) -> Result<Self> {
        let [height, width, channels] = in_shape;
        let limit = MAX_PARAMETERS;
        let sized = |what, size: usize| match size {
            0 => Err(Error::ZeroSize { layer: index, what }),
            _ => Ok(size),
        };
        let too_large = |window: usize| Error::WindowTooLarge {
            layer: index,
            window: [window, window].into(),
            input: in_shape.into(),
        };
        let (out_shape, weights, others) = match spec {
            LayerSpec::Conv {
                filters,
                kernel,
                padding,
                ..
            } => {
                sized("the number of filters", filters)?;
                sized("the kernel", kernel)?;
                if kernel % 2 == 0 {
                    return Err(Error::EvenKernel {
                        layer: index,
                        kernel,
                    });
                }
                let (out_height, out_width) = match padding {
                    // More padding than picture would be a mistake, too.
                    Padding::Same if kernel / 2 <= height.max(width) => (height, width),
                    Padding::Valid if kernel <= height && kernel <= width => {
                        (height - kernel + 1, width - kernel + 1)
                    }
                    _ => return Err(too_large(kernel)),
                };
                let sizes = [kernel, kernel, channels, filters];
                let weights = product("the weights of a convolution", &sizes, limit)?;
                ([out_height, out_width, filters], weights, filters)
            }
            LayerSpec::MaxPool { size } => {
                sized("the window", size)?;
                if size > height || size > width || size > MAX_POOL {
                    return Err(too_large(size));
                }
                ([height / size, width / size, channels], 0, 0)
            }
            LayerSpec::Dense { units, .. } => {
                sized("the number of units", units)?;
                let sizes = [height * width * channels, units];
                let weights = product("the weights of a dense layer", &sizes, limit)?;
                ([1, 1, units], weights, units)
            }
            LayerSpec::BatchNorm { .. } => {
                let fits = before.is_some_and(|layer| {
                    layer.weights > 0
                        && !matches!(layer.spec, LayerSpec::BatchNorm { .. })
                        && layer.activation() == Activation::Linear
                });
                if !fits {
                    return Err(Error::Layer {
                        layer: index,
                        reason: "batch normalisation must follow a convolution or a dense layer \
                                 with the activation linear; give its own activation instead"
                            .to_owned(),
                    });
                }
                // Scale, shift, running mean, running variance.
                (in_shape, 0, 4 * channels)
            }
            LayerSpec::Dropout { rate } => {
                if !(0.0..1.0).contains(&rate) {
                    return Err(Error::Setting {
                        name: "the dropout rate",
                        value: rate,
                        range: "at least 0 and below 1",
                    });
                }
                (in_shape, 0, 0)
            }
        };
        product("the output of a layer", &out_shape, MAX_ACTIVATIONS)?;
        let start = before.map_or(0, |layer| layer.params.end);
        let end = start + weights + others;
        if end > MAX_PARAMETERS {
            return Err(Error::TooLarge {
                operation: "the parameters of the network",
                shape: Shape(vec![end]),
            });
        }
        Ok(Layer {
            spec,
            in_shape,
            out_shape,
            params: start..end,
            weights,
        })
    }
}

/// Places every layer of `spec`, or says why one of them cannot stand where it is.
pub(crate) fn place_layers(spec: &NetworkSpec) -> Result<Vec<Layer>> {
    if spec.input.contains(&0) {
        return Err(Error::ZeroInput {
            shape: spec.input.into(),
        });
    }
    product("the network's input", &spec.input, MAX_ACTIVATIONS)?;
    let mut layers: Vec<Layer> = Vec::new();
    let mut shape = spec.input;
    for (index, &layer) in spec.layers.iter().enumerate() {
        let layer = Layer::place(index, layer, shape, layers.last())?;
        shape = layer.out_shape;
        layers.push(layer);
    }
    let Some(last) = layers.last() else {
        return Err(Error::NoLayers);
    };
    if spec.loss == Loss::CrossEntropy && last.activation() != Activation::Linear {
        return Err(Error::Layer {
            layer: layers.len() - 1,
            reason: "under cross-entropy the last layer is softmaxed, so its own activation must \
                     be linear (or softmax, which says the same)"
                .to_owned(),
        });
    }
    Ok(layers)
}
