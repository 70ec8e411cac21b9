//! The target `options` for `cargo fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: standfirst_fuzz::warm_up(), |data: &[u8]| {
    standfirst_fuzz::budgeted("options", data);
});
