//! A network from named arrays alone, where another program left out what network they are.
//!
//! Names tell what belongs together (`fc1.weight` and `fc1.bias`, `w0` and `b0`, `dense_1/kernel` and
//! `dense_1/bias`, `arr_0`, `arr_1`, …), shapes tell what follows what: each layer takes what the one
//! before gives. What neither tells is asked for ([`Error::Undecided`]) or, where one answer is the
//! usual one, assumed and said so.

use trazo_ink::Recipe;
use trazo_ink::normalize::CANONICAL_PEN;
use trazo_nn::{Activation, LayerSpec, Loss, NetworkSpec, Padding};

use super::{Part, Tensor};
use crate::error::Error;
use crate::guess::Guess;
use crate::model::{ModelFile, build};

/// The sides of pooling windows that are tried; 1 is none.
const POOLS: [usize; 4] = [1, 2, 3, 4];

/// The most orders of layers, and arrangements of pooling and padding, that are tried.
const TRIES: usize = 20_000;

/// The most arrays: orders of many layers could be tried for ever.
const ARRAYS: usize = 256;

/// What an array is in its layer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Weight,
    Bias,
    Scale,
    Shift,
    Mean,
    Variance,
}

/// A piece of a name: letters or a number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Token {
    Number(u64),
    Word(String),
}

/// The arrays of one layer.
#[derive(Default)]
struct Group<'a> {
    stem: Vec<Token>,
    weight: Option<&'a Tensor>,
    bias: Option<&'a Tensor>,
    scale: Option<&'a Tensor>,
    shift: Option<&'a Tensor>,
    mean: Option<&'a Tensor>,
    variance: Option<&'a Tensor>,
}

/// Where the outputs of a layer's weights stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    /// PyTorch's: `[out, in]`, `[out, in, kernel, kernel]`.
    OutputsFirst,
    /// Keras's: `[in, out]`, `[kernel, kernel, in, out]`.
    OutputsLast,
}

/// A convolution or dense layer.
#[derive(Clone, Copy)]
struct Linear<'a> {
    group: &'a Group<'a>,
    weight: &'a Tensor,
    /// 0 for a dense layer.
    kernel: usize,
    inputs: usize,
    outputs: usize,
}

/// Makes a model of arrays.
pub(super) fn infer(tensors: Vec<Tensor>, guess: &mut Guess<'_>) -> Result<ModelFile, Error> {
    if tensors.len() > ARRAYS {
        return Err(Error::TooLarge {
            what: "arrays",
            claimed: tensors.len() as u64,
            limit: ARRAYS as u64,
        });
    }
    for tensor in &tensors {
        tensor.check_finite()?;
    }
    let groups = groups(&tensors)?;
    let linear: Vec<&Group<'_>> = groups.iter().filter(|group| group.is_linear()).collect();
    if linear.is_empty() {
        return Err(unknown("there is no matrix of weights in it"));
    }
    let layouts = [Layout::OutputsFirst, Layout::OutputsLast];
    let kernels = tensors.iter().any(|tensor| tensor.name.contains("kernel"));
    let in_turn = if kernels { [1, 0] } else { [0, 1] };
    let found = in_turn.into_iter().find_map(|which| {
        let layout = layouts.get(which).copied()?;
        chain(&linear, layout).map(|chain| (layout, chain))
    });
    let Some((layout, chain)) = found else {
        let shapes: Vec<String> = linear
            .iter()
            .filter_map(|group| group.weight)
            .map(|weight| format!("{:?} {:?}", weight.name, weight.shape))
            .collect();
        return Err(unknown(format!(
            "the layers do not follow each other ({})",
            shapes.join(", ")
        )));
    };
    let norms: Vec<&Group<'_>> = groups.iter().filter(|group| group.mean.is_some()).collect();
    let norms = place_norms(&chain, norms)?;
    let input = Input::of(&chain, guess)?;
    let (hidden, output, loss) = activations(&chain, input.recipe, guess)?;
    let mut writer = Writer {
        layout,
        shape: input.shape,
        layers: Vec::new(),
        params: Vec::new(),
    };
    for (index, (linear, norm)) in chain.iter().zip(norms).enumerate() {
        let activation = if index + 1 == chain.len() {
            output
        } else {
            hidden
        };
        writer.add(linear, norm, activation, input.at(index))?;
    }
    let spec = NetworkSpec {
        input: input.shape,
        layers: writer.layers,
        loss,
    };
    let network = build(spec, writer.params)?;
    let name = match input.recipe {
        Some(Recipe::PadBits20) => "classic",
        _ => "model",
    };
    ModelFile::new(name, network, input.recipe)
}

