//! How a lesson is given: the numbers that decide how quickly it is learned and how little is forgotten.

/// How weights are stepped in a lesson.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// The last layer alone, in the direction that changes least of the usual: see `crate::nudge`.
    Least,
    /// Plain descent on mini-batches. The rate is divided by the squared length of the new drawing's features, so that 1
    /// moves the logits by about the error itself: only weights that the drawing lights up move.
    Descent(f64),
    /// Adam with this rate. It moves every weight by about as much whatever its gradient: quick, and forgetful.
    Adam(f64),
    /// Not at all: only the memory learns.
    Rest,
}

/// What a lesson is made of. `trazo eval --teach --method` compares them; the default is what won.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// The optimiser.
    pub step: Step,
    /// How loudly the memory speaks, as a share of the network's usual lead; 0 is never.
    pub strength: f32,
    /// From out of reach to full voice, as a cosine.
    pub width: f32,
    /// By how much less an example reaches the deeper it lies among base memory of another label.
    pub caution: f32,
    /// How near an example must be to what is read, as a share of how near base memory of another label is.
    pub guard: f32,
    /// How far one lesson may move what base memory is read as for the sake of one drawing: the root of the mean square,
    /// in logits.
    pub trust: f32,
    /// What is added to the covariance of base memory, as a share of the mean variance.
    pub ridge: f32,
    /// Rows of the new drawing and its variants in a mini-batch.
    pub new_rows: usize,
    /// Rows of what the person taught before.
    pub own_rows: usize,
    /// Rows of base memory.
    pub base_rows: usize,
    /// Pulls the weights back to what they were, where they mattered (elastic weight consolidation); for comparison.
    #[cfg(feature = "compare")]
    pub elastic: f32,
    /// Base memory is replayed with its labels, not with the answers of the network as it came; for comparison.
    #[cfg(feature = "compare")]
    pub base_labels: bool,
    /// A lesson is over after this many steps whatever the answer is.
    pub most_steps: u32,
    /// It checks whether it may stop every so many steps.
    pub check_every: u32,
    /// The new drawing counts as learned from this chance on.
    pub learned_from: f32,
    /// The person's label as a target: a little short of certainty keeps the weights from running away.
    pub certain: f32,
    /// Digits of the synthetic writer in base memory.
    pub base_digits: usize,
    /// How many variants of the new drawing take part.
    pub variants: usize,
    /// How strongly a variant differs, of the strength that training uses.
    pub variety: f32,
}

impl Method {
    /// What won for the convolutional network.
    pub const DIGITS: Method = Method {
        step: Step::Least,
        strength: 0.8,
        width: 0.3,
        caution: 2.0,
        guard: 0.9,
        trust: 0.1,
        ridge: 0.3,
        new_rows: 8,
        own_rows: 12,
        base_rows: 100,
        #[cfg(feature = "compare")]
        elastic: 0.0,
        #[cfg(feature = "compare")]
        base_labels: false,
        most_steps: 120,
        check_every: 2,
        learned_from: 0.9,
        certain: 0.97,
        base_digits: 1_000,
        variants: 0,
        variety: 0.5,
    };

    /// What won for the classic network.
    pub const CLASSIC: Method = Method {
        // Ten sigmoid units saturate: a little more than sure costs twice as much of the exam.
        learned_from: 0.65,
        strength: 4.0,
        trust: f32::INFINITY,
        ..Method::DIGITS
    };

    /// Sets one number by its name, for comparisons.
    ///
    /// # Errors
    /// A sentence where there is no such number or the value is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number: f64 = value
            .parse()
            .map_err(|_| format!("{name}={value}: expected a number"))?;
        match name {
            "least" => self.step = Step::Least,
            "rest" => self.step = Step::Rest,
            "adam" => self.step = Step::Adam(number),
            "descent" => self.step = Step::Descent(number),
            "strength" => self.strength = number as f32,
            "width" => self.width = number as f32,
            "caution" => self.caution = number as f32,
            "guard" => self.guard = number as f32,
            "trust" => self.trust = number as f32,
            "ridge" => self.ridge = number as f32,
            "new" => self.new_rows = number as usize,
            "own" => self.own_rows = number as usize,
            "base" => self.base_rows = number as usize,
            "steps" => self.most_steps = number as u32,
            "check" => self.check_every = (number as u32).max(1),
            "learned" => self.learned_from = number as f32,
            "certain" => self.certain = number as f32,
            "base-digits" => self.base_digits = number as usize,
            "variants" => self.variants = number as usize,
            "variety" => self.variety = number as f32,
            #[cfg(feature = "compare")]
            "elastic" => self.elastic = number as f32,
            #[cfg(feature = "compare")]
            "base-labels" => self.base_labels = number != 0.0,
            _ => return Err(format!("{name}: there is no such number in a method")),
        }
        Ok(())
    }

    /// The ways that were compared.
    #[cfg(feature = "compare")]
    pub const NAMES: [&'static str; 8] = [
        "both", "least", "memory", "plain", "own", "base", "distil", "elastic",
    ];

    /// One of [`NAMES`](Self::NAMES), for `digits` or for `classic`.
    #[cfg(feature = "compare")]
    pub fn named(name: &str, classic: bool) -> Option<Self> {
        // Mini-batches as they were before: some of them also look at variants of the drawing.
        const REPLAY: Method = Method {
            step: Step::Descent(0.5),
            strength: 0.0,
            learned_from: 0.8,
            variants: 6,
            ..Method::DIGITS
        };
        let (ships, replay) = if classic {
            let replay = Method {
                step: Step::Adam(5e-4),
                base_rows: 60,
                ..REPLAY
            };
            (Method::CLASSIC, replay)
        } else {
            (Method::DIGITS, REPLAY)
        };
        let plain = Method {
            own_rows: 0,
            base_rows: 0,
            ..replay
        };
        Some(match name {
            "both" => ships,
            "least" => Method {
                strength: 0.0,
                ..ships
            },
            "memory" => Method {
                step: Step::Rest,
                ..ships
            },
            "plain" => plain,
            "elastic" => Method {
                elastic: 1_000.0,
                ..plain
            },
            "own" => Method {
                base_rows: 0,
                ..replay
            },
            "base" => Method {
                base_labels: true,
                ..replay
            },
            "distil" => replay,
            _ => return None,
        })
    }
}
