//! For other people's pages: networks to build, train and use, and digit reading in one call.

use std::cell::RefCell;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use trazo_formats::{Encoding, ModelFile, read_model, write_model};
use trazo_ink::picture::grey_of_rgba;
use trazo_ink::{Drawing, Point, Recipe};
use trazo_learn::{decide, likeliest, numbers, read_picture as read_numbers};
use trazo_nn::{NetworkSpec, OptimizerSpec, Trainer, Workspace};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::picture::PictureReading;
use crate::project::model_of;
use crate::view::to_js;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What is applied to each output of a layer; "linear" where nothing is said. "softmax" only on the last layer. */
export type Activation = "linear" | "relu" | "sigmoid" | "tanh" | "softmax";

export type LayerSpec =
    | { type: "conv"; filters: number; kernel: number; padding: "same" | "valid"; activation?: Activation }
    | { type: "maxpool"; size: number }
    | { type: "dense"; units: number; activation?: Activation }
    | { type: "batchnorm"; activation?: Activation }
    | { type: "dropout"; rate: number };

export type OptimizerSpec =
    | { type: "sgd"; learningRate: number; weightDecay?: number }
    | { type: "momentum"; learningRate: number; momentum?: number; nesterov?: boolean; weightDecay?: number }
    | { type: "adam"; learningRate: number; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number };

export interface NetworkSpec {
    /** Height, width and channels of one sample. */
    input: [height: number, width: number, channels: number];
    layers: LayerSpec[];
    loss: "cross-entropy" | "squared-error";
    /** Adam at 0.001 where nothing is said. */
    optimizer?: OptimizerSpec;
}

/** One pen-down to pen-up: points `[x, y]` or `{ x, y }`, y downwards, in any unit. */
export type Stroke = ArrayLike<ArrayLike<number> | { x: number; y: number }>;
"#;

#[wasm_bindgen]
extern "C" {
    /// The spec's type for TypeScript.
    #[wasm_bindgen(typescript_type = "NetworkSpec")]
    pub type NetworkSpecJs;
    /// The strokes' type for TypeScript.
    #[wasm_bindgen(typescript_type = "ArrayLike<Stroke>")]
    pub type StrokesJs;
    /// The picture's type for TypeScript.
    #[wasm_bindgen(
        typescript_type = "{ width: number; height: number; data: Uint8Array | Uint8ClampedArray }"
    )]
    pub type PictureJs;
}

// `new URL(…, import.meta.url)` in this very form is what bundlers look for: they carry the file along.
#[wasm_bindgen(inline_js = r#"
let fetched;
async function pretrained() {
    const response = await fetch(new URL("../../digits.trazo", import.meta.url));
    if (!response.ok) throw new Error(`digits.trazo answered ${response.status}: it belongs beside trazo_web.js.`);
    return new Uint8Array(await response.arrayBuffer());
}
export async function onceFetched(read, what) {
    fetched ??= pretrained().catch((error) => {
        fetched = undefined;
        throw error;
    });
    return (await import("../../trazo_web.js"))[read](what, await fetched);
}
"#)]
extern "C" {
    /// Calls the export of that name again, with the pretrained model, which is fetched once.
    #[wasm_bindgen(js_name = onceFetched)]
    fn once_fetched(read: &str, what: &JsValue) -> Promise;
}

/// A network to build, train and use. Inputs are rows of `height * width * channels` numbers, channels last.
#[wasm_bindgen]
pub struct Network {
    trainer: Trainer,
    name: String,
    recipe: Option<Recipe>,
    /// Apart from the trainer's, whose workspace is set for training (dropout).
    workspace: Workspace,
}

#[derive(Deserialize)]
struct BuildOptions {
    optimizer: Option<OptimizerSpec>,
}

fn default_optimizer() -> OptimizerSpec {
    OptimizerSpec::adam(0.001)
}

