"""When a step need not run again.

In: a step, the run's options. Out: WORK/stamps/STEP.json, which holds the key under which the step was done and the
hashes of what it made. The key is a hash of all that the step reads: its code (comments and docstrings apart), the
files of DATA and of the repository, the program that it calls, the options, and what earlier steps made. So a
change runs the steps that it reaches, and those after them only where a file came out different.
"""

import ast
import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

from .job import ROOT, program

HERE = Path(__file__).resolve().parent
MARK = "json"  # done; "begun" while the step runs


def sha256(path):
    """Of a file, or of a folder: names and contents of its files."""
    found = hashlib.sha256()
    if path.is_dir():
        for part in sorted(path.rglob("*")):
            if part.is_file():
                found.update(f"{part.relative_to(path)} {sha256(part)}\n".encode())
        return found.hexdigest()
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def modules(name, seen):
    """The files of a module of the recipe and of those that it imports, into `seen`."""
    path = HERE / (name.replace(".", "/") + ".py")
    if not path.exists() or path in seen:
        return seen
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen[path] = tree
    folder = name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder[: len(folder) - node.level + 1] + (node.module.split(".") if node.module else [])
            modules(".".join(base), seen)
            for imported in node.names:
                modules(".".join([*base, imported.name]), seen)
    return seen


def code(name):
    """A hash of what a module does."""
    text = []
    for path, tree in sorted(modules(name, {}).items()):
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
                del body[0]
        text.append(f"{path.relative_to(HERE)} {ast.dump(tree)}")
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


class Stamps:
    def __init__(self, job):
        self.job, self.folder = job, job.work / "stamps"
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, step, mark=MARK):
        return self.folder / f"{step.name}.{mark}"

    def key(self, step):
        read = {"code": code(step.run.partition(":")[0]), "options": asdict(self.job.options)}
        read |= {f"data/{name}": sha256(self.job.data / name) for name in step.data}
        read |= {f"tree/{name}": sha256(ROOT / name) for name in step.tree}
        read |= {f"program/{name}": sha256(program(name)) for name in step.programs}
        for name in step.after:
            read[f"after/{name}"] = json.loads((self.folder / f"{name}.{MARK}").read_text())["made"]
        return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()

    def done(self, step, key):
        """Whether what the step made under this key is there, in OUT unchanged."""
        path = self.path(step)
        if not path.exists():
            return False
        stamp = json.loads(path.read_text())
        return stamp["key"] == key and all(self.same(name, was) for name, was in stamp["made"].items())

    def same(self, name, was):
        path = self.job.place(name)
        return path.exists() and (not name.startswith("out/") or sha256(path) == was)

    def begin(self, step, key):
        """Clears what a run with other inputs left; a run that was cut off goes on with what it has."""
        begun = self.path(step, "begun")
        self.path(step).unlink(missing_ok=True)
        if not (begun.exists() and begun.read_text() == key):
            for name in step.makes:
                if name.startswith("out/"):
                    continue
                path = self.job.place(name)
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            begun.write_text(key)

    def finish(self, step, key, seconds):
        made = {name: sha256(self.job.place(name)) for name in step.makes}
        stamp = {"key": key, "seconds": round(seconds, 1), "made": made}
        self.path(step).write_text(json.dumps(stamp, indent=1) + "\n")
        self.path(step, "begun").unlink()
