//! Four things that users do, as code that runs.
//!
//! - [Many inputs, two threads](#many-inputs-two-threads)
//! - [Going on where a run was stopped](#going-on-where-a-run-was-stopped)
//! - [Showing where it stands](#showing-where-it-stands)
//! - [From asynchronous code](#from-asynchronous-code)
//!
//! There is nothing here but this text.
//!
//! # Many inputs, two threads
//!
//! [`Digester::rows`](crate::Digester::rows) takes anything that gives inputs one after the other,
//! and gives one row an input, in their order, each as soon as it and those before it are done. An
//! input that cannot be digested is a row that says why; the others go on. The model is shared, so
//! a second thread costs no second model.
//!
//! ```
//! use std::num::NonZeroUsize;
//! use standfirst::{Digester, Input, digest::Row};
//!
//! let stories = [
//!     ("cup", "The goalkeeper saved two penalties. The cup stays with the home team."),
//!     ("blank", " "),
//!     ("rates", "The central bank raised interest rates. Mortgages will cost more."),
//! ];
//! let inputs = stories.map(|(id, text)| Ok(Input::article(id, text)));
//! let two = NonZeroUsize::new(2).unwrap();
//! let mut told = Vec::new();
//! for row in Digester::new()?.rows(inputs, two) {
//!     told.push(match row {
//!         Row::Digest(digest) => format!("{}: {}", digest.id, digest.articles[0].topics[0].label),
//!         Row::Failed(failed) => format!("{}: {}", failed.id, failed.error.message),
//!     });
//! }
//! assert_eq!(told[0], "cup: sport");
//! assert_eq!(told[1], "blank: blank holds no text");
//! assert_eq!(told[2], "rates: economy, business and finance");
//! # Ok::<(), standfirst::Error>(())
//! ```
//!
//! Inputs that come from elsewhere come through a channel: a `std::sync::mpsc::Receiver` is such a
//! source, and its sender may take its time.
//!
//! # Going on where a run was stopped
//!
//! A row carries the id of its input, so what was written says what is done. Whatever a killed run
//! left behind is read row by row; a last line that was cut off is no row, and its input comes
//! again.
//!
//! ```
//! use std::collections::HashSet;
//! use std::num::NonZeroUsize;
//! use standfirst::{Digester, Input, digest::Row};
//!
//! let feed = || ["mon", "tue", "wed"].map(|id| Input::article(id, format!("Rain fell on {id}.")));
//! let digester = Digester::new()?;
//! // The output of an earlier run, killed while it wrote its second row.
//! let [monday, tuesday] = [0, 1].map(|day| digester.row(&feed()[day]).to_json());
//! let mut written = format!("{monday}\n{}", &tuesday[..40]);
//!
//! let rows = written.lines().map(serde_json::from_str::<Row>);
//! let done: HashSet<String> = rows.flatten().map(|row| row.id().to_owned()).collect();
//! let whole = written.rfind('\n').map_or(0, |end| end + 1);
//! written.truncate(whole);
//! let left = feed().into_iter().filter(|input| !done.contains(input.id()));
//! let inputs: Vec<_> = left.map(Ok).collect();
//! for row in digester.rows(inputs, NonZeroUsize::MIN) {
//!     written += &(row.to_json() + "\n");
//! }
//!
//! let row = |line: &str| serde_json::from_str::<Row>(line);
//! let rows: Vec<Row> = written.lines().map(row).collect::<Result<_, _>>()?;
//! assert_eq!(rows.iter().map(Row::id).collect::<Vec<_>>(), ["mon", "tue", "wed"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Showing where it stands
//!
//! Spans point into the input's own text, so a page shows the article with its evidence marked; what
//! stands between the marks is escaped like any text of a stranger's. Of an HTML input, they point
//! into the text that the digest then carries: [`Digest::text`](crate::digest::Digest::text). In a
//! browser, offsets count UTF-16 units: [`Options::offsets`](crate::Options::offsets).
//!
//! ```
//! use standfirst::{Digester, Input, Span};
//!
//! fn escaped(text: &str) -> String {
//!     text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
//! }
//!
//! /// A paragraph with those of `spans` marked that lie within it.
//! fn marked(text: &str, paragraph: Span, spans: &[Span]) -> String {
//!     let mut spans: Vec<Span> =
//!         spans.iter().copied().filter(|span| paragraph.contains(*span)).collect();
//!     spans.sort();
//!     let (mut html, mut done) = ("<p>".to_owned(), paragraph.start);
//!     for span in spans.into_iter().filter(|span| !span.is_empty()) {
//!         // Of two that overlap, the first is marked.
//!         if span.start < done {
//!             continue;
//!         }
//!         html += &escaped(Span::new(done, span.start).of(text));
//!         html += &format!("<mark>{}</mark>", escaped(span.of(text)));
//!         done = span.end;
//!     }
//!     html + &escaped(Span::new(done, paragraph.end).of(text)) + "</p>"
//! }
//!
//! let text = "The goalkeeper saved two penalties and the team won the cup final. Bangers & Mash was on the menu afterwards.";
//! let digest = Digester::new()?.digest(&Input::article("cup", text))?;
//! let article = &digest.articles[0];
//! let evidence: Vec<Span> = article.topics[0].evidence.iter().map(|one| one.span).collect();
//! let html = marked(text, article.paragraphs[0], &evidence[..1]);
//! assert_eq!(
//!     html,
//!     "<p><mark>The goalkeeper saved two penalties and the team won the cup final.</mark> Bangers &amp; Mash was on the menu afterwards.</p>"
//! );
//!
//! // The sentences of a summary are marked in the same way.
//! let summary = article.summary.as_ref().unwrap();
//! let spans: Vec<Span> = summary.sentences.iter().flat_map(|sentence| sentence.spans()).collect();
//! assert!(marked(text, article.paragraphs[0], &spans).contains("<mark>"));
//! # Ok::<(), standfirst::Error>(())
//! ```
//!
//! # From asynchronous code
//!
//! Nothing here waits for a disk or a network: a digest is work for a processor, a millisecond or
//! less for most articles, and a minute for a file of gigabytes. It must not hold up the thread that
//! polls everybody's futures, so it goes to the runtime's threads for blocking work
//! (`tokio::task::spawn_blocking`, `smol::unblock`). A digester is cheap to clone, and one serves
//! all of them. With the standard library alone:
//!
//! ```
//! use std::future::{Future, poll_fn};
//! use std::sync::{Arc, Mutex};
//! use std::task::{Poll, Waker};
//! use std::thread;
//! use standfirst::{Digester, Result};
//!
//! /// Stands for a runtime's `spawn_blocking`.
//! fn blocking<T: Send + 'static>(
//!     work: impl FnOnce() -> T + Send + 'static,
//! ) -> impl Future<Output = T> {
//!     let state = Arc::new(Mutex::new((None::<T>, None::<Waker>)));
//!     let shared = state.clone();
//!     thread::spawn(move || {
//!         let done = work();
//!         let mut state = shared.lock().unwrap();
//!         state.0 = Some(done);
//!         if let Some(waker) = state.1.take() {
//!             waker.wake();
//!         }
//!     });
//!     poll_fn(move |context| {
//!         let mut state = state.lock().unwrap();
//!         match state.0.take() {
//!             Some(done) => Poll::Ready(done),
//!             None => {
//!                 state.1 = Some(context.waker().clone());
//!                 Poll::Pending
//!             }
//!         }
//!     })
//! }
//!
//! async fn topic(digester: Digester, text: String) -> Result<String> {
//!     let topics = blocking(move || digester.tag(None, &text)).await?;
//!     Ok(topics.first().map_or("none", |topic| topic.label.as_str()).to_owned())
//! }
//!
//! let digester = Digester::new()?;
//! let text = "The goalkeeper saved two penalties. The cup stays with the home team.";
//! let found = block_on(topic(digester.clone(), text.to_owned()))?;
//! assert_eq!(found, "sport");
//! # fn block_on<F: Future>(future: F) -> F::Output {
//! #     struct Unpark(thread::Thread);
//! #     impl std::task::Wake for Unpark {
//! #         fn wake(self: Arc<Self>) {
//! #             self.0.unpark();
//! #         }
//! #     }
//! #     let waker = Waker::from(Arc::new(Unpark(thread::current())));
//! #     let mut future = std::pin::pin!(future);
//! #     loop {
//! #         match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
//! #             Poll::Ready(done) => return done,
//! #             Poll::Pending => thread::park(),
//! #         }
//! #     }
//! # }
//! # Ok::<(), standfirst::Error>(())
//! ```
