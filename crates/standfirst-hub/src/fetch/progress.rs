//! What whoever waits for a fetch is told.

/// Hears how far a fetch is. `()` hears nothing.
pub trait Progress {
    /// The transfer of a file begins; its size, if that is known.
    fn begin(&self, _file: &str, _size_bytes: Option<u64>) {}

    /// So many bytes of the file are here.
    fn at(&self, _bytes: u64) {}

    /// The file is whole, or given up.
    fn end(&self) {}

    /// A remark for people.
    fn note(&self, _text: &str) {}
}

impl Progress for () {}