// ---- names

/// The pieces of a name: runs of letters, and numbers. Everything else parts them.
fn tokens(name: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let letters = first.is_alphabetic();
        let same = |letter: char| {
            if digits {
                letter.is_ascii_digit()
            } else {
                letter.is_alphabetic()
            }
        };
        if !digits && !letters {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|letter| !same(letter)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        tokens.push(match piece.parse() {
            Ok(number) => Token::Number(number),
            Err(_) => Token::Word(piece.to_lowercase()),
        });
    }
    tokens
}

/// What an array is, and the name of its layer; the place of the role among the tokens is left out.
fn role(name: &str) -> Option<(Role, Vec<Token>)> {
    let mut tokens = tokens(name);
    let word = |token: &Token| match token {
        Token::Word(word) => match word.as_str() {
            "weight" | "weights" | "kernel" | "w" | "coefs" => Some(Role::Weight),
            "bias" | "biases" | "b" | "intercepts" => Some(Role::Bias),
            "gamma" | "scale" => Some(Role::Scale),
            "beta" | "offset" => Some(Role::Shift),
            "mean" => Some(Role::Mean),
            "var" | "variance" => Some(Role::Variance),
            _ => None,
        },
        Token::Number(_) => None,
    };
    let (at, role) = tokens
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, token)| Some((at, word(token)?)))?;
    tokens.remove(at);
    if matches!(role, Role::Mean | Role::Variance)
        && let Some(Token::Word(word)) = at.checked_sub(1).and_then(|at| tokens.get(at))
        && matches!(word.as_str(), "running" | "moving")
    {
        tokens.remove(at - 1);
    }
    Some((role, tokens))
}

/// Layers by their names, in the order that people count in.
fn groups(tensors: &[Tensor]) -> Result<Vec<Group<'_>>, Error> {
    let mut named: Vec<(Vec<Token>, Option<Role>, &Tensor)> = Vec::new();
    for tensor in tensors {
        if tensor.name.ends_with("num_batches_tracked") {
            continue;
        }
        match role(&tensor.name) {
            Some((role, stem)) => named.push((stem, Some(role), tensor)),
            None => named.push((tokens(&tensor.name), None, tensor)),
        }
    }
    // Numbers by their size, words by the alphabet, a number before a word.
    named.sort_by(|a, b| a.0.cmp(&b.0));
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (stem, role, tensor) in named {
        // Arrays without a word for what they are: a matrix begins a layer, a vector is its bias.
        let matrix = tensor.shape.iter().filter(|&&size| size > 1).count() > 1;
        let (role, stem) = match (role, groups.last()) {
            (Some(role), _) => (role, stem),
            (None, Some(last)) if !matrix => (Role::Bias, last.stem.clone()),
            (None, _) => (Role::Weight, stem),
        };
        if groups.last().is_none_or(|group| group.stem != stem) {
            groups.push(Group {
                stem,
                ..Group::default()
            });
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        let place = match role {
            Role::Weight => &mut group.weight,
            Role::Bias => &mut group.bias,
            Role::Scale => &mut group.scale,
            Role::Shift => &mut group.shift,
            Role::Mean => &mut group.mean,
            Role::Variance => &mut group.variance,
        };
        if let Some(other) = place.replace(tensor) {
            return Err(unknown(format!(
                "{:?} and {:?} have the same place",
                other.name, tensor.name
            )));
        }
    }
    for group in &mut groups {
        // PyTorch calls a normalization's scale and shift weight and bias.
        if group.mean.is_some() {
            group.scale = group.scale.or(group.weight.take());
            group.shift = group.shift.or(group.bias.take());
        }
        if group.mean.is_some() != group.variance.is_some() {
            return Err(unknown("a normalization without mean or variance"));
        }
    }
    Ok(groups)
}

