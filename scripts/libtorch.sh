#!/usr/bin/env bash
# libtorch 2.4.1 for the feature `rust-bert`, CPU only, from the Python wheels that hold it; and torch
# itself for CPython 3.11, without its gigabytes for graphics cards, which models/recipe trains with.
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

# `done-2` is written last: a folder without it is the rest of a run that was cut off, or an older script's.
if [[ ! -e $folder/done-2 ]]; then
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
    r"|((?:torch(?!/(?:include/|bin/|lib/lib(?:torch_cuda|cusparseLt|caffe2)))|functorch|torchgen).*)$"
    r"|(torch/bin/torch_shm_manager)$"
)
for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            match = wanted.match(name)
            if not match or name.endswith("/"):
                continue
            own = match[1] or match[2]
            target = folder / own if own else folder / "python" / (match[3] or match[4])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
PYTHON
    # tch links `libtorch.so`, which in the wheel would pull in CUDA.
    echo | c++ -shared -fPIC -x c++ - -o "$folder/lib/libtorch.so" -L"$folder/lib" \
        -Wl,--no-as-needed -ltorch_cpu -lc10 -Wl,-rpath,'$ORIGIN' -Wl,--unresolved-symbols=ignore-all
    # Python's torch, with the same libraries. It is linked to some for graphics cards, which it calls only where
    # there is one: here they are files that have the names it asks for and do nothing.
    mkdir -p "$folder/python/torch/lib"
    ln -f "$folder"/lib/* "$folder/python/torch/lib/"
    chmod +x "$folder/python/torch/bin/torch_shm_manager"
    python3 - "$folder/python/torch/lib" <<'PYTHON' >&2
import pathlib, subprocess, sys

lib = pathlib.Path(sys.argv[1])

def names(file, which):
    lines = subprocess.run(["nm", "-D", which, lib / file], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split()[-2:] for line in lines.splitlines()]

there = ["libtorch_cpu.so", "libc10.so", "libc10_cuda.so", "libshm.so", "libcudart.so.12"]
have = {name.partition("@")[0] for file in there for _, name in names(file, "--defined-only")}
asked = [name for kind, name in names("libtorch_python.so", "--undefined-only") if kind == "U"]
empty = {"libtorch_cuda.so": [n for n in asked if "@" not in n and n not in have and not n.startswith(("Py", "_Py"))]}
for file in ("libnvToolsExt.so.1", "libcudnn.so.9"):
    empty[file] = [name.partition("@")[0] for name in asked if name.endswith("@" + file)]
for file, symbols in empty.items():
    text = [".bss", ".p2align 4", "zeros: .zero 4096", '.section .note.GNU-stack,"",@progbits']
    for name in symbols:
        text.append(f".globl {name}")
        if name.startswith("_ZTI"):  # a type's name, which Python's bindings read
            text += [".data", ".p2align 3", f"{name}: .quad _ZTVN10__cxxabiv117__class_type_infoE+16, 1f",
                     f'1: .asciz "{name[4:]}"']
        elif name.startswith("_ZTV"):
            text += [".data", f"{name}: .zero 512"]
        else:
            text += [".text", f".type {name}, @function", f"{name}: leaq zeros(%rip), %rax", "ret"]
    version = lib / "version"
    version.write_text(f"{file} {{ global: *; }};\n")
    wanted = [] if file == "libtorch_cuda.so" else [f"-Wl,--version-script={version}"]
    subprocess.run(["c++", "-shared", "-fPIC", "-x", "assembler", "-", "-o", lib / file, f"-Wl,-soname,{file}", *wanted],
                   input="\n".join(text) + "\n", text=True, check=True)
    version.unlink()
PYTHON
    echo "$torch" >"$folder/build-version"
    touch "$folder/done-2"
fi

cat <<VARIABLES
export LIBTORCH='$folder'
export LIBTORCH_CXX11_ABI=0
export LIBTORCH_BYPASS_VERSION_CHECK=1
export STANDFIRST_TORCH='$folder/python'
export LD_LIBRARY_PATH='$folder/lib'"\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
VARIABLES
