"""The Python packages that the steps need, in a folder of their own.

In: requirements.txt; torch from the package index, or, where STANDFIRST_TORCH names a folder (scripts/libtorch.sh
sets it), from there: the index's torch for Linux brings gigabytes for graphics cards. Out: WORK/python, a virtual
environment, made once. Needs CPython 3.11, whose versions the shipped files were made with.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
TORCH = "torch=="


def interpreter(work):
    return work / "python/bin/python"


def ensure(work):
    """The path of an interpreter that has the packages."""
    python, torch = interpreter(work), os.environ.get("STANDFIRST_TORCH")
    wanted = f"{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()} {torch}\n"
    mark = work / "python/packages"
    if mark.exists() and mark.read_text() == wanted:
        return python
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"the recipe needs CPython 3.11, and this is {sys.version.split()[0]}")
    print("packages of requirements.txt", flush=True)
    mark.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", work / "python"], check=True)
    listed = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    # Every package is in the list, so none is looked for on behalf of another; but for torch's own.
    install(python, "--no-deps", *(line for line in listed if not line.startswith(TORCH)))
    if torch:
        (site(work) / "torch.pth").write_text(f"{torch}\n")
    else:
        install(python, *(line for line in listed if line.startswith(TORCH)))
    mark.write_text(wanted)
    return python


def install(python, *what):
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile",
                    "--disable-pip-version-check", *what], check=True)


def site(work):
    return next((work / "python/lib").glob("python3.*/site-packages"))