#[wasm_bindgen]
impl Network {
    /// A network with random weights: the same seed gives the same ones.
    ///
    /// # Errors
    /// A spec that says what cannot be built.
    pub fn build(spec: NetworkSpecJs, seed: f64) -> Result<Network, Failure> {
        if !spec.is_object() {
            return Err(Failure::new(
                "bad-argument",
                "A network is built from an object: { input, layers, loss }.",
            ));
        }
        // Through JSON: the formats read the same types from JSON, and one reader in the module is enough.
        let json = js_sys::JSON::stringify(&spec)
            .map(String::from)
            .unwrap_or_default();
        let wrong = |error: serde_json::Error| {
            Failure::new("bad-network", format!("This is no network: {error}."))
        };
        let options: BuildOptions = serde_json::from_slice(json.as_bytes()).map_err(wrong)?;
        let network: NetworkSpec = serde_json::from_slice(json.as_bytes()).map_err(wrong)?;
        let network = trazo_nn::Network::new(network, seed as u64)?;
        Self::with(
            network,
            options.optimizer.unwrap_or_else(default_optimizer),
            String::new(),
            None,
        )
    }

    fn with(
        network: trazo_nn::Network,
        optimizer: OptimizerSpec,
        name: String,
        recipe: Option<Recipe>,
    ) -> Result<Self, Failure> {
        let trainer = Trainer::new(network, optimizer, 0)?;
        Ok(Self {
            trainer,
            name,
            recipe,
            workspace: Workspace::new(),
        })
    }

    /// Opens a `.trazo` model file. Training it goes on with a fresh optimiser: Adam at 0.001.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn load(bytes: &[u8]) -> Result<Network, Failure> {
        let file = read_model(bytes)?;
        let (name, recipe) = (file.name.clone(), file.recipe());
        Self::with(file.into_network(), default_optimizer(), name, recipe)
    }

    /// The outputs for a batch of any size, row after row; probabilities where the loss is cross-entropy.
    ///
    /// # Errors
    /// An input that is not whole rows.
    pub fn predict(&mut self, inputs: &[f32]) -> Result<Vec<f32>, Failure> {
        Ok(self
            .trainer
            .network
            .predict(inputs, &mut self.workspace)?
            .to_vec())
    }

    /// One optimiser step on a batch; its mean loss before the step.
    ///
    /// # Errors
    /// Inputs and labels that do not fit each other or the network; nothing is changed then.
    #[wasm_bindgen(js_name = trainBatch)]
    pub fn train_batch(&mut self, inputs: &[f32], labels: &[u8]) -> Result<f32, Failure> {
        Ok(self.trainer.train_batch(inputs, labels)?)
    }

    /// The network as a `.trazo` model file, weights bit for bit.
    ///
    /// # Errors
    /// Weights that are not finite.
    pub fn save(&self) -> Result<Vec<u8>, Failure> {
        let network = self.trainer.network.clone();
        let file = ModelFile::new(self.name.as_str(), network, self.recipe)?;
        Ok(write_model(&file, Encoding::F32)?)
    }

    /// How many weights and biases there are.
    #[wasm_bindgen(getter)]
    pub fn parameters(&self) -> usize {
        self.trainer.network.params().len()
    }
}

struct Reader {
    bytes: Vec<u8>,
    model: trazo_learn::Model,
    workspace: Workspace,
}

thread_local! {
    /// The model of the last call: reading a file takes longer than reading a digit.
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// What `readDigit` reads.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct DigitReading {
    /// The likeliest digit, or null where nothing is drawn.
    #[tsify(type = "number | null")]
    digit: Option<u8>,
    /// False where it may well be another digit, or none at all.
    sure: bool,
    /// Ten numbers, one a digit.
    #[tsify(type = "number[]")]
    probabilities: [f32; 10],
}

/// One digit of what `readNumber` reads.
#[derive(Serialize, Tsify)]
pub struct NumberDigit {
    /// The likeliest digit.
    digit: u8,
    /// False where it may well be another digit, or none at all.
    sure: bool,
    /// Ten numbers, one a digit.
    #[tsify(type = "number[]")]
    probabilities: [f32; 10],
    /// Its strokes' places among those that were given.
    strokes: Vec<usize>,
}

/// What `readNumber` reads.
#[derive(Serialize, Tsify)]
pub struct NumberReading {
    /// The likeliest digits as one writes them, a minus before them and a decimal point or comma among them where they are
    /// drawn; empty where nothing is.
    text: String,
    /// True where each digit is.
    sure: bool,
    /// From left to right.
    digits: Vec<NumberDigit>,
}

