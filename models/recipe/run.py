"""Steps in order, each in a process of its own.

In: the steps, a `Job`, how many may run at once. Out: their files, and a line a step. A step's own words go to
WORK/logs/STEP.log; the last of them are shown where it fails.

The processes are forks of this one, which has the large packages loaded: so each is as good as new, and none spends
seconds on loading. One thread each, for sums in one order.
"""

import importlib
import os
import sys
import time
import traceback

from .stamps import Stamps

LAST_LINES = 40


class Failed(Exception):
    pass


class Runner:
    def __init__(self, steps, job, jobs):
        self.job, self.jobs, self.stamps = job, jobs, Stamps(job)
        self.waiting, self.running, self.done = list(steps), {}, set()
        self.count, self.start = len(steps), time.time()
        self.logs = job.work / "logs"
        self.logs.mkdir(exist_ok=True)

    def say(self, step, what):
        print(f"{time.time() - self.start:6.0f} s  {step.name:16} {what}", flush=True)

    def run(self):
        while self.waiting or self.running:
            for step in [s for s in self.waiting if self.done.issuperset(s.after)]:
                if len(self.running) < self.jobs:
                    self.waiting.remove(step)
                    self.begin(step)
            if self.running:
                self.await_one()

    def begin(self, step):
        key = self.stamps.key(step)
        if self.stamps.done(step, key):
            self.done.add(step.name)
            self.say(step, "done before")
            return
        self.say(step, step.does + (f" (about {step.minutes:g} min)" if step.minutes >= 1 and self.is_full() else ""))
        self.stamps.begin(step, key)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            self.be(step)
        self.running[child] = step, key, time.time()

    def is_full(self):
        return self.job.options.published_encoders

    def be(self, step):
        """The child's whole life."""
        status = 1
        try:
            log = os.open(self.logs / f"{step.name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            for made in step.makes:
                self.job.place(made).parent.mkdir(parents=True, exist_ok=True)
            module, _, function = step.run.partition(":")
            getattr(importlib.import_module(f"recipe.{module}"), function)(self.job)
            status = 0
        except BaseException:  # whatever it was, it must not come back into the parent's code
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def await_one(self):
        child, status = os.wait()
        step, key, begun = self.running.pop(child)
        if status:
            log = self.logs / f"{step.name}.log"
            raise Failed(f"{step.name} failed; the end of {log}:\n" + "\n".join(log.read_text().splitlines()[-LAST_LINES:]))
        self.stamps.finish(step, key, time.time() - begun)
        self.done.add(step.name)
        self.say(step, f"took {time.time() - begun:.1f} s")
