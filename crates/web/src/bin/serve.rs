//! Standfirst behind HTTP: a text or an HTML page is posted, a row of JSON comes back.
//!
//! ```text
//! cargo run --release -p standfirst-web --bin serve -- --listen 127.0.0.1:8080
//! curl --data-binary @page.html -H 'content-type: text/html' http://127.0.0.1:8080/digest
//! ```
//!
//! What a service has to add to the library, so that nobody can bring it down: connections are bounded,
//! a request's head and body must come within a time and the body within a size, digests run on threads
//! of their own, a few at once, and who would wait too long for one is told so. The answer is 200 for a
//! digest, 422 for an input that cannot be digested, 413 for one that is too large, 408 for one that
//! comes too slowly, 503 where too many wait.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Parser;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use standfirst::digest::{Failed, Row};
use standfirst::{Digester, ErrorKind, Input, Options};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Serves digests over HTTP.
#[derive(Debug, Parser)]
struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The largest body, in bytes
    #[arg(long, default_value_t = 2_000_000)]
    max_bytes: usize,
    /// Connections at a time; more wait to be accepted
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// Digests at a time
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    digests: usize,
    /// How long a request's head, and then its body, may take to come, in seconds
    #[arg(long, default_value_t = 10)]
    read_seconds: u64,
    /// How long a request may wait for its turn, in seconds
    #[arg(long, default_value_t = 10)]
    wait_seconds: u64,
}

/// What every request shares.
#[derive(Debug)]
struct Service {
    digester: Digester,
    turns: Arc<Semaphore>,
    max_bytes: usize,
    read: Duration,
    wait: Duration,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let options = Options::default().with_max_bytes(2 * args.max_bytes);
    let service = Service {
        digester: Digester::builder().options(options).build()?,
        turns: Arc::new(Semaphore::new(args.digests)),
        max_bytes: args.max_bytes,
        read: Duration::from_secs(args.read_seconds),
        wait: Duration::from_secs(args.wait_seconds),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // The digests' threads; requests that wait for their turn hold none.
        .max_blocking_threads(args.digests)
        .enable_all()
        .build()?;
    runtime.block_on(serve(args.listen, args.connections, Arc::new(service)))
}

async fn serve(
    listen: SocketAddr,
    connections: usize,
    service: Arc<Service>,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    println!("listening on {}", listener.local_addr()?);
    let read = service.read;
    let app = Router::new()
        .route("/", get(|| async { "POST text or HTML to /digest\n" }))
        .route("/digest", post(digest))
        .with_state(service);
    let free = Arc::new(Semaphore::new(connections));
    loop {
        let place = Arc::clone(&free).acquire_owned().await?;
        let Ok((stream, _)) = listener.accept().await else {
            // No handles left, for one: those that are served give theirs back.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let app = TowerToHyperService::new(app.clone());
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            // Between requests too: a connection that says nothing is closed.
            http.timer(TokioTimer::new()).header_read_timeout(read).max_buf_size(64 << 10);
            // A connection that breaks is its client's affair.
            let _ = http.serve_connection(TokioIo::new(stream), app).await;
            drop(place);
        });
    }
}

/// A failure before the library saw the input, in the words of a row.
fn refused(status: StatusCode, kind: ErrorKind, message: &str) -> Response {
    answer(status, Row::Failed(Failed::new("request", None, kind, message.to_owned())).to_json())
}

fn answer(status: StatusCode, json: String) -> Response {
    let mut response = (status, json).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if !status.is_success() && status != StatusCode::UNPROCESSABLE_ENTITY {
        // The rest of the body was not read, so no other request can follow it.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn digest(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|it| it.to_str().ok()).unwrap_or("").to_owned();
    let bytes = match timeout(service.read, read(body, service.max_bytes)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(response)) => return response,
        Err(_) => {
            return refused(StatusCode::REQUEST_TIMEOUT, ErrorKind::Io, "the body came too slowly");
        }
    };
    let turn = timeout(service.wait, Arc::clone(&service.turns).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Io, "too many requests wait");
    };
    let digester = service.digester.clone();
    let row = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let row = match Input::from_response("request", bytes, &content_type) {
            Ok(input) => digester.row(&input),
            Err(error) => Row::Failed(Failed::from_error("request", None, &error)),
        };
        let status = match &row {
            Row::Digest(_) => StatusCode::OK,
            Row::Failed(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, row.to_json())
    });
    match row.await {
        Ok((status, json)) => answer(status, json),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Io, "the digest was lost"),
    }
}

/// A body within a size: one that says it is larger is refused before it is read.
async fn read(body: Body, most: usize) -> Result<Vec<u8>, Response> {
    let read = axum::body::to_bytes(body, most).await;
    read.map(Into::into).map_err(|error| {
        let message = format!("the body cannot be read, or has more than {most} bytes: {error}");
        refused(StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::TooLarge, &message)
    })
}
