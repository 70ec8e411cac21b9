"""The quality gate: `evaluate` on the development data against the figures this project promises.

Usage: quality.py EVALUATE DATA [MINILM]. MINILM is a folder of all-MiniLM-L6-v2, for the other engine.
The floors are those of the release, not what was reached; the
figures reached are in README.md and models/README.md. Prints a line a figure and one closing
line, and fails when any is below its floor.
"""

import json
import subprocess
import sys

evaluate, data, *minilm = sys.argv[1:]
RUNS = [
    ([], "topics/annotated_dev.jsonl.xz", {"macro_f1": 0.81, "l2_micro_f1": 0.68, "top1_in_set": 0.94}, {"ece": 0.03}),
    (["--part", "dm"], "summaries/cnndm_val.jsonl.xz", {"gain_over_lead.0": 0.3, "gain_over_lead.1": 0.2, "gain_over_lead.2": 0.2, "verbatim": 1.0}, {"dangling": 0.03}),
    (["--sentences", "1"], "summaries/teasers_val.jsonl.xz", {"verbatim": 1.0}, {"dangling": 0.03}),
    ([], "pages/composed_dev.jsonl.xz", {"article_f1": 0.98, "exact_pages": 0.93, "titles": 0.98}, {}),
    ([], "pages/aeb.jsonl.xz", {"body_f1": 0.92}, {}),
    (["--html"], "pages/aeb.jsonl.xz", {"body_f1": 0.95}, {}),
]
for folder in minilm:
    RUNS.append((["--model", folder], "topics/annotated_dev.jsonl.xz", {"macro_f1": 0.82, "l2_micro_f1": 0.70, "top1_in_set": 0.94}, {"ece": 0.03}))


def figure(entry, name):
    for part in name.split("."):
        entry = entry[int(part)] if part.isdigit() else entry[part]
    return entry


passed = failed = 0
for options, name, floors, ceilings in RUNS:
    run = [evaluate, "--format", "json", *options, f"{data}/{name}"]
    entry = json.loads(subprocess.check_output(run))[0]
    checks = [(n, bound, figure(entry, n) >= bound, "at least") for n, bound in floors.items()]
    checks += [(n, bound, figure(entry, n) <= bound, "at most") for n, bound in ceilings.items()]
    for what, bound, good, word in checks:
        print(f"{'ok  ' if good else 'FAIL'} {name} {' '.join(options)} {what} = {figure(entry, what):.4f}, {word} {bound}")
        passed, failed = passed + good, failed + (not good)
print(f"quality: {passed} passed, {failed} failed")
sys.exit(failed > 0)
