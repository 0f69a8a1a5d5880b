//! Several people on one device: each has a hand of their own, and only the hand of whoever writes is heard. What was taught
//! is everyone's.

use super::state::Session;
use super::undo::Undo;
use crate::error::Error;

/// Letters of a name.
const LONGEST_NAME: usize = 40;
/// Other people's hands on one device: a class, twice.
const MOST_WRITERS: usize = 60;

impl Session {
    /// From now on this person writes: their hand is heard, and remembers; the one of whoever wrote before is set aside. An
    /// unknown name begins a hand; the empty one is the first person's. Can be undone.
    ///
    /// # Errors
    /// [`Error::WriterName`] for a name of more than 40 characters or with control characters, and beyond 60 people;
    /// [`Error::Busy`] while a lesson is under way.
    pub fn write_as(&mut self, name: &str) -> Result<(), Error> {
        let name = name.trim();
        let writers = &self.examples.writers;
        if name == writers.current {
            return Ok(());
        }
        let known = name.is_empty() || writers.others.contains_key(name);
        let fits = name.chars().count() <= LONGEST_NAME && !name.contains(char::is_control);
        if !known && (!fits || writers.others.len() >= MOST_WRITERS) {
            return Err(Error::WriterName);
        }
        self.quiet()?;
        let before = self.switch_hands(name);
        self.undo.push(Undo::Writer(before));
        self.changed();
        Ok(())
    }

    /// Forgets someone else's hand, name and all; can be undone.
    ///
    /// # Errors
    /// [`Error::WriterName`] where nobody else has that name; [`Error::Busy`] while a lesson is under way.
    pub fn forget_writer(&mut self, name: &str) -> Result<(), Error> {
        self.quiet()?;
        let forgotten = self.examples.writers.others.remove(name);
        let drawings = forgotten.ok_or(Error::WriterName)?;
        self.undo
            .push(Undo::ForgetWriter(name.to_owned(), drawings));
        self.changed();
        Ok(())
    }

    /// Sets the hand aside and takes up the one of `name`. Gives the name of whoever wrote before.
    pub(super) fn switch_hands(&mut self, name: &str) -> String {
        self.sitting = None;
        let drawings = self.take_whole_hand();
        let writers = &mut self.examples.writers;
        let before = std::mem::replace(&mut writers.current, name.to_owned());
        writers.others.insert(before.clone(), drawings);
        let theirs = writers.others.remove(name).unwrap_or_default();
        self.put_all_in_hand(theirs);
        before
    }
}
