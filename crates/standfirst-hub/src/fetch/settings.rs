//! The environment to what a fetch needs to know.
//!
//! In: variables by name, and the home folder. Out: where the cache is, which server is asked, by
//! which way and in whose name. Names of variables are those of the Hub's own tools and of curl.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ureq::http::Uri;

use crate::cache::{Cache, hf_home};
use crate::error::{Error, ErrorKind, Result};

/// The Hub itself.
pub const ENDPOINT: &str = "https://huggingface.co";

/// How often a file's transfer may fail in a row before it is given up.
pub const TRIES: u32 = 5;

/// How a fetch is done.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Where the files go.
    pub cache: Cache,
    /// The server, without a slash at its end.
    pub endpoint: String,
    /// Sent to `endpoint` and to nobody else.
    pub token: Option<String>,
    /// The way to a server.
    pub proxies: Proxies,
    /// The certificates to trust (PEM), where they are not the usual ones.
    pub certificates: Option<PathBuf>,
    /// Whether only the cache may be used.
    pub offline: bool,
    /// How often a transfer may fail in a row.
    pub tries: u32,
    /// The wait after the first failure; it doubles with each.
    pub first_wait: Duration,
    /// How long a connection may be silent.
    pub patience: Duration,
}

impl Settings {
    /// The settings that variables by name and the home folder ask for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Environment`] when one is not what it should be.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>, home: Option<PathBuf>) -> Result<Self> {
        let var = |name: &str| var(name).filter(|value| !value.trim().is_empty());
        let endpoint = var("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
        let endpoint = endpoint.trim().trim_end_matches('/').to_owned();
        let scheme =
            endpoint.parse::<Uri>().ok().and_then(|uri| uri.scheme_str().map(str::to_owned));
        let wrong = |message: String| Err(Error::new(ErrorKind::Environment, message));
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return wrong(format!(
                "HF_ENDPOINT is {endpoint:?}, expected an address as in {ENDPOINT}"
            ));
        }
        let token = match var("HF_TOKEN") {
            Some(token) => Some(token),
            None => {
                let file = var("HF_TOKEN_PATH").map(PathBuf::from);
                let file = file.or_else(|| Some(hf_home(var, home.clone()).ok()?.join("token")));
                file.and_then(|file| fs::read_to_string(file).ok())
            }
        };
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        // Never part of the message: it is a secret.
        if !token.iter().all(|token| token.bytes().all(|byte| byte.is_ascii_graphic())) {
            let message = "the token of HF_TOKEN or of its file has characters that no token has";
            return wrong(message.to_owned());
        }
        let is_yes = |value: String| {
            ["1", "on", "yes", "true"].contains(&value.trim().to_ascii_lowercase().as_str())
        };
        Ok(Self {
            cache: Cache::from_vars(var, home)?,
            endpoint,
            token,
            proxies: Proxies::from_vars(var),
            certificates: var("SSL_CERT_FILE").map(PathBuf::from),
            offline: var("HF_HUB_OFFLINE").is_some_and(is_yes),
            tries: TRIES,
            first_wait: Duration::from_millis(500),
            patience: Duration::from_secs(60),
        })
    }
}

/// Which addresses are reached through which proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For addresses that begin with `http:`.
    pub http: Option<String>,
    /// For addresses that begin with `https:`.
    pub https: Option<String>,
    /// Hosts, with their subdomains, that are reached directly; `*` for all.
    pub except: Vec<String>,
}

impl Proxies {
    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| var(&name.to_ascii_lowercase()).or_else(|| var(name));
        let all = either("ALL_PROXY");
        let except = either("NO_PROXY").unwrap_or_default();
        Self {
            http: either("HTTP_PROXY").or_else(|| all.clone()),
            https: either("HTTPS_PROXY").or(all),
            except: except
                .split([',', ' '])
                .map(|host| host.trim().trim_start_matches("*.").trim_start_matches('.'))
                .filter(|host| !host.is_empty())
                .map(str::to_ascii_lowercase)
                .collect(),
        }
    }

    /// The proxy for this address, if it is to be reached by one.
    pub fn of(&self, uri: &Uri) -> Option<&str> {
        let host = uri.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
        let with_port = uri.port_u16().map(|port| format!("{host}:{port}"));
        let is_direct = |except: &String| {
            let is_below =
                || host.strip_suffix(except.as_str()).is_some_and(|up| up.ends_with('.'));
            except == "*" || *except == host || with_port.as_ref() == Some(except) || is_below()
        };
        if self.except.iter().any(is_direct) {
            return None;
        }
        match uri.scheme_str() {
            Some("https") => self.https.as_deref(),
            _ => self.http.as_deref(),
        }
    }
}
