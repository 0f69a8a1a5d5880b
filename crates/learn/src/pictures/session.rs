//! Pictures in a session: read with what was learned, and taught from.

use super::{PictureLine, read_picture};
use crate::error::Error;
use crate::session::Session;

impl Session {
    /// Reads a picture of numbers with the selected model and what it remembers; see [`read_picture`].
    ///
    /// # Errors
    /// [`Error::Picture`], [`Error::Network`].
    pub fn read_picture(
        &mut self,
        width: usize,
        height: usize,
        grey: &[u8],
    ) -> Result<Vec<PictureLine>, Error> {
        let learner = self.reader();
        let recipe = learner.model.recipe;
        read_picture((width, height, grey), recipe, |row| {
            learner.answers_to_picture(row)
        })
    }
}