impl Group<'_> {
    fn is_linear(&self) -> bool {
        self.mean.is_none()
    }

    fn name(&self) -> String {
        let weight = self.weight.or(self.bias).or(self.mean).or(self.scale);
        weight.map(|tensor| tensor.name.clone()).unwrap_or_default()
    }
}

// ---- what follows what

impl<'a> Linear<'a> {
    fn of(group: &'a Group<'a>, layout: Layout) -> Option<Self> {
        let weight = group.weight?;
        let (kernel, inputs, outputs) = match (layout, weight.shape.as_slice()) {
            (Layout::OutputsFirst, &[outputs, inputs])
            | (Layout::OutputsLast, &[inputs, outputs]) => (0, inputs, outputs),
            (Layout::OutputsFirst, &[outputs, inputs, height, width]) if height == width => {
                (height, inputs, outputs)
            }
            (Layout::OutputsLast, &[height, width, inputs, outputs]) if height == width => {
                (height, inputs, outputs)
            }
            _ => return None,
        };
        let fits = match group.bias {
            Some(bias) => bias.values.len() == outputs,
            None => true,
        };
        let odd = kernel == 0 || kernel % 2 == 1;
        (fits && odd).then_some(Self {
            group,
            weight,
            kernel,
            inputs,
            outputs,
        })
    }
}

/// The layers in an order in which each takes what the one before gives, ten outputs at the end; of
/// several, the one that follows the names.
fn chain<'a>(groups: &[&'a Group<'a>], layout: Layout) -> Option<Vec<Linear<'a>>> {
    let linear: Option<Vec<Linear<'a>>> = groups
        .iter()
        .map(|&group| Linear::of(group, layout))
        .collect();
    let linear = linear?;
    let mut chain = Vec::new();
    let mut used = vec![false; linear.len()];
    let mut tries = TRIES;
    extend(&linear, &mut used, &mut chain, &mut tries).then_some(chain)
}

fn extend<'a>(
    linear: &[Linear<'a>],
    used: &mut [bool],
    chain: &mut Vec<Linear<'a>>,
    tries: &mut usize,
) -> bool {
    if chain.len() == linear.len() {
        return chain.last().is_some_and(|last| last.outputs == 10);
    }
    *tries = tries.saturating_sub(1);
    if *tries == 0 {
        return false;
    }
    for (at, &next) in linear.iter().enumerate() {
        let fits = match chain.last() {
            _ if used.get(at).copied().unwrap_or(true) => false,
            None => next.kernel == 0 || next.inputs <= 2,
            Some(last) if last.kernel > 0 && next.kernel == 0 => {
                next.inputs.is_multiple_of(last.outputs)
            }
            Some(last) if last.kernel == 0 && next.kernel > 0 => false,
            Some(last) => last.outputs == next.inputs,
        };
        if fits {
            mark(used, at, true);
            chain.push(next);
            if extend(linear, used, chain, tries) {
                return true;
            }
            chain.pop();
            mark(used, at, false);
        }
    }
    false
}

fn mark(used: &mut [bool], at: usize, value: bool) {
    if let Some(used) = used.get_mut(at) {
        *used = value;
    }
}

