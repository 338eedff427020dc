#!/usr/bin/env python3
"""Measures what TAB costs: the call that each shell's registration makes, as a whole process.

    completion.py [--compare PROGRAM] [--runs N] [--records N,N,...] FOLDER

Every call is timed in turn with `/bin/true`, so that both meet the same machine. Each case has N runs: each shell asks
for a short beginning, for an empty word, for a long beginning that few tools have, and for a part that stands inside
slugs. Then the same for `compare A B`. The catalogs and the cache are made in FOLDER and used again when they are there.
The first call in each catalog, which makes the cache unless the catalog is too large to be read while someone waits, is
shown by itself. Prints Markdown.
"""
import argparse
import datetime
import math
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

GENERATE = pathlib.Path(__file__).with_name("generate.py")
SHELLS = ["bash", "zsh", "fish", "elvish"]
# With the prose of a small record, so that a million fit on a laptop's disk; the cache does not hold prose.
SMALL_PROSE = ["--reviews", "3", "--prose", "40"]


def catalog(folder, records):
    """The catalog of `records` tools; none for the two that are built in."""
    if records == 2:
        return None
    path = folder / f"gen-{records}.ndjson"
    if not path.exists():
        part = path.with_suffix(".part")
        small = SMALL_PROSE if records > 100_000 else []
        subprocess.run([sys.executable, GENERATE, "--records", str(records), *small, part], check=True)
        part.rename(path)
    return path


def slugs(path):
    """Two slugs, from the middle and the end."""
    if path is None:
        return ["gemma-3n", "smolvlm2-turbo"]
    found = []
    with open(path, "rb") as file:
        for at in (path.stat().st_size // 2, path.stat().st_size - 20_000):
            file.seek(max(at, 0))
            if at > 0:
                file.readline()
            found.append(file.readline().split(b'"slug": "')[1].split(b'"')[0].decode())
    return found


def request(program, shell, words, env):
    """The call that the registration of `shell` makes for the last of `words`."""
    env = {**env, "COMPARE_COMPLETE": shell, "COMPARE_COMPLETE_INDEX": str(len(words) - 1)}
    replaced = [words[-1]] if shell == "bash" else []
    return [program, "--", *replaced, *words], env


def milliseconds(call, env=None):
    start = time.perf_counter()
    ended = subprocess.run(call, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    taken = 1000 * (time.perf_counter() - start)
    if ended.returncode != 0:
        sys.exit(f"{call} ended with {ended.returncode}")
    return taken


def quantile(values, share):
    return sorted(values)[math.ceil(share * len(values)) - 1]


def measure(calls, runs):
    """Times of `calls`, in turn, and of as many `/bin/true` between them."""
    own, true = [], []
    for _ in range(runs):
        for call, env in calls:
            own.append(milliseconds(call, env))
            true.append(milliseconds(["/bin/true"]))
    return own, true


def cpu():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def load():
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", default="target/release/compare")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--records", default="2,1000,60000,1000000")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    program = os.path.abspath(args.compare)
    print(f"{os.cpu_count()} cores, {cpu()}, {datetime.date.today()}, load {load()} at the start; {args.runs} runs a case.\n")
    print("| records | case | median | 95th percentile | `/bin/true`, the same |\n| ---: | --- | ---: | ---: | ---: |")
    for records in [int(records) for records in args.records.split(",")]:
        path = catalog(args.folder, records)
        cache = args.folder / f"cache-{records}"
        shutil.rmtree(cache, ignore_errors=True)
        env = {"PATH": os.environ["PATH"], "HOME": str(args.folder), "XDG_CACHE_HOME": str(cache), "COMPARE_NO_CONFIG": "1"}
        if path:
            env["COMPARE_CATALOG"] = str(path)
        first, second = slugs(path)
        # A catalog that was just read stands in the page cache, as one that is worked with does.
        subprocess.run([program, "--no-cache", "rank", "--top", "1"], env=env, stdout=subprocess.DEVNULL, check=True)
        once = milliseconds(*request(program, "zsh", ["compare", "vs", first[:1]], env))
        print(f"| {records:,} | the first TAB | {once:.1f} ms | | |")
        subprocess.run([program, "show", first], env=env, stdout=subprocess.DEVNULL, check=True)  # makes the cache
        cases = {
            "a short beginning": first[:1],
            "an empty word": "",
            "a long beginning": first[:-1],
            "a part inside": first[2:],
        }
        all_own, all_true = [], []
        for name, typed in cases.items():
            calls = [request(program, shell, ["compare", "vs", typed], env) for shell in SHELLS]
            own, true = measure(calls, args.runs)
            all_own += own
            all_true += true
            row(records, name, own, true)
        row(records, "**TAB, all of these**", all_own, all_true)
        row(records, "after another tool", *measure([request(program, "zsh", ["compare", first, second[:1]], env)], args.runs))
        row(records, "`compare A B`", *measure([([program, first, second], env)], args.runs))
        sys.stdout.flush()
    print(f"\nLoad {load()} at the end.")


def row(records, name, own, true):
    median, p95 = quantile(own, 0.5), quantile(own, 0.95)
    print(f"| {records:,} | {name} | {median:.1f} ms | {p95:.1f} ms | {quantile(true, 0.95):.1f} ms |", flush=True)


if __name__ == "__main__":
    main()
