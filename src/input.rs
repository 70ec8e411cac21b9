//! What a caller hands in.
//!
//! In: text, HTML or bytes, with an id. Out: an [`Input`], ready for `Digester`.
//! Reads no file: whoever has the bytes says where they came from.

use crate::encoding::{self, Encoding};
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
    encoding: Option<Encoding>,
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
        let id = id.into();
        Self { id, source: None, url: None, title: None, text, form, whole, encoding: None }
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

    /// A page from bytes, in UTF-8 or any other encoding of the web; `name` is its id and the name
    /// in messages. The encoding is told by a byte order mark, by what a document says in
    /// `<meta charset>`, or by the bytes themselves; bytes that are wrong among others become
    /// replacement characters. What was read, and how it was known, is in
    /// [`Digest::encoding`](crate::digest::Digest::encoding), and the row then carries the text
    /// that its offsets point into. Of plain UTF-8 no byte is changed: a byte order mark at the start
    /// is part of the text, so that offsets stay those of the file.
    ///
    /// ```
    /// use standfirst::{Input, digest::EncodingSource};
    ///
    /// let page = Input::from_bytes("menu", b"The caf\xe9 on the quay opens at noon.".to_vec())?;
    /// assert_eq!(page.text(), "The café on the quay opens at noon.");
    /// assert_eq!(page.encoding().unwrap().name, "windows-1252");
    /// assert_eq!(page.encoding().unwrap().from, EncodingSource::Detected);
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUtf8`] for bytes that are text in no encoding: pictures, archives, programs.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self> {
        Self::decode(name, bytes, None)
    }

    /// As [`from_bytes`](Self::from_bytes), for the body of an HTTP answer whose header
    /// `Content-Type` is `content_type`: an encoding that it names counts for more than what the
    /// document says, and a page of `text/html` is read as HTML.
    ///
    /// ```
    /// use standfirst::Input;
    ///
    /// let body = b"<p>\xce\xc4\xd7\xd6</p>".to_vec();
    /// let page = Input::from_response("front", body, "text/html; charset=gb2312")?;
    /// assert_eq!(page.text(), "<p>文字</p>");
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_response(name: &str, bytes: Vec<u8>, content_type: &str) -> Result<Self> {
        let input = Self::decode(name, bytes, encoding::charset_of(content_type))?;
        #[cfg(feature = "html")]
        if content_type.to_ascii_lowercase().contains("html") {
            return Ok(input.into_html());
        }
        Ok(input)
    }

    fn decode(name: &str, bytes: Vec<u8>, charset: Option<&str>) -> Result<Self> {
        match encoding::decode(bytes, charset) {
            Ok((text, encoding)) => Ok(Self { encoding, ..Self::page(name, text) }),
            Err(encoding::NoText { controls, cause }) => {
                let at = cause.utf8_error().valid_up_to();
                let of = cause.as_bytes().len();
                let message = format!(
                    "{name} is not UTF-8 (first bad byte at {at}), and no text in another encoding: \
                     {controls} of its {of} bytes are control characters"
                );
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

    /// The same text in place of what it was made from, as when a program turns its document into
    /// HTML: what the bytes were read in goes on to the row.
    pub fn with_encoding_of(mut self, other: &Input) -> Self {
        self.encoding.clone_from(&other.encoding);
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

    /// What the text was read in, where it came as bytes that were not plain UTF-8.
    pub fn encoding(&self) -> Option<&Encoding> {
        self.encoding.as_ref()
    }

    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// Whether the text is one clean article.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }
}
