#!/usr/bin/env python3
"""Writes an invented catalog of any size, the same for the same seed.

    generate.py [--records N] [--reviews N] [--prose BYTES] [--rich] [--seed N] [--kind KIND] FILE

With --rich, one word in five of the prose has an escape or letters outside of ASCII.

Kinds: ndjson (default), json, toml, csv (one row per review).
"""
import argparse
import csv
import json
import random

WORDS = """steady latency audio panel weights edge phone model price buyer cloud team months shipping contract
budget privacy signal build plugin setup docs method bench adapter vision support company defensive ordinary quiet
sharp clear honest narrow broad early late careful quick heavy light useful doubtful""".split()
RICH = ['"latency"', "für", "价格", "cloud\n", "überall", "naïve –", "a\\b", "\tbudget", "модель"]
PEOPLE = "Builder Skeptic Futurist Founder Auditor Operator Teacher Novice".split()
CATEGORIES = ["Developer Tools", "R&D / Ops – misc.", "Analytics", "Design", "Support", "Finance"]


def prose(rng, size, rich=False):
    """About `size` bytes of words, with what prose has: quotes, dashes, a line break now and then."""
    words, length = [], 0
    while length < size:
        word = rng.choice(WORDS)
        kind = rng.random()
        if kind < 0.004:
            word = f'"{word}"'
        elif kind < 0.008:
            word += " –"
        elif kind < 0.009:
            word += "\n"
        elif rich and kind < 0.2:
            word = rng.choice(RICH)
        words.append(word)
        length += len(word) + 1
    return " ".join(words).capitalize() + "."


def record(rng, number, reviews, size, rich=False):
    adjective, noun = rng.choice(WORDS), rng.choice(WORDS)
    level = rng.gauss(65, 12)
    rows = []
    for person in rng.sample(PEOPLE, min(reviews, len(PEOPLE))):
        score = min(100, max(0, round(rng.gauss(level, 10), rng.choice([0, 0, 0, 1]))))
        score = int(score) if score == int(score) else score
        day = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        verdict = "ship" if score + rng.gauss(0, 6) >= 60 else "skip"
        rows.append({"reviewer": person, "score": score, "verdict": verdict, "text": prose(rng, size, rich), "date": day})
    price = rng.choice(["Free", "Paid", "$9"])
    return {
        "slug": f"{adjective}-{noun}-{number}",
        "name": f"{adjective.capitalize()} {noun.capitalize()} {number}",
        "aliases": [f"{noun}-{number}"] if number % 10 == 0 else [],
        "tagline": prose(rng, 60),
        "description": prose(rng, size, rich),
        "category": rng.choice(CATEGORIES),
        "url": f"https://example.invalid/{number}",
        "pricing": {"entry": price, "detail": f"{price}, says an invented page"},
        "source": {"label": "An invented panel", "url": "https://example.invalid/"},
        "community": {"ship": rng.randint(0, 99), "skip": rng.randint(0, 99)},
        "reviews": rows,
    }


def toml(tool):
    def line(key, value):
        return f"{key} = {json.dumps(value, ensure_ascii=False)}\n"

    nested = ("pricing", "source", "community", "reviews")
    text = "[[tools]]\n" + "".join(line(k, v) for k, v in tool.items() if k not in nested)
    for key in nested[:3]:
        text += f"[tools.{key}]\n" + "".join(line(k, v) for k, v in tool[key].items())
    for review in tool["reviews"]:
        text += "[[tools.reviews]]\n" + "".join(line(k, v) for k, v in review.items())
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--reviews", type=int, default=5)
    parser.add_argument("--prose", type=int, default=500)
    parser.add_argument("--rich", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["ndjson", "json", "toml", "csv"], default="ndjson")
    parser.add_argument("file")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    tools = (record(rng, n, args.reviews, args.prose, args.rich) for n in range(args.records))
    with open(args.file, "w", encoding="utf-8", newline="") as out:
        if args.kind == "ndjson":
            out.writelines(json.dumps(tool, ensure_ascii=False) + "\n" for tool in tools)
        elif args.kind == "json":
            for i, tool in enumerate(tools):
                out.write(("[\n" if i == 0 else ",\n") + json.dumps(tool, ensure_ascii=False))
            out.write("\n]\n")
        elif args.kind == "toml":
            out.writelines(toml(tool) + "\n" for tool in tools)
        else:
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(["tool", "name", "category", "reviewer", "score", "verdict", "text", "date"])
            for tool in tools:
                for r in tool["reviews"]:
                    known = [tool["slug"], tool["name"], tool["category"]]
                    rows.writerow(known + [r["reviewer"], r["score"], r["verdict"], r["text"], r["date"]])


if __name__ == "__main__":
    main()
