"""The library's page step, through its program `page_features` (examples/page_features.rs).

In: pages, rows with `id` and `text` or `html`; weights in the form of a file of data/lines. Out: the features of each
page's lines under their names, or its articles as the library splits it by those weights. Features do not depend on
the weights, and the program reads these when it starts, so nothing is built anew for a fold.

    cargo build --release --features _recipe --example page_features
"""

import json
import subprocess
import tempfile


class Pages:
    def __init__(self, program):
        self.program = program

    def features(self, rows, html=False):
        """A row a page, of those with `kept` as if it had no other lines: `text`, and `lines`: `start`, `end` (bytes of `text`), `line`, `place`, `markup`."""
        return self.run(rows, html)

    def articles(self, rows, weights, html=False):
        """A row a page: `text`, `log_odds` a line, and `articles` whose spans point into it; `weights`: a file."""
        return self.run(rows, html, "--weights", weights)

    def run(self, rows, html, *options):
        with tempfile.TemporaryFile("w+", encoding="utf-8") as asked, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            for row in rows:
                field = "html" if html else "text"
                asked.write(json.dumps({"id": row["id"], field: row[field], "kept": row.get("kept")}) + "\n")
            asked.flush()
            asked.seek(0)
            command = [self.program, *(["--html"] if html else []), *options]
            subprocess.run(command, stdin=asked, stdout=said, check=True)
            said.seek(0)
            for row, line in zip(rows, said, strict=True):
                found = json.loads(line)
                assert found["id"] == row["id"], f"{row['id']} came back as {found['id']}"
                yield found
