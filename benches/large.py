#!/usr/bin/env python3
"""Runs the statements of docs/large.md over invented catalogs and demands the order of `compare rank`.

    large.py [--compare PROGRAM] [--records N] [--engine duckdb|spark]

Needs DuckDB (`pip install duckdb`) or Spark (`pip install pyspark`, and Java), and the program: `cargo build --release`.
Prints what each took, with the start of the engine.
"""
import argparse
import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Few digits and small panels, so that many tools are tied; tools without reviews, scores or verdicts.
SMALL = """{"slug": "no-reviews", "name": "No reviews"}
{"slug": "empty", "name": "Empty", "reviews": []}
{"slug": "no-verdict", "name": "A", "reviews": [{"reviewer": "A", "score": 99}]}
{"slug": "no-score", "name": "B", "reviews": [{"reviewer": "A", "verdict": "ship"}]}
{"slug": "mixed", "name": "C", "reviews": [{"reviewer": "A", "score": 0.1, "verdict": "ship"}, {"reviewer": "B", "score": 0.2, "verdict": "skip"}]}
{"slug": "mixed-too", "name": "D", "reviews": [{"reviewer": "A", "score": 0.2, "verdict": "ship"}, {"reviewer": "B", "score": 0.1, "verdict": "skip"}]}
"""


def statements():
    """The SQL of the page, by what its fence says."""
    found = {}
    text = (HERE.parent / "docs/large.md").read_text()
    for block in text.split("```sql ")[1:]:
        title, rest = block.split("\n", 1)
        found[title] = rest.split("```")[0].strip()
    return found


def duckdb(folder, view, ranking):
    import duckdb as engine

    os.chdir(folder)
    connection = engine.connect()
    connection.execute(view)
    return connection.execute(ranking).fetchall()


def spark(folder, view, ranking):
    from pyspark.sql import SparkSession

    os.chdir(folder)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.catalog.dropTempView("tools")
    session.catalog.dropTempView("sheet")
    session.catalog.dropTempView("reviews")
    for statement in view.split(";"):
        if statement.strip():
            session.sql(statement)
    return [tuple(row) for row in session.sql(ranking.rstrip(";")).collect()]


def expected(program, path):
    """Rank, slug, ships, votes and mean of every tool, as `compare rank` has them."""
    command = [program, "rank", "--no-config", "-q", "-f", "csv", "-c", str(path)]
    rows = csv.DictReader(io.StringIO(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    number = lambda text: float(text) if text else None
    return [
        (int(row["rank"]), row["slug"], int(row["ship"]), int(row["ship"]) + int(row["skip"]), number(row["score_mean"]))
        for row in rows
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", default=str(HERE.parent / "target/release/compare"))
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    args = parser.parse_args()
    sql = statements()
    ranking = sql["ranking"].replace("limit 20;", ";")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for kind, name in [("ndjson", "tools.ndjson"), ("csv", "reviews.csv")]:
            path = folder / name
            generate = [sys.executable, str(HERE / "generate.py"), "--records", str(args.records), "--kind", kind]
            subprocess.run([*generate, "--prose", "100", str(path)], check=True, stdout=subprocess.DEVNULL)
            if kind == "ndjson":
                path.write_text(path.read_text() + SMALL)
            start = time.monotonic()
            theirs = globals()[args.engine](folder, sql[f"{args.engine} {kind}"], ranking)
            middle = time.monotonic()
            ours = expected(args.compare, path)
            end = time.monotonic()
            if len(theirs) != len(ours):
                sys.exit(f"{kind}: {len(theirs)} tools in {args.engine}, {len(ours)} in compare")
            for their, our in zip(theirs, ours):
                means = [their[4], our[4]]
                same_mean = means == [None, None] or None not in means and abs(means[0] - means[1]) < 1e-9
                if tuple(their[:4]) != our[:4] or not same_mean:
                    sys.exit(f"{kind}: {args.engine} has {tuple(their)}, compare has {our}")
            ties = len(ours) - len({our[0] for our in ours})
            print(f"{kind}: the same order of {len(ours)} tools, {ties} of them tied; {args.engine} {middle - start:.2f} s, compare {end - middle:.2f} s")


if __name__ == "__main__":
    main()
