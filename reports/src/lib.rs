//! The run record and everything rendered from it.
