//! The Hub over HTTP: what it says of a file, and the file's bytes.
//!
//! In: a repository, a revision, a path. Out: the commit, ETag, size and hash that the server
//! names; or bytes, added to a file that may hold the first of them already. A server that is busy
//! or a line that is cut is tried again, a bounded number of times, with growing waits. Knows
//! nothing of the cache, and believes no byte: `fetch.rs` checks what arrived.
//!
//! Redirects are followed here and not by the HTTP crate, so that a token goes to its server only
//! and each host is reached by its own proxy or by none.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use ureq::http::{HeaderMap, Response, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy};

use super::progress::Progress;
use super::settings::Settings;

const MAX_REDIRECTS: usize = 10;
/// The longest wait between two tries, whatever a server asks for.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// A try that brought this much was worth it: failures are counted anew.
const PROGRESS_BYTES: u64 = 1 << 20;
const BLOCK_BYTES: usize = 64 << 10;

/// A file of a repository.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remote<'a> {
    pub(super) repository: &'a str,
    pub(super) revision: &'a str,
    pub(super) path: &'a str,
}

/// What the server says of a file.
#[derive(Debug, Default)]
pub(super) struct About {
    /// The commit that the revision stands for.
    pub(super) commit: Option<String>,
    /// What the file's content is called in the cache.
    pub(super) etag: Option<String>,
    pub(super) size_bytes: Option<u64>,
    /// The hash, where the server keeps the file under it (as it does large ones).
    pub(super) sha256: Option<String>,
}

/// Why a try failed.
enum Failure {
    /// It may work later, after this wait if the server named one.
    Again(anyhow::Error, Option<Duration>),
    /// It will not.
    Final(anyhow::Error),
}

pub(super) struct Client<'a> {
    settings: &'a Settings,
    direct: Agent,
    http_proxied: Option<Agent>,
    https_proxied: Option<Agent>,
}

impl<'a> Client<'a> {
    pub(super) fn new(settings: &'a Settings) -> Result<Self> {
        let trusted = settings.certificates.as_deref().map(certificates).transpose()?;
        let agent = |proxy: Option<Proxy>| {
            let tls = match &trusted {
                Some(trusted) => TlsConfig::builder().root_certs(trusted.clone()).build(),
                None => TlsConfig::default(),
            };
            Agent::config_builder()
                .tls_config(tls)
                .proxy(proxy)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .user_agent(concat!("standfirst-hub/", env!("CARGO_PKG_VERSION")))
                .timeout_connect(Some(settings.patience))
                .timeout_recv_response(Some(settings.patience))
                .timeout_per_read(Some(settings.patience))
                .build()
                .new_agent()
        };
        let proxied = |address: &Option<String>| {
            let Some(address) = address else { return Ok(None) };
            // The address may hold a password, so it is not said.
            let proxy = Proxy::new(address).context(
                "the proxy that the environment names is not an address that can be used",
            )?;
            anyhow::Ok(Some(agent(Some(proxy))))
        };
        Ok(Self {
            settings,
            direct: agent(None),
            http_proxied: proxied(&settings.proxies.http)?,
            https_proxied: proxied(&settings.proxies.https)?,
        })
    }

