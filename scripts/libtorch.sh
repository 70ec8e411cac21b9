#!/usr/bin/env bash
# libtorch 2.4.1 for the feature `rust-bert`, CPU only, from the Python wheels that hold it.
#
# For machines that cannot reach the host from which `tch` would fetch it; elsewhere
# `cargo build --features rust-bert` needs no script. Needs python3 with pip, a C++ compiler
# (which the feature needs anyhow) and Linux on x86-64. The wheel is 0.8 GB to download; 0.6 GB stay.
#
#   eval "$(scripts/libtorch.sh)"          # default folder, under the user's cache
#   eval "$(scripts/libtorch.sh FOLDER)"
#
# Prints the variables to set, and nothing else, on standard output.
set -euo pipefail

torch=2.4.1
cuda=12.1.105
folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/standfirst/libtorch-$torch}

if [[ $(uname -sm) != "Linux x86_64" ]]; then
    echo "this script knows the wheels for Linux x86_64 only, found $(uname -sm)" >&2
    exit 2
fi

# `done` is written last: a folder without it is the rest of a run that was cut off.
if [[ ! -e $folder/done ]]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    wheels=$(mktemp -d)
    trap 'rm -rf "$wheels"' EXIT
    # The libraries do not depend on the Python that runs pip; these tags name a wheel that exists.
    fetch() {
        python3 -m pip download --quiet --no-cache-dir --disable-pip-version-check --no-deps --dest "$wheels" \
            --only-binary=:all: "$@" >&2
    }
    fetch --platform manylinux1_x86_64 --python-version 3.11 --implementation cp "torch==$torch"
    fetch --platform manylinux1_x86_64 "nvidia-cuda-runtime-cu12==$cuda" "nvidia-cuda-cupti-cu12==$cuda"
    python3 - "$wheels" "$folder" <<'PYTHON' >&2
import pathlib, re, shutil, sys, zipfile

wheels, folder = map(pathlib.Path, sys.argv[1:])
wanted = re.compile(
    r"torch/(lib/(?:libtorch_cpu\.so|libc10\.so|libgomp-[^/]*)|include/.*)$"
    r"|nvidia/cuda_(?:runtime|cupti)/(lib/libcu(?:dart|pti)\.so\.12)$"
)
for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            match = wanted.match(name)
            if not match or name.endswith("/"):
                continue
            target = folder / (match[1] or match[2])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
PYTHON
    # tch links `libtorch.so`, which in the wheel would pull in CUDA.
    echo | c++ -shared -fPIC -x c++ - -o "$folder/lib/libtorch.so" -L"$folder/lib" \
        -Wl,--no-as-needed -ltorch_cpu -lc10 -Wl,-rpath,'$ORIGIN' -Wl,--unresolved-symbols=ignore-all
    echo "$torch" >"$folder/build-version"
    touch "$folder/done"
fi

cat <<VARIABLES
export LIBTORCH='$folder'
export LIBTORCH_CXX11_ABI=0
export LIBTORCH_BYPASS_VERSION_CHECK=1
export LD_LIBRARY_PATH='$folder/lib'"\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
VARIABLES
