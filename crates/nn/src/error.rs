//! What can go wrong, one variant a failure, each with a sentence that a person can act on.

use std::fmt;

/// The result of every fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A list of sizes, printed as `32x28x28x1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(pub Vec<usize>);

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, size) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("x")?;
            }
            write!(f, "{size}")?;
        }
        Ok(())
    }
}

impl From<&[usize]> for Shape {
    fn from(sizes: &[usize]) -> Self {
        Shape(sizes.to_vec())
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(sizes: [usize; N]) -> Self {
        Shape(sizes.to_vec())
    }
}

/// What can go wrong in this crate. Nothing in it panics on what a caller passes in.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two shapes that ought to fit do not.
    #[error("{operation}: expected {expected}, found {found}")]
    Shape {
        /// What was being done.
        operation: &'static str,
        /// The shape that would have fitted.
        expected: Shape,
        /// The shape that was given.
        found: Shape,
    },
    /// A batch of no samples has no mean loss and no predictions.
    #[error("{operation}: the batch is empty; give at least one sample")]
    EmptyBatch {
        /// What was being done.
        operation: &'static str,
    },
    /// A layer, or the input, with nothing in it.
    #[error("{what} of layer {layer} is zero; every size must be at least 1")]
    ZeroSize {
        /// Position of the layer in the specification.
        layer: usize,
        /// Which of its sizes.
        what: &'static str,
    },
    /// The input of the network has a zero height, width or number of channels.
    #[error("the network's input is {shape}; every size must be at least 1")]
    ZeroInput {
        /// The input as specified.
        shape: Shape,
    },
    /// A network without layers.
    #[error("the network has no layers")]
    NoLayers,
    /// Convolution kernels have a middle, so their side is odd.
    #[error("the kernel of layer {layer} is {kernel} wide; it must be odd")]
    EvenKernel {
        /// Position of the layer.
        layer: usize,
        /// The kernel's side.
        kernel: usize,
    },
    /// A window (kernel or pool) that is larger than the picture under it.
    #[error("layer {layer}: a window of {window} does not fit into an input of {input}")]
    WindowTooLarge {
        /// Position of the layer.
        layer: usize,
        /// Height and width of the window.
        window: Shape,
        /// Height, width and channels of what enters the layer.
        input: Shape,
    },
    /// A specification that contradicts itself or uses a layer where it cannot stand.
    #[error("layer {layer}: {reason}")]
    Layer {
        /// Position of the layer.
        layer: usize,
        /// What is wrong, as a sentence.
        reason: String,
    },
    /// A number that steers training lies outside its range.
    // The value is for programs: printing it would bring all of float formatting into the engine.
    #[error("{name} must be {range}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed, in words.
        range: &'static str,
    },
    /// A label that is not a class of this network.
    #[error("the label of sample {sample} is {label}; this network has the classes 0 to {}", classes.saturating_sub(1))]
    Label {
        /// Position of the sample in the batch.
        sample: usize,
        /// The label found.
        label: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// A size that does not fit into memory, found before anything was allocated.
    #[error("{operation}: {shape} is too large")]
    TooLarge {
        /// What was being sized.
        operation: &'static str,
        /// The factors whose product is too large.
        shape: Shape,
    },
    /// The allocator said no.
    #[error("{operation}: there is no memory for {elements} numbers")]
    OutOfMemory {
        /// What the memory was for.
        operation: &'static str,
        /// How many elements were asked for.
        elements: usize,
    },
    /// Weights that are NaN or infinite.
    #[error("parameter {index} is not a finite number")]
    NotFinite {
        /// Position in the flat parameter vector.
        index: usize,
    },
    /// A position among the layers that does not exist.
    #[error("layers {start}..{end} were asked for; the network has {layers}")]
    LayerRange {
        /// First layer asked for.
        start: usize,
        /// One past the last layer asked for.
        end: usize,
        /// How many there are.
        layers: usize,
    },
    /// An output of a layer that does not exist.
    #[error("layer {layer} has the outputs 0 to {}; {unit} was asked for", units.saturating_sub(1))]
    Unit {
        /// Position of the layer.
        layer: usize,
        /// The output asked for.
        unit: usize,
        /// How many there are.
        units: usize,
    },
    /// Kernels for an instruction set that this machine does not have.
    #[error("this machine cannot run the {isa} kernels")]
    Unsupported {
        /// Name of the instruction set.
        isa: &'static str,
    },
}

/// The product of `sizes`, or [`Error::TooLarge`] where it is beyond `limit`.
pub(crate) fn product(operation: &'static str, sizes: &[usize], limit: usize) -> Result<usize> {
    sizes
        .iter()
        .try_fold(1usize, |total, &size| total.checked_mul(size))
        .filter(|&total| total <= limit)
        .ok_or_else(|| Error::TooLarge {
            operation,
            shape: Shape::from(sizes),
        })
}

/// Makes `buffer` at least `len` long (new elements are zero) and returns its first `len`
/// elements; an allocation that fails is an error, not an abort.
pub(crate) fn grow<'a, T: Copy + Default>(
    operation: &'static str,
    buffer: &'a mut Vec<T>,
    len: usize,
) -> Result<&'a mut [T]> {
    if buffer.len() < len {
        buffer
            .try_reserve_exact(len - buffer.len())
            .map_err(|_| Error::OutOfMemory {
                operation,
                elements: len,
            })?;
        buffer.resize(len, T::default());
    }
    Ok(&mut buffer[..len])
}