    /// What the server says of a file; `None` where it has no such file.
    pub(super) fn about(
        &self,
        remote: Remote<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<About>> {
        let mut failures = 0;
        loop {
            match self.ask(remote) {
                Ok(about) => return Ok(about),
                Err(failure) => self.wait(failure, &mut failures, remote.path, progress)?,
            }
        }
    }

    fn ask(&self, remote: Remote<'_>) -> Result<Option<About>, Failure> {
        let mut about = About::default();
        let mut address = self.address(remote)?;
        for _ in 0..MAX_REDIRECTS {
            let response = self.send("HEAD", &address, None)?;
            let headers = response.headers();
            let status = response.status().as_u16();
            if status == 404 {
                return Ok(None);
            }
            if !(200..400).contains(&status) {
                return Err(self.refused(remote, status, headers));
            }
            about.commit = about.commit.or_else(|| text(headers, "x-repo-commit"));
            // Large files are elsewhere; what the Hub says of them comes before the redirect.
            if let Some(etag) = text(headers, "x-linked-etag") {
                let etag = bare(&etag);
                let is_hash = etag.len() == 64 && etag.bytes().all(|byte| byte.is_ascii_hexdigit());
                about.sha256 = is_hash.then(|| etag.to_ascii_lowercase());
                about.etag = Some(etag);
                about.size_bytes = number(headers, "x-linked-size");
                return Ok(Some(about));
            }
            if let Some(next) = redirect(&address, status, headers)? {
                if !same_server(&next, &address) {
                    return Ok(Some(about));
                }
                address = next;
                continue;
            }
            about.etag = text(headers, "etag").map(|etag| bare(&etag));
            about.size_bytes = number(headers, "content-length");
            return Ok(Some(about));
        }
        Err(Failure::Final(anyhow!("{} is redirected without end", remote.path)))
    }

    /// Brings the file at `part` to `size_bytes`, or to the end of what is sent where that is not
    /// known; bytes that are there already are not asked for again. Returns whether some were.
    pub(super) fn download(
        &self,
        remote: Remote<'_>,
        size_bytes: Option<u64>,
        part: &Path,
        progress: &dyn Progress,
    ) -> Result<bool> {
        let (mut failures, mut resumed) = (0, false);
        loop {
            let mut start = fs::metadata(part).map_or(0, |facts| facts.len());
            if size_bytes.is_some_and(|size| start > size) {
                remove(part)?;
                start = 0;
            }
            resumed |= start > 0;
            progress.at(start);
            if size_bytes == Some(start) && start > 0 {
                return Ok(resumed);
            }
            match self.transfer(remote, size_bytes, part, start, progress) {
                Ok(()) => return Ok(resumed),
                Err(failure) => {
                    let end = fs::metadata(part).map_or(0, |facts| facts.len());
                    if end >= start.saturating_add(PROGRESS_BYTES) {
                        failures = 0;
                    }
                    self.wait(failure, &mut failures, remote.path, progress).map_err(|error| {
                        let kept = "what arrived is kept, and the same command continues there";
                        if part.exists() { error.context(kept) } else { error }
                    })?;
                }
            }
        }
    }

    /// One try.
    fn transfer(
        &self,
        remote: Remote<'_>,
        size_bytes: Option<u64>,
        part: &Path,
        start: u64,
        progress: &dyn Progress,
    ) -> Result<(), Failure> {
        let range = (start > 0).then(|| format!("bytes={start}-"));
        let mut address = self.address(remote)?;
        let mut redirects = 0;
        let response = loop {
            let response = self.send("GET", &address, range.as_deref())?;
            let status = response.status().as_u16();
            match redirect(&address, status, response.headers())? {
                Some(next) if redirects < MAX_REDIRECTS => {
                    redirects += 1;
                    address = next;
                }
                Some(_) => {
                    let message = format!("{} is redirected without end", remote.path);
                    return Err(Failure::Final(anyhow!(message)));
                }
                None => break response,
            }
        };
        let status = response.status().as_u16();
        let sent_from = match status {
            206 => range_start(response.headers()),
            200 => Some(0),
            _ => None,
        };
        let mut file = match sent_from {
            Some(at) if at == start => OpenOptions::new().create(true).append(true).open(part),
            // The server does not continue files: from the start again.
            Some(0) => File::create(part),
            Some(at) => {
                let message = format!("asked for bytes from {start}, was sent those from {at}");
                remove(part).map_err(Failure::Final)?;
                return Err(Failure::Again(anyhow!(message), None));
            }
            None if status == 416 || status == 206 => {
                // What is here is not the start of what is there.
                remove(part).map_err(Failure::Final)?;
                let message = format!("the server cannot continue at byte {start}");
                return Err(Failure::Again(anyhow!(message), None));
            }
            None => return Err(self.refused(remote, status, response.headers())),
        }
        .map_err(|cause| unwritten(part, cause))?;
        let mut at = if sent_from == Some(start) { start } else { 0 };
        progress.at(at);
        let mut body = response.into_body().into_reader();
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            let count = match body.read(&mut block) {
                Ok(0) => break,
                Ok(count) => count,
                Err(cause) if cause.kind() == ErrorKind::Interrupted => continue,
                Err(cause) => {
                    let cause = anyhow!(cause).context(format!("cut off after {at} bytes"));
                    return Err(Failure::Again(cause, None));
                }
            };
            at += count as u64;
            if let Some(size) = size_bytes.filter(|&size| at > size) {
                drop(file);
                remove(part).map_err(Failure::Final)?;
                return Err(Failure::Final(anyhow!(
                    "{} is too long: the server sends more than the {size} bytes expected; \
                     nothing of it is kept",
                    remote.path
                )));
            }
            file.write_all(&block[..count]).map_err(|cause| unwritten(part, cause))?;
            progress.at(at);
        }
        file.sync_all().map_err(|cause| unwritten(part, cause))?;
        match size_bytes {
            Some(size) if at < size => {
                let message = format!("cut off after {at} of {size} bytes");
                Err(Failure::Again(anyhow!(message), None))
            }
            _ => Ok(()),
        }
    }

    fn address(&self, remote: Remote<'_>) -> Result<Uri, Failure> {
        let Remote { repository, revision, path } = remote;
        let revision = revision.replace('/', "%2F");
        let address = format!("{}/{repository}/resolve/{revision}/{path}", self.settings.endpoint);
        address
            .parse()
            .with_context(|| format!("{address} is not an address"))
            .map_err(Failure::Final)
    }

