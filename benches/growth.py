#!/usr/bin/env python3
"""Measures how the time of every command and format grows when its input doubles: nothing should cost more than 2.2 times.

    growth.py [--compare PROGRAM] [--only WORD]... [--runs N]

For each kind of growth (tools, reviewers, warnings, reports, weights, gates, aliases, categories, files, changes) and each command,
an input is doubled until a run takes 0.1 s of user and system time, and then doubled once more. The factor is the time
of the larger to that of the smaller, the least of --runs runs each. Where it is above the limit, the input is doubled again
and the smaller of the two factors counts: a threshold that is crossed once (a second core, a larger table) is no growth.
What no reasonable input makes take 0.1 s is listed with its time and no factor. Lines above the limit are marked, and make
the exit status 1.

A release build is measured: `cargo build --release` first.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ENOUGH = 0.1
LIMIT = 2.2
FORMATS = "table json csv markdown html github adr badge digest pr-comment summary".split()
KINDS = "json ndjson toml csv".split()


def review(reviewer, number):
    return {"reviewer": reviewer, "score": number * 7 % 101, "verdict": "ship" if number % 3 else "skip", "text": "Some words on it."}


def tool(number, reviewers=3, **more):
    reviews = [review(f"R{(number + r) % 7}" if reviewers < 7 else f"R{r}", number + r) for r in range(reviewers)]
    return {"slug": f"t{number}", "name": f"Tool {number}", "tagline": "A tool", "reviews": reviews, **more}


def write(folder, tools, settings="", name="r.json"):
    (folder / name).write_text(json.dumps({"tools": tools}))
    (folder / "compare.toml").write_text(f'catalog = "{name}"\n{settings}')


def every_format(command, formats=FORMATS):
    return [f"{command} -f {name}" for name in formats]


def tools(folder, count):
    write(folder, [tool(number) for number in range(count)], '[[report]]\nname = "r"\nall = true\noutput = ["o.md", "o.json", "o.html"]\n')


def reviewers(folder, count):
    write(folder, [tool(number, count) for number in range(2)], '[[report]]\nname = "r"\nall = true\noutput = ["o.md", "o.json"]\n')


def fields_of_one(folder, count):
    write(folder, [tool(0, **{f"unknown{number}": 1 for number in range(count)}), tool(1)])


def fields_of_many(folder, count):
    write(folder, [tool(number, unknown=1) for number in range(count)])


def spellings(folder, count):
    write(folder, [{**tool(number), "reviews": [review(f"Name{number // 2}" if number % 2 else f"name{number // 2}", 1)]} for number in range(count)])


def errors(folder, count):
    write(folder, [{**tool(number), "url": 7} for number in range(count)])


def sheet_errors(folder, count):
    lines = [f"Tool {number},R,{'x' if number % 2 else 5}\n" for number in range(count)]
    (folder / "r.csv").write_text("tool,reviewer,score\n" + "".join(lines))
    (folder / "compare.toml").write_text('catalog = "r.csv"\n')


def reports(folder, count):
    entries = "".join(f'[[report]]\nname = "r{number}"\ntools = ["t0", "t1"]\noutput = ["o/{number}.json"]\n' for number in range(count))
    (folder / "o").mkdir(exist_ok=True)
    write(folder, [tool(0), tool(1)], entries)


def weights(folder, count):
    settings = "[weights]\n" + "".join(f"R{number} = 2\n" for number in range(count))
    write(folder, [tool(number, count) for number in range(2)], settings)


def weights_of_nobody(folder, count):
    settings = "[weights]\n" + "".join(f"Nobody{number} = 2\n" for number in range(count))
    write(folder, [tool(0), tool(1)], settings)


def gates(folder, count):
    listed = ", ".join(f'"t{number % 2}:mean>={number % 90}.{number}"' for number in range(count))
    entry = f'[[report]]\nname = "r"\ntools = ["t0", "t1"]\ngates = [{listed}]\noutput = ["o.json", "o.md", "o.csv", "pr-comment=o.txt"]\n'
    write(folder, [tool(0), tool(1)], entry)


def aliases_of_one(folder, count):
    write(folder, [tool(0, aliases=[f"alias {number}" for number in range(count)]), tool(1)])


def aliases_of_many(folder, count):
    write(folder, [tool(number, aliases=[f"alias {number}"]) for number in range(count)])


def categories(folder, count):
    write(folder, [tool(number, category=f"Category {number}", pricing={"entry": f"{number} €"}) for number in range(count)])


def files(folder, count):
    (folder / "tools").mkdir(exist_ok=True)
    for number in range(count):
        path = folder / "tools" / f"{number}.json"
        if not path.exists():
            path.write_text(json.dumps(tool(number)))
    (folder / "compare.toml").write_text('catalog = "tools"\n')


def links(folder, count):
    (folder / "tools" / ".real").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / "tools" / ".real" / f"{number}.json"
        if not path.exists():
            path.write_text(json.dumps(tool(number)))
            (folder / "tools" / f"{number}.json").symlink_to(f".real/{number}.json")
    (folder / "compare.toml").write_text('catalog = "tools"\n')


def states(folder, count):
    for name, more in [("old.json", 0), ("new.json", 1)]:
        write(folder, [tool(number + more if number % 2 else number) | {"slug": f"s{number}"} for number in range(count)], name=name)
    (folder / "compare.toml").write_text("")


CONVERT = [f"convert -o {kind}=-" for kind in KINDS]
CHECK = every_format("check", FORMATS[:6])
# What grows, how, from which count on and up to which, and what is run.
GROWTH = [
    ("tools", tools, 100, 400_000,
     every_format("--all") + every_format("--all --reviews", ["table", "markdown", "csv --rows reviews"])
     + every_format("--all", ["csv --rows pairs", "csv --rows decision"]) + every_format("list") + every_format("rank")
     + ["rank --top 10", "rank --explain", "--all --explain", "t0 t1", "show t0", "list --min-score 50", "report", "report --verify"]
     + CHECK + CONVERT),
    ("reviewers", reviewers, 10, 400_000,
     every_format("t0 t1 --reviews") + every_format("show t0 --reviews") + ["t0 t1 --explain", "rank", "list", "report"]
     + every_format("t0 t1", ["csv --rows pairs", "csv --rows reviews"]) + CHECK[:2] + CONVERT[:1] + CONVERT[3:]),
    ("unknown fields of one record", fields_of_one, 100, 400_000, CHECK + ["list"]),
    ("unknown fields of many records", fields_of_many, 100, 200_000, CHECK[:2]),
    ("spellings of reviewers", spellings, 100, 200_000, CHECK[:3] + ["list"]),
    ("errors", errors, 100, 400_000, CHECK + ["list", "list --skip-invalid"]),
    ("errors of a sheet", sheet_errors, 100, 800_000, CHECK[:2] + ["list", "list --skip-invalid"]),
    ("reports", reports, 50, 12_800, ["list", "config", "report", "report --verify", "t0 t1"]),
    ("weights", weights, 50, 20_000, ["list", "config", "t0 t1", "t0 t1 -f json"]),
    ("weights of nobody", weights_of_nobody, 50, 50_000, ["list", "config", "t0 t1", "t0 t1 -f json"]),
    ("gates", gates, 50, 50_000, ["report", "list"]),
    ("aliases of one tool", aliases_of_one, 100, 400_000, ["list", "t0 t1", "t0 alias-0", "show t0", "check", "convert -o csv=-"]),
    ("aliases of many tools", aliases_of_many, 100, 200_000, ["list", "t0 t1", "show t0", "check", "convert -o csv=-"]),
    ("categories", categories, 100, 200_000, ["list", "list --category nosuch", "rank --category nosuch", "list --price nosuch", "check"]),
    ("files", files, 100, 25_000, ["list", "check", "t0 t1", "convert -o json=-", "list -o x.md"]),
    ("changes", states, 100, 200_000,
     every_format("changes old.json new.json", ["table", "json", "csv", "csv --rows reviews", "markdown", "html", "digest", "pr-comment"])
     + ["changes old.json new.json --reviews --explain"]),
    ("links", links, 100, 25_000, ["list", "check"]),
]


def cost(command, folder):
    """User and system time of one run, in seconds."""
    env = {"HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "COMPARE_CATALOG": ""}
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=null, stdout=null, stderr=null)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 2):
        sys.exit(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def measured(program, make, start, most, line, runs, base):
    """The count, the least time at it and at its double; the latter is None where the former is too short."""
    command = [program, "--no-cache" if line.split()[0] not in ("config",) else "--color=never", *line.split()]
    count = start

    def least_of(count, runs):
        folder = base / str(count)
        if not folder.exists():
            folder.mkdir()
            make(folder, count)
        return min(cost(command, folder) for _ in range(runs))

    # The first run of `report` writes, the others find that nothing has changed.
    while least_of(count, 2) < ENOUGH and count * 4 <= most:
        count *= 2
    least = least_of(count, runs)
    if least < ENOUGH * 0.9:
        return count, least, None
    double = least_of(2 * count, runs)
    if double / least > LIMIT and count * 4 <= most:
        again = least_of(4 * count, runs)
        if again / double < double / least:
            return 2 * count, double, again
    return count, least, double


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", default=str(HERE.parent / "target/release/compare"))
    parser.add_argument("--only", action="append", default=[], help="measure growth whose name or command holds WORD")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    above = []
    print("| what doubles | command | count | user and system time | of twice as many | factor |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, make, start, most, lines in GROWTH:
        base = pathlib.Path(tempfile.mkdtemp())
        try:
            for line in lines:
                if options.only and not any(word in f"{name}: {line}" for word in options.only):
                    continue
                count, least, double = measured(options.compare, make, start, most, line, options.runs, base)
                factor = f"{double / least:.2f}" if double else "–"
                mark = " **above**" if double and double / least > LIMIT else ""
                times = f"{least:.3f} s | {double:.3f} s" if double else f"{least:.3f} s | "
                print(f"| {name} | `{line}` | {count} | {times} | {factor}{mark} |", flush=True)
                above += [f"{name}: {line}"] if mark else []
        finally:
            shutil.rmtree(base)
    print(f"\n{len(above)} above {LIMIT}" + "".join(f"\n- {line}" for line in above))
    sys.exit(1 if above else 0)


main()
