//! What a caller hands in.
//!
//! In: text, HTML or bytes, with an id. Out: an [`Input`], ready for `Digester`.
//! Reads no file: whoever has the bytes says where they came from.

use crate::error::{Error, ErrorKind, Result};

/// One thing to digest: a raw page, an HTML page or one clean article.
///
/// ```
/// use standfirst::Input;
///
/// let page = Input::page("front", "Harbour reopens\n\nShips returned on Monday.");
/// assert_eq!(page.id(), "front");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    id: String,
    source: Option<String>,
    url: Option<String>,
    title: Option<String>,
    text: String,
    form: Form,
    whole: bool,
}

/// What the text of an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    #[cfg(feature = "html")]
    Html,
}

impl Input {
    fn new(id: impl Into<String>, text: String, form: Form, whole: bool) -> Self {
        Self { id: id.into(), source: None, url: None, title: None, text, form, whole }
    }

    /// A page as scraped: text with furniture, holding one article or several.
    pub fn page(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(id, text.into(), Form::Text, false)
    }

    /// One clean article: every line of `text` belongs to it.
    pub fn article(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(id, text.into(), Form::Text, true)
    }

    /// An HTML page.
    #[cfg(feature = "html")]
    pub fn html(id: impl Into<String>, html: impl Into<String>) -> Self {
        Self::new(id, html.into(), Form::Html, false)
    }

    /// A page from bytes that should be UTF-8; `name` is its id and the name in messages. A byte
    /// order mark at the start is part of the text, so that offsets stay those of the file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUtf8`] with the position of the first bad byte.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::page(name, text)),
            Err(cause) => {
                let at = cause.utf8_error().valid_up_to();
                let message = format!("{name} is not UTF-8 (first bad byte at {at})");
                Err(Error::because(ErrorKind::InvalidUtf8, message, cause))
            }
        }
    }

    /// The same text, read as one clean article.
    pub fn into_article(mut self) -> Self {
        self.whole = true;
        self
    }

    /// The same text, read as HTML.
    #[cfg(feature = "html")]
    pub fn into_html(mut self) -> Self {
        self.form = Form::Html;
        self
    }

    /// With a title from the caller. It is the title of the only article, or of the longest that
    /// the page holds; blank text is no title.
    pub fn with_title(mut self, title: impl AsRef<str>) -> Self {
        self.title = Some(title.as_ref().trim().to_owned()).filter(|title| !title.is_empty());
        self
    }

    /// With the name of the place it came from: a path, a URL.
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// With the address of the page, which may hold the day of publication; a page of HTML that names
    /// its own needs none.
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// The id, repeated in the digest.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The place it came from, where the caller said so.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The address of the page, where the caller said it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The caller's title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The text as it was given: for an HTML page, its source.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// Whether the text is one clean article.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }
}