    fn send(
        &self,
        method: &str,
        address: &Uri,
        range: Option<&str>,
    ) -> Result<Response<Body>, Failure> {
        let agent = match (self.settings.proxies.of(address), address.scheme_str()) {
            (None, _) => Some(&self.direct),
            (Some(_), Some("https")) => self.https_proxied.as_ref(),
            (Some(_), _) => self.http_proxied.as_ref(),
        };
        let agent = agent.unwrap_or(&self.direct);
        let request = if method == "HEAD" { agent.head(address) } else { agent.get(address) };
        // Sizes and ranges are those of the file, not of a packed copy.
        let mut request = request.header("accept-encoding", "identity");
        if let Some(range) = range {
            request = request.header("range", range);
        }
        if let Some(token) = &self.settings.token
            && let Ok(endpoint) = self.settings.endpoint.parse::<Uri>()
            && same_server(&endpoint, address)
        {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.call().map_err(|error| {
            use ureq::Error;
            let host = address.host().unwrap_or_default();
            let is_untrusted = match &error {
                // How a certificate that is not believed arrives here.
                Error::Io(cause) => cause.kind() == ErrorKind::InvalidData,
                other => matches!(other, Error::Tls(_) | Error::Rustls(_)),
            };
            let is_final = is_untrusted
                || matches!(error, Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl);
            let error = anyhow!(error).context(if is_untrusted {
                format!(
                    "no safe connection to {host}; where a proxy opens connections, name its \
                     certificate in SSL_CERT_FILE"
                )
            } else {
                format!("{host} cannot be asked")
            });
            if is_final { Failure::Final(error) } else { Failure::Again(error, None) }
        })
    }

    /// What an answer without a file means.
    fn refused(&self, remote: Remote<'_>, status: u16, headers: &HeaderMap) -> Failure {
        let Remote { repository, revision, path } = remote;
        let message = format!("{path} of {repository} at {revision}: the server answers {status}");
        match status {
            401 | 403 => Failure::Final(anyhow!(
                "{message}; the repository may be private, gated or gone: accept its terms on its \
                 page and set HF_TOKEN"
            )),
            404 => Failure::Final(anyhow!("{message}; there is no such file or revision")),
            408 | 425 | 429 | 500..=599 => {
                let wait = number(headers, "retry-after").map(Duration::from_secs);
                Failure::Again(anyhow!(message), wait)
            }
            _ => Failure::Final(anyhow!(message)),
        }
    }

    /// Waits before another try, or gives up.
    fn wait(
        &self,
        failure: Failure,
        failures: &mut u32,
        path: &str,
        progress: &dyn Progress,
    ) -> Result<()> {
        let (error, asked) = match failure {
            Failure::Again(error, wait) => (error, wait),
            Failure::Final(error) => return Err(error),
        };
        *failures += 1;
        if *failures >= self.settings.tries.max(1) {
            return Err(error.context(format!("{path} could not be fetched in {failures} tries")));
        }
        let doubled = self.settings.first_wait.saturating_mul(1 << (*failures - 1).min(16));
        let wait = asked.unwrap_or(doubled).min(MAX_WAIT);
        progress.note(&format!("{path}: {error:#}; again in {:.1} s", wait.as_secs_f64()));
        thread::sleep(wait);
        Ok(())
    }
}

/// The certificates of a PEM file.
fn certificates(path: &Path) -> Result<RootCerts> {
    let read = || {
        let pem = fs::read(path)?;
        let items = parse_pem(&pem).collect::<Result<Vec<_>, _>>()?;
        let certificates = items.into_iter().filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        });
        let certificates: Vec<_> = certificates.collect();
        ensure!(!certificates.is_empty(), "it holds no certificate");
        Ok(RootCerts::Specific(Arc::new(certificates)))
    };
    read().with_context(|| format!("SSL_CERT_FILE {} cannot be used", path.display()))
}

fn unwritten(part: &Path, cause: std::io::Error) -> Failure {
    Failure::Final(anyhow!(cause).context(format!("{} cannot be written", part.display())))
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => {
            Err(cause).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Where a redirect leads; `None` where the answer is none.
fn redirect(from: &Uri, status: u16, headers: &HeaderMap) -> Result<Option<Uri>, Failure> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let to = text(headers, "location").unwrap_or_default();
    joined(from, &to)
        .with_context(|| format!("{from} redirects to {to:?}, which cannot be followed"))
        .map(Some)
        .map_err(Failure::Final)
}

fn joined(from: &Uri, to: &str) -> Result<Uri> {
    let scheme = from.scheme_str().unwrap_or("https");
    let server = from.authority().map(ToString::to_string).unwrap_or_default();
    let next: Uri = if to.starts_with("http://") || to.starts_with("https://") {
        to.parse()?
    } else if to.starts_with("//") {
        format!("{scheme}:{to}").parse()?
    } else if to.starts_with('/') {
        format!("{scheme}://{server}{to}").parse()?
    } else {
        ensure!(!to.is_empty() && !to.contains("://"), "expected an http address");
        let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{server}{folder}/{to}").parse()?
    };
    let is_downgrade = scheme == "https" && next.scheme_str() != Some("https");
    ensure!(!is_downgrade, "it leaves https");
    Ok(next)
}

fn same_server(a: &Uri, b: &Uri) -> bool {
    let port = |uri: &Uri| {
        uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 })
    };
    let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
    (a.scheme_str(), host(a), port(a)) == (b.scheme_str(), host(b), port(b))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// An ETag without its quotes and its mark of weakness.
fn bare(etag: &str) -> String {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"').to_owned()
}

/// The first byte's place, of a `Content-Range: bytes 5-9/10`.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = text(headers, "content-range")?;
    range.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
