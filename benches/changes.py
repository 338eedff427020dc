#!/usr/bin/env python3
"""Measures `compare changes` over two revisions beside what it cannot do without: git that lists and reads the files of
both, and `compare rank` over each.

    changes.py [--compare PROGRAM] [--files N] [--runs N]

A repository with N files of one record each and two revisions is made in a temporary folder. All runs take turns; the
medians are compared. Above 1.5 times the sum of the others the exit status is 1.

A release build is measured: `cargo build --release` first.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 1.5


def record(number, state):
    reviews = [
        {"reviewer": f"R{r}", "score": (number * 7 + r * 13 + (state if number % 10 == 0 else 0)) % 101,
         "verdict": "ship" if (number + r) % 3 else "skip", "text": "Some words on it. " * 20}
        for r in range(5)
    ]
    return {"slug": f"t{number}", "name": f"Tool {number}", "tagline": "A tool", "reviews": reviews}


def repository(folder, files):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", "-C", folder]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for state in range(2):
        for place in [folder / "tools", folder / f".state{state}" / "tools"]:
            place.mkdir(parents=True, exist_ok=True)
            for number in range(files):
                (place / f"{number}.json").write_text(json.dumps(record(number, state), indent=1))
        subprocess.run([*git, "add", "tools"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
        subprocess.run([*git, "tag", f"v{state}"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", default=str(HERE.parent / "target/release/compare"))
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repository(folder, options.files)
        read = "git ls-tree -rz v{0} | tr '\\0' '\\n' | awk '{{print $3}}' | git cat-file --batch"
        contenders = {
            "compare changes v0 v1": [options.compare, "changes", "v0", "v1", "-c", "tools", "--no-config"],
            **{f"git ls-tree -rz v{s} \\| git cat-file --batch": ["sh", "-c", read.format(s)] for s in range(2)},
            **{f"compare rank, v{s}": [options.compare, "rank", "--no-cache", "-c", f".state{s}/tools"] for s in range(2)},
        }
        times = {label: [] for label in contenders}
        for run in range(options.runs + 1):
            for label, command in contenders.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
                if run:
                    times[label].append(time.perf_counter() - start)
        medians = {label: statistics.median(times[label]) for label in contenders}
    own, *others = medians.values()
    ratio = own / sum(others)
    print(f"{options.files} files in each of two revisions, {options.runs} runs each.\n")
    print("| run | median |\n| --- | ---: |")
    for label, median in medians.items():
        print(f"| {label} | {median * 1000:.1f} ms |")
    print(f"\n`compare changes` takes {ratio:.2f} times the sum of the others.")
    sys.exit(1 if ratio > LIMIT else 0)


main()