/// Reads a handwritten digit from its strokes, with the pretrained model (fetched once) or the model in `bytes`.
///
/// The strokes may be in any unit; they are brought to the middle of the pad first, unless the model is one that sees
/// where on the pad they are (`classic`): then they are in pad units, 0 to 1000.
///
/// # Errors
/// Strokes that are not strokes, bytes that are not a digit model, a model file that does not load: the promise is rejected.
#[wasm_bindgen(js_name = readDigit, unchecked_return_type = "Promise<DigitReading>")]
pub fn read_digit(strokes: StrokesJs, bytes: Option<Vec<u8>>) -> Promise {
    read_with("readDigit", &strokes, bytes, |reader| {
        to_js(&reader.read(&drawing_of(&strokes)?)?)
    })
}

/// Reads several handwritten digits side by side, as one number, with the pretrained model (fetched once) or the model in
/// `bytes`. The strokes may be in any unit. One digit is read as by `readDigit`; a model that sees where on the pad a
/// drawing is (`classic`) takes all of it for one digit.
///
/// # Errors
/// Strokes that are not strokes, bytes that are not a digit model, a model file that does not load: the promise is rejected.
#[wasm_bindgen(js_name = readNumber, unchecked_return_type = "Promise<NumberReading>")]
pub fn read_number(strokes: StrokesJs, bytes: Option<Vec<u8>>) -> Promise {
    read_with("readNumber", &strokes, bytes, |reader| {
        to_js(&reader.read_number(&drawing_of(&strokes)?)?)
    })
}

/// Reads the numbers in a picture, a canvas's `ImageData` or anything like it, with the pretrained model (fetched once) or
/// the model in `bytes`. Boxes are in the picture's pixels; scale a photograph to some 1,600 of them first, since more are
/// averaged down anyway.
///
/// # Errors
/// A picture that is none, bytes that are not a digit model, a model file that does not load: the promise is rejected.
#[wasm_bindgen(js_name = readPicture, unchecked_return_type = "Promise<PictureReading>")]
pub fn read_picture(picture: PictureJs, bytes: Option<Vec<u8>>) -> Promise {
    read_with("readPicture", &picture, bytes, |reader| {
        to_js(&reader.read_picture(&picture_of(&picture)?)?)
    })
}

/// Asks the model in `bytes`, or the pretrained one, in a second call of the export `name`; the one of the last call is
/// kept.
///
/// No `async fn`: what a promise may call is in the engine's first part, which has no use for it.
fn read_with<T: Tsify>(
    name: &str,
    what: &JsValue,
    bytes: Option<Vec<u8>>,
    ask: impl FnOnce(&mut Reader) -> Result<Ts<T>, Failure>,
) -> Promise {
    let Some(bytes) = bytes else {
        return once_fetched(name, what);
    };
    match READER.with_borrow_mut(|reader| ask(opened(reader, bytes)?)) {
        Ok(reading) => Promise::resolve(&reading.js_value()),
        Err(failure) => Promise::reject(&failure.into()),
    }
}

struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

fn picture_of(picture: &JsValue) -> Result<Picture, Failure> {
    let wrong = || {
        Failure::new(
            "bad-argument",
            "A picture is { width, height, data }: four bytes a pixel, red, green, blue and alpha.",
        )
    };
    let get = |name: &str| Reflect::get(picture, &name.into()).map_err(|_| wrong());
    let side = |name: &str| get(name).map(|side| side.as_f64().unwrap_or(0.0) as usize);
    let data = get("data")?;
    if !data.is_instance_of::<Uint8Array>() && !data.is_instance_of::<js_sys::Uint8ClampedArray>() {
        return Err(wrong());
    }
    Ok(Picture {
        width: side("width")?,
        height: side("height")?,
        rgba: Uint8Array::new(&data).to_vec(),
    })
}

/// The reader of these bytes: the one of the last call, where it is.
fn opened(kept: &mut Option<Reader>, bytes: Vec<u8>) -> Result<&mut Reader, Failure> {
    let kept_is_it = kept.as_ref().is_some_and(|reader| reader.bytes == bytes);
    let reader = match kept.take().filter(|_| kept_is_it) {
        Some(reader) => reader,
        None => {
            // Trazo's own files alone: `trazo convert` makes one of other programs' files.
            let (_, model) = model_of(&read_model(&bytes)?)?;
            Reader {
                bytes,
                model,
                workspace: Workspace::new(),
            }
        }
    };
    Ok(kept.insert(reader))
}