/// The normalization behind each layer: one of its size, that of the same number where there are
/// several.
fn place_norms<'a>(
    chain: &[Linear<'a>],
    mut norms: Vec<&'a Group<'a>>,
) -> Result<Vec<Option<&'a Group<'a>>>, Error> {
    let numbers = |group: &Group<'_>| -> Vec<Token> {
        let number = |token: &&Token| matches!(token, Token::Number(_));
        group.stem.iter().filter(number).cloned().collect()
    };
    let mut placed = Vec::new();
    for linear in chain {
        let fits = |norm: &&Group<'_>| {
            let size = norm.mean.map_or(0, |mean| mean.values.len());
            size == linear.outputs
        };
        let own = numbers(linear.group);
        let at = norms
            .iter()
            .position(|norm| fits(norm) && numbers(norm) == own)
            .or_else(|| norms.iter().position(fits));
        placed.push(at.map(|at| norms.remove(at)));
    }
    match norms.first() {
        Some(left) => Err(unknown(format!(
            "the normalization {:?} has no layer of its size",
            left.name()
        ))),
        None => Ok(placed),
    }
}

// ---- input, padding, pooling

/// The input, and what stands around each convolution.
struct Input {
    shape: [usize; 3],
    recipe: Option<Recipe>,
    arrangement: Vec<(Padding, usize)>,
}

impl Input {
    fn at(&self, index: usize) -> (Padding, usize) {
        let plain = (Padding::Same, 1);
        self.arrangement.get(index).copied().unwrap_or(plain)
    }

