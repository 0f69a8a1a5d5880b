//! What files of other programs leave open: what a person answered, and what was assumed.

use trazo_nn::{Activation, Padding};

use crate::array::Dtype;
use crate::error::Error;

/// What a person says about what a file leaves open; an [`Error::Undecided`] says what that is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// What is applied between the layers.
    pub activation: Option<Activation>,
    /// What each convolution does at the edge; one for all of them, or one for each.
    pub padding: Option<Vec<Padding>>,
    /// The side of the pooling behind each convolution, 1 for none; one for all, or one for each.
    pub pool: Option<Vec<usize>>,
}

impl Answers {
    /// An answer as text, under the name that the question has: `activation` is `relu`,
    /// `sigmoid` or `tanh`, `padding` `same` or `valid` and `pool` a number, both perhaps one for each
    /// convolution, with commas.
    ///
    /// # Errors
    /// `undecided`, with what may be answered, for anything else.
    pub fn answer(&mut self, about: &str, text: &str) -> Result<(), Error> {
        let parts = || text.split(',').map(str::trim);
        let all = |choices: &[&str]| choices.iter().map(|&choice| choice.to_owned()).collect();
        let (about, choices) = match about {
            "activation" => {
                self.activation = match text {
                    "relu" => Some(Activation::Relu),
                    "sigmoid" => Some(Activation::Sigmoid),
                    "tanh" => Some(Activation::Tanh),
                    _ => None,
                };
                if self.activation.is_some() {
                    return Ok(());
                }
                ("activation", all(&["relu", "sigmoid", "tanh"]))
            }
            "padding" => {
                let padding = parts().map(|part| match part {
                    "same" => Some(Padding::Same),
                    "valid" => Some(Padding::Valid),
                    _ => None,
                });
                self.padding = padding.collect();
                if self.padding.is_some() {
                    return Ok(());
                }
                ("padding", all(&["same", "valid"]))
            }
            _ => {
                let sizes = parts().map(|part| part.parse().ok().filter(|&size| size > 0));
                self.pool = sizes.collect();
                if self.pool.is_some() {
                    return Ok(());
                }
                ("pool", all(&["1", "2"]))
            }
        };
        Err(Error::Undecided {
            about,
            choices,
            problem: format!("{text:?} is no answer here."),
        })
    }
}

/// Something that a file did not say and that was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// A stable name in kebab case, for programs and translations.
    pub code: &'static str,
    /// The same as an English sentence.
    pub text: String,
}

impl Assumed {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

/// What a reader of other programs' files may use, and what it has to say.
pub(crate) struct Guess<'a> {
    pub(crate) answers: &'a Answers,
    /// Files that came together with this one: name and bytes.
    pub(crate) beside: &'a [(&'a str, &'a [u8])],
    pub(crate) assumed: Vec<Assumed>,
    pub(crate) parts: Vec<String>,
}

impl<'a> Guess<'a> {
    pub(crate) fn new(answers: &'a Answers, beside: &'a [(&'a str, &'a [u8])]) -> Self {
        Self {
            answers,
            beside,
            assumed: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Reads a file without answers and without others beside it.
    pub(crate) fn none<T>(read: impl FnOnce(&mut Guess<'_>) -> T) -> T {
        read(&mut Guess::new(&Answers::default(), &[]))
    }

    /// Says something once.
    pub(crate) fn assume(&mut self, code: &'static str, text: impl Into<String>) {
        if self.assumed.iter().all(|assumed| assumed.code != code) {
            self.assumed.push(Assumed::new(code, text));
        }
    }

    /// Says it where numbers come in another precision than they are kept in.
    pub(crate) fn rounds(&mut self, dtype: Dtype) {
        match dtype.rounded() {
            Some(code @ "half-precision") => {
                self.assume(code, "The weights are stored with half precision.");
            }
            Some(code) => self.assume(code, "The weights are rounded from double precision."),
            None => {}
        }
    }
}
