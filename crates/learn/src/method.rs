//! How a lesson is given: the numbers that decide how quickly it is learned and how little is forgotten.

/// How weights are stepped in a lesson.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Adam with this rate. It moves every weight by about as much whatever its gradient: quick, and forgetful.
    Adam(f64),
    /// Plain descent. The rate is divided by the squared length of the new drawing's features, so that 1 moves the
    /// logits by about the error itself: only weights that the drawing lights up move.
    Descent(f64),
}

/// What a lesson is made of. `trazo eval --teach --method` compares them; the default is what won.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// The optimiser.
    pub step: Step,
    /// Rows of the new drawing and its variants in a mini-batch.
    pub new_rows: usize,
    /// Rows of what the person taught before.
    pub own_rows: usize,
    /// Rows of base memory.
    pub base_rows: usize,
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
        step: Step::Descent(0.5),
        new_rows: 8,
        own_rows: 12,
        base_rows: 100,
        most_steps: 120,
        check_every: 2,
        learned_from: 0.8,
        certain: 0.97,
        base_digits: 1_000,
        variants: 6,
        variety: 0.5,
    };

    /// What won for the classic network.
    pub const CLASSIC: Method = Method {
        step: Step::Adam(5e-4),
        base_rows: 60,
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
            "adam" => self.step = Step::Adam(number),
            "descent" => self.step = Step::Descent(number),
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
            _ => return Err(format!("{name}: there is no such number in a method")),
        }
        Ok(())
    }
}
