//! Trazo in a browser: the engine that the page's worker drives, the store that keeps what it learned, and digit
//! reading for other people's pages.
//!
//! Thin on purpose: what it does is decided in `trazo-learn`, how files look in `trazo-formats`.

pub mod store;