impl Reader {
    fn read(&mut self, drawing: &Drawing) -> Result<DigitReading, Failure> {
        let fitted = match self.model.recipe {
            trazo_learn::Recipe::Mnist28 { .. } => drawing.fit(),
            trazo_learn::Recipe::PadBits20 => drawing.clone(),
        };
        let Some(input) = self.model.recipe.input(&fitted) else {
            return Ok(DigitReading {
                digit: None,
                sure: false,
                probabilities: [0.0; 10],
            });
        };
        let row = self.model.network.predict(&input, &mut self.workspace)?;
        let mut probabilities = [0.0; 10];
        probabilities
            .iter_mut()
            .zip(row)
            .for_each(|(to, from)| *to = *from);
        Ok(DigitReading {
            digit: Some(likeliest(&probabilities)),
            sure: decide(&probabilities).digit.is_some(),
            probabilities,
        })
    }
}

impl Reader {
    fn read_picture(&mut self, picture: &Picture) -> Result<PictureReading, Failure> {
        let Picture {
            width,
            height,
            ref rgba,
        } = *picture;
        let grey = grey_of_rgba(width, height, rgba).map_err(trazo_learn::Error::from)?;
        let Self {
            model, workspace, ..
        } = self;
        let lines = read_numbers((width, height, &grey), model.recipe, |row| {
            Ok(model.network.predict(row, workspace)?.to_vec())
        })?;
        Ok(PictureReading::new(&lines))
    }

    fn read_number(&mut self, drawing: &Drawing) -> Result<NumberReading, Failure> {
        let numbers::Parted { groups, signs } = match self.model.recipe {
            trazo_learn::Recipe::PadBits20 => numbers::whole(drawing),
            trazo_learn::Recipe::Mnist28 { .. } => numbers::part(drawing, None, |drawings| {
                let rows = drawings
                    .iter()
                    .map(|drawing| Ok(self.read(drawing)?.probabilities));
                rows.collect::<Result<Vec<_>, Failure>>()
            })?,
        };
        let digits = groups.into_iter().map(|group| {
            let DigitReading {
                digit,
                sure,
                probabilities,
            } = self.read(&group.drawing)?;
            Ok(NumberDigit {
                digit: digit.unwrap_or_default(),
                sure,
                probabilities,
                strokes: group.strokes,
            })
        });
        let digits = digits.collect::<Result<Vec<_>, Failure>>()?;
        Ok(NumberReading {
            text: numbers::text(
                digits.iter().map(|each| char::from(b'0' + each.digit)),
                &signs,
            ),
            sure: !digits.is_empty() && digits.iter().all(|each| each.sure),
            digits,
        })
    }
}

/// Strokes as people have them: arrays of `[x, y]` or `{x, y}`.
fn drawing_of(strokes: &JsValue) -> Result<Drawing, Failure> {
    let wrong = || {
        Failure::new(
            "bad-argument",
            "Strokes are arrays of points, and a point is [x, y] or {x, y} with finite numbers.",
        )
    };
    let coordinate = |point: &JsValue, index: u32, name: &str| {
        let value = if Array::is_array(point) {
            Reflect::get_u32(point, index)
        } else {
            Reflect::get(point, &name.into())
        };
        value
            .ok()
            .and_then(|value| value.as_f64())
            .map(|value| value as f32)
            .filter(|value| value.is_finite())
            .ok_or_else(wrong)
    };
    let list = |value: &JsValue| {
        if value.is_object() {
            Ok(Array::from(value))
        } else {
            Err(wrong())
        }
    };
    let mut drawing = Drawing::default();
    for stroke in list(strokes)?.iter() {
        let points = list(&stroke)?;
        let points = points.iter().map(|point| {
            Ok(Point::new(
                coordinate(&point, 0, "x")?,
                coordinate(&point, 1, "y")?,
            ))
        });
        drawing
            .strokes
            .push(points.collect::<Result<_, Failure>>()?);
    }
    Ok(drawing)
}