    fn of(chain: &[Linear<'_>], guess: &mut Guess<'_>) -> Result<Self, Error> {
        let convolutions = chain.iter().take_while(|linear| linear.kernel > 0);
        let convolutions: Vec<&Linear<'_>> = convolutions.collect();
        let Some(first) = convolutions.first() else {
            let inputs = chain.first().map_or(0, |linear| linear.inputs);
            let (shape, recipe) = input_of(inputs);
            if let Some(Recipe::Mnist28 { .. }) = recipe {
                say_pixels(guess);
            }
            return Ok(Self {
                shape,
                recipe,
                arrangement: Vec::new(),
            });
        };
        // What is left of the picture when it becomes a row.
        let last = convolutions.last().map_or(1, |last| last.outputs);
        let row = chain
            .get(convolutions.len())
            .map_or(last, |dense| dense.inputs);
        let mut found = Vec::new();
        // The original's 20x20 only where nothing fits MNIST's pictures.
        for side in [28, 20] {
            if side == 20 && (first.inputs != 1 || !found.is_empty()) {
                continue;
            }
            let mut search = Search {
                convolutions: &convolutions,
                target: row / last,
                guess,
                so_far: Vec::new(),
                found: Vec::new(),
                tries: TRIES,
            };
            search.go(side, side);
            found.extend(
                search
                    .found
                    .into_iter()
                    .map(|arrangement| (side, arrangement)),
            );
        }
        let (side, arrangement) = decide(found, guess)?;
        say_pixels(guess);
        let (_, recipe) = input_of(side * side * first.inputs);
        Ok(Self {
            shape: [side, side, first.inputs],
            recipe,
            arrangement,
        })
    }
}

/// What a network with so many inputs is shown.
pub(super) fn input_of(inputs: usize) -> ([usize; 3], Option<Recipe>) {
    let mnist = |shape| (shape, Some(Recipe::mnist(CANONICAL_PEN, shape)));
    match inputs {
        784 => mnist([28, 28, 1]),
        1568 => mnist([28, 28, 2]),
        3136 => mnist([28, 28, 4]),
        400 => ([20, 20, 1], Some(Recipe::PadBits20)),
        n => ([1, 1, n], None),
    }
}

pub(super) fn say_pixels(guess: &mut Guess<'_>) {
    let text = "The network is shown 28x28 pixels as MNIST has them, from 0 (paper) to 1 (ink).";
    guess.assume("pixels-0-to-1", text);
}

/// Tries paddings and pools that leave as much of the picture as the first dense layer takes.
struct Search<'s, 'a> {
    convolutions: &'s [&'s Linear<'a>],
    target: usize,
    guess: &'s Guess<'s>,
    so_far: Vec<(Padding, usize)>,
    found: Vec<Vec<(Padding, usize)>>,
    tries: usize,
}

impl Search<'_, '_> {
    fn go(&mut self, height: usize, width: usize) {
        self.tries = self.tries.saturating_sub(1);
        if self.tries == 0 {
            return;
        }
        let index = self.so_far.len();
        let Some(convolution) = self.convolutions.get(index) else {
            if height * width == self.target {
                self.found.push(self.so_far.clone());
            }
            return;
        };
        let kernel = convolution.kernel;
        for padding in [Padding::Same, Padding::Valid] {
            let said = one_of(self.guess.answers.padding.as_deref(), index);
            if said.is_some_and(|said| said != padding)
                || (kernel == 1 && padding == Padding::Valid && said.is_none())
            {
                continue;
            }
            let less = match padding {
                Padding::Same => 0,
                Padding::Valid => kernel - 1,
            };
            let (Some(height), Some(width)) = (height.checked_sub(less), width.checked_sub(less))
            else {
                continue;
            };
            for pool in POOLS {
                let said = one_of(self.guess.answers.pool.as_deref(), index);
                if said.is_some_and(|said| said != pool) || height < pool || width < pool {
                    continue;
                }
                self.so_far.push((padding, pool));
                self.go(height / pool, width / pool);
                self.so_far.pop();
            }
        }
    }
}

/// What was answered for this convolution: one answer may stand for all.
fn one_of<T: Copy>(answers: Option<&[T]>, index: usize) -> Option<T> {
    match answers? {
        [all] => Some(*all),
        each => each.get(index).copied(),
    }
}

type Arrangement = (usize, Vec<(Padding, usize)>);

/// The arrangement that fits; of several, the only one that does the same at each convolution.
fn decide(found: Vec<Arrangement>, guess: &mut Guess<'_>) -> Result<Arrangement, Error> {
    let even = |(_, all): &&Arrangement| {
        let first = all.first();
        all.iter().all(|one| Some(one) == first)
    };
    let evenly: Vec<&Arrangement> = found.iter().filter(even).collect();
    let chosen = match (found.as_slice(), evenly.as_slice()) {
        ([], _) => {
            return Err(unknown(
                "no padding and pooling of a 28x28 picture leaves what its dense layer takes",
            ));
        }
        ([only], _) => only,
        (_, [only]) => *only,
        _ => return Err(ask(&found)),
    };
    let (side, all) = chosen.clone();
    guess.assume(
        "arrangement",
        format!(
            "The shapes fit a {side}x{side} picture with padding {} and pooling {}.",
            words(&all, padding_word),
            words(&all, pool_word)
        ),
    );
    Ok((side, all))
}

fn padding_word(one: &(Padding, usize)) -> String {
    match one.0 {
        Padding::Same => "same".into(),
        Padding::Valid => "valid".into(),
    }
}

fn pool_word(one: &(Padding, usize)) -> String {
    one.1.to_string()
}

/// One word where all are the same, else all of them.
fn words(all: &[(Padding, usize)], word: fn(&(Padding, usize)) -> String) -> String {
    let words: Vec<String> = all.iter().map(word).collect();
    match words.first() {
        Some(first) if words.iter().all(|word| word == first) => first.clone(),
        _ => words.join(","),
    }
}

fn ask(found: &[Arrangement]) -> Error {
    /// So many are told; a person would not read more.
    const MOST: usize = 12;
    let choices = |word: fn(&(Padding, usize)) -> String| {
        let mut all: Vec<String> = found.iter().map(|(_, all)| words(all, word)).collect();
        all.sort_by_key(|words| (words.len(), words.clone()));
        all.dedup();
        all
    };
    let mut padding = choices(padding_word);
    let (about, mut choices) = if padding.len() > 1 {
        ("padding", std::mem::take(&mut padding))
    } else {
        ("pool", choices(pool_word))
    };
    choices.truncate(MOST);
    Error::Undecided {
        about,
        choices,
        problem: format!(
            "The arrays do not say what the {about} of each convolution is, and several fit.",
        ),
    }
}

/// What is applied between the layers, and to the outputs.
fn activations(
    chain: &[Linear<'_>],
    recipe: Option<Recipe>,
    guess: &mut Guess<'_>,
) -> Result<(Activation, Activation, Loss), Error> {
    let sigmoid = (Activation::Sigmoid, Activation::Sigmoid, Loss::SquaredError);
    let original = recipe == Some(Recipe::PadBits20) && chain.iter().all(|one| one.kernel == 0);
    match guess.answers.activation {
        None if original => {
            let text =
                "400 inputs and ten outputs: sigmoid layers, as the original project has them.";
            guess.assume("sigmoid-original", text);
            Ok(sigmoid)
        }
        Some(Activation::Sigmoid) => Ok(sigmoid),
        None if chain.len() > 1 => Err(Error::Undecided {
            about: "activation",
            choices: ["relu", "sigmoid", "tanh"].map(String::from).to_vec(),
            problem: "The arrays do not say what is applied between the layers.".into(),
        }),
        hidden => {
            let text = "The outputs become probabilities by a softmax.";
            guess.assume("softmax", text);
            let hidden = hidden.unwrap_or(Activation::Linear);
            Ok((hidden, Activation::Linear, Loss::CrossEntropy))
        }
    }
}

// ---- the network

/// Puts layers and numbers together.
struct Writer {
    layout: Layout,
    shape: [usize; 3],
    layers: Vec<LayerSpec>,
    params: Vec<f32>,
}

impl Writer {
    fn add(
        &mut self,
        linear: &Linear<'_>,
        norm: Option<&Group<'_>>,
        activation: Activation,
        (padding, pool): (Padding, usize),
    ) -> Result<(), Error> {
        let [height, width, channels] = self.shape;
        let outputs = linear.outputs;
        let own = match norm {
            Some(_) => Activation::Linear,
            None => activation,
        };
        let part = if linear.kernel > 0 {
            let kernel = linear.kernel;
            self.layers.push(LayerSpec::Conv {
                filters: outputs,
                kernel,
                padding,
                activation: own,
            });
            let less = match padding {
                Padding::Same => 0,
                Padding::Valid => kernel - 1,
            };
            let side = |side: usize| side.saturating_sub(less) / pool;
            self.shape = [side(height), side(width), outputs];
            Part::Filters([kernel, kernel, linear.inputs, outputs])
        } else {
            self.layers.push(LayerSpec::Dense {
                units: outputs,
                activation: own,
            });
            self.shape = [1, 1, outputs];
            Part::Matrix([height, width, channels, outputs])
        };
        self.params.extend(match self.layout {
            Layout::OutputsFirst => part.turned_back(&linear.weight.values),
            Layout::OutputsLast => linear.weight.values.clone(),
        });
        match linear.group.bias {
            Some(bias) => self.params.extend(&bias.values),
            None => self.params.extend(vec![0.0; outputs]),
        }
        if let Some(norm) = norm {
            self.layers.push(LayerSpec::BatchNorm { activation });
            let vectors = [
                (norm.scale, 1.0),
                (norm.shift, 0.0),
                (norm.mean, 0.0),
                (norm.variance, 1.0),
            ];
            for (vector, otherwise) in vectors {
                match vector {
                    Some(vector) if vector.values.len() == outputs => {
                        self.params.extend(&vector.values);
                    }
                    Some(vector) => {
                        return Err(Error::ShapeMismatch {
                            what: format!("{:?}", vector.name),
                            expected: format!("[{outputs}]"),
                            found: format!("{:?}", vector.shape),
                        });
                    }
                    None => self.params.extend(vec![otherwise; outputs]),
                }
            }
        }
        if pool > 1 {
            self.layers.push(LayerSpec::MaxPool { size: pool });
        }
        Ok(())
    }
}

fn unknown(problem: impl Into<String>) -> Error {
    let problem = problem.into();
    Error::BadNetwork {
        problem: format!("its arrays do not tell what network they are: {problem}"),
    }
}
