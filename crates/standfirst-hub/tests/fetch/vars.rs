//! What the environment asks for.

use std::fs;
use std::path::{Path, PathBuf};

use standfirst_hub::{ENDPOINT, Result, Settings};

/// The settings of an environment with these variables and the home folder `/home/ada`.
fn settings(vars: &[(&str, &str)]) -> Result<Settings> {
    let var = |name: &str| {
        vars.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
    };
    Settings::from_vars(var, Some(PathBuf::from("/home/ada")))
}

fn check_hub(vars: &[(&str, &str)], expected: &str) {
    assert_eq!(settings(vars).unwrap().cache.folder(), Path::new(expected));
}

/// Whether an address is reached by the proxy `http://p`, by `http://q`, or directly.
fn check_proxy(vars: &[(&str, &str)], address: &str, expected: Option<&str>) {
    let settings = settings(vars).unwrap();
    let address = address.parse().unwrap();
    assert_eq!(settings.proxies.of(&address), expected, "{vars:?} {address}");
}

#[test]
fn the_cache_is_where_the_hubs_tools_have_it() {
    check_hub(&[], "/home/ada/.cache/huggingface/hub");
    check_hub(&[("XDG_CACHE_HOME", "/c")], "/c/huggingface/hub");
    check_hub(&[("HF_HOME", "/h"), ("XDG_CACHE_HOME", "/c")], "/h/hub");
    check_hub(&[("HF_HUB_CACHE", "/k"), ("HF_HOME", "/h")], "/k");
    check_hub(&[("HF_HOME", "")], "/home/ada/.cache/huggingface/hub");
    let error = Settings::from_vars(|_| None, None).unwrap_err().to_string();
    assert!(error.contains("set HF_HOME"), "{error}");
}

#[test]
fn the_server_is_an_address() {
    assert_eq!(settings(&[]).unwrap().endpoint, ENDPOINT);
    let mirror = settings(&[("HF_ENDPOINT", "https://hub.example/hf/")]).unwrap();
    assert_eq!(mirror.endpoint, "https://hub.example/hf");
    for wrong in ["hub.example", "ftp://hub.example", "https://"] {
        let error = settings(&[("HF_ENDPOINT", wrong)]).unwrap_err().to_string();
        assert!(error.contains("HF_ENDPOINT") && error.contains("expected"), "{error}");
    }
}

#[test]
fn offline_is_said_as_the_hubs_tools_say_it() {
    for (value, expected) in
        [("1", true), ("YES", true), ("true", true), ("on", true), ("0", false), ("no", false)]
    {
        assert_eq!(settings(&[("HF_HUB_OFFLINE", value)]).unwrap().offline, expected, "{value}");
    }
    assert!(!settings(&[]).unwrap().offline);
}

#[test]
fn a_token_is_named_or_in_a_file() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().display().to_string();
    assert_eq!(settings(&[("HF_HOME", &path)]).unwrap().token, None);
    fs::write(home.path().join("token"), "hf_file\n").unwrap();
    let token = |vars: &[(&str, &str)]| settings(vars).unwrap().token;
    assert_eq!(token(&[("HF_HOME", &path)]).as_deref(), Some("hf_file"));
    assert_eq!(token(&[("HF_HOME", &path), ("HF_TOKEN", " hf_var ")]).as_deref(), Some("hf_var"));
    let file = format!("{path}/token");
    assert_eq!(token(&[("HF_TOKEN_PATH", &file)]).as_deref(), Some("hf_file"));
    let error = settings(&[("HF_TOKEN", "two words")]).unwrap_err().to_string();
    assert!(!error.contains("two words"), "a secret is not said: {error}");
}

#[test]
fn proxies_are_chosen_as_curl_chooses_them() {
    let both = [("HTTP_PROXY", "http://p"), ("HTTPS_PROXY", "http://q")];
    check_proxy(&both, "http://hub.example/a", Some("http://p"));
    check_proxy(&both, "https://hub.example/a", Some("http://q"));
    check_proxy(&both[..1], "https://hub.example/a", None);
    check_proxy(&[("https_proxy", "http://p"), both[1]], "https://hub.example", Some("http://p"));
    check_proxy(&[("ALL_PROXY", "http://p")], "https://hub.example", Some("http://p"));
    check_proxy(&[("ALL_PROXY", "http://p"), both[1]], "https://hub.example", Some("http://q"));
    for (except, address, is_direct) in [
        ("*", "https://hub.example", true),
        ("hub.example", "https://hub.example", true),
        ("HUB.example", "https://hub.example", true),
        ("hub.example", "https://cdn.hub.example", true),
        (".hub.example", "https://cdn.hub.example", true),
        ("*.hub.example", "https://cdn.hub.example", true),
        ("hub.example", "https://github.example", false),
        ("a, hub.example ,b", "https://hub.example", true),
        ("hub.example:8080", "https://hub.example:8080", true),
        ("hub.example:8080", "https://hub.example", false),
        ("127.0.0.1", "https://127.0.0.1:9", true),
        ("::1", "https://[::1]:9", true),
        ("", "https://hub.example", false),
    ] {
        let vars = [("HTTPS_PROXY", "http://q"), ("NO_PROXY", except)];
        check_proxy(&vars, address, (!is_direct).then_some("http://q"));
    }
}
