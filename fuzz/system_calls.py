#!/usr/bin/env python3
"""Makes every system call of a run fail in turn, and looks at what the run leaves behind.

    fuzz/system_calls.py [PROGRAM]

Needs strace. Each scenario runs once to count its calls, then once for each call and error, with that one call failing.
Afterwards every output must be old or new, whole; a link must still be a link; no draft may be left unless removing it was
what failed; the exit status must be 0, 1 or 2. Where the loader or Rust's runtime gives up, which is counted, the files are
held to the same.
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/debug/compare")

CALLS = (
    "open openat stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat read pread64 write "
    "pwrite64 lseek ftruncate fchmod fchmodat fchown fsync fdatasync rename renameat renameat2 link linkat unlink unlinkat "
    "mkdir mkdirat rmdir getdents64 getcwd fcntl close dup poll ioctl getrandom mmap mprotect munmap brk clone3 clone futex "
    "sigaltstack rt_sigaction rt_sigprocmask socketpair pipe2 sched_getaffinity prlimit64"
).split()
ERRORS = {
    "write": ["ENOSPC", "EIO"], "pwrite64": ["ENOSPC"], "fsync": ["EIO"], "ftruncate": ["EIO"],
    "openat": ["EACCES", "EMFILE", "ENOSPC"], "statx": ["EIO", "EACCES"], "read": ["EIO"], "mmap": ["ENOMEM"],
    "mprotect": ["ENOMEM"], "brk": ["ENOMEM"], "clone3": ["EAGAIN"], "clone": ["EAGAIN"],
    "rename": ["EIO", "EACCES", "EBUSY", "EXDEV"], "renameat2": ["EIO", "EACCES", "EBUSY"], "linkat": ["EIO"],
    "unlink": ["EIO"], "mkdir": ["ENOSPC", "EACCES"], "close": ["EIO"], "futex": ["EINTR"],
}
# What the loader and Rust's standard library say when they give up.
RUNTIME = re.compile(
    rb"error while loading shared libraries|fatal runtime error|closedir|random data|alternative stack|guard page|^$")
RECORDS = """{"tools": [{"slug": "a", "name": "A", "reviews": [{"reviewer": "R", "score": 80, "verdict": "ship"}]},
 {"slug": "b", "name": "B", "reviews": [{"reviewer": "R", "score": 70, "verdict": "skip"}]}]}"""
SETTINGS = 'catalog = "tools"\n[[report]]\nname = "d"\nall = true\noutput = ["out/d.md", "out/d.json", "link.csv"]\n'

# Name, arguments, the outputs, and whether they are there before.
SCENARIOS = [
    ("init", ["init", "new"], ["new/compare.toml", "new/tools/paper-kite.json", "new/tools/reviews.csv", "new/.gitattributes"], False),
    ("report", ["report"], ["out/d.md", "out/d.json", "real.csv"], True),
    ("convert", ["convert", "-o", "out/all.ndjson", "-o", "link.csv"], ["out/all.ndjson", "real.csv"], True),
    ("-o", ["a", "b", "-o", "out/d.md", "-o", "link.csv", "-o", "out/new.json"], ["out/d.md", "real.csv", "out/new.json"], True),
]


def prepare(folder, outputs, old):
    (folder / "tools").mkdir()
    (folder / "out").mkdir()
    (folder / "tools" / "t.json").write_text(RECORDS)
    (folder / "compare.toml").write_text(SETTINGS)
    if old:
        for output in outputs:
            if output != "out/new.json":
                (folder / output).write_text("OLD\n")
        (folder / "link.csv").symlink_to("real.csv")


def run(folder, args, strace):
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder / "home")}
    command = ["strace", "-f", "-qq", "-o", str(folder.parent / "trace"), *strace, PROGRAM, *args]
    return subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def content(folder, outputs):
    return {o: (folder / o).read_bytes() if (folder / o).exists() else None for o in outputs}


def faults(name, args, outputs, old):
    base = pathlib.Path(tempfile.mkdtemp())
    try:
        folder = base / "whole"
        folder.mkdir()
        prepare(folder, outputs, old)
        before = content(folder, outputs)
        whole = run(folder, args, ["-e", "trace=" + ",".join("?" + call for call in CALLS)])
        assert whole.returncode == 0, whole.stderr
        after = content(folder, outputs)
        trace = (base / "trace").read_text()
        counts = collections.Counter(re.findall(r"^\d+ +(\w+)\(", trace, re.M))
        runs, outcomes, wrong = 0, collections.Counter(), []
        for call, count in sorted(counts.items()):
            for error in ERRORS.get(call, ["EIO"]):
                for nth in range(1, count + 1):
                    folder = base / "fault"
                    folder.mkdir()
                    prepare(folder, outputs, old)
                    done = run(folder, args, ["-e", f"inject={call}:error={error}:when={nth}"])
                    runs += 1
                    now = content(folder, outputs)
                    problems = [o for o in outputs if now[o] not in (before[o], after[o])]
                    if old and not (folder / "link.csv").is_symlink():
                        problems.append("link.csv is no link")
                    gave_up = done.returncode not in (0, 1, 2) or b"panicked" in done.stderr
                    if gave_up and not RUNTIME.search(done.stderr):
                        problems.append(f"status {done.returncode}: {done.stderr[-200:]!r}")
                    drafts = [draft.name for draft in folder.rglob(".compare-*.tmp")]
                    if drafts and not gave_up and not call.startswith("unlink"):
                        problems.append(f"drafts {drafts}")
                    if done.returncode == 0 and now != after:
                        problems.append("success without the outputs")
                    outcomes["the runtime gave up" if gave_up else f"status {done.returncode}"] += 1
                    if problems:
                        wrong.append(f"{name}: {call}:{error}:{nth}: {problems}")
                    shutil.rmtree(folder)
        counted = ", ".join(f"{outcome} {count} times" for outcome, count in sorted(outcomes.items()))
        print(f"{name}: {runs} runs: {counted}; {len(wrong)} wrong")
        return runs, wrong
    finally:
        shutil.rmtree(base)


def main():
    total, wrong = 0, []
    for scenario in SCENARIOS:
        runs, found = faults(*scenario)
        total += runs
        wrong += found
    print(f"{total} runs, {len(wrong)} wrong")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


main()
