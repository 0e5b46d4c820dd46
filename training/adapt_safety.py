#!/usr/bin/env python3
"""What skewed records do to the model inside: the loss of micro-F1 on other records, and whether `train` warned.

    training/adapt_safety.py TAGWRIGHT DATA TAXONOMY

DATA is a .jsonl.gz of labelled records that the model inside has not seen. A seed splits off up to 300 records to adapt
on; the rest judges.
"""

import gzip, json, random, subprocess, sys, tempfile
from pathlib import Path

SIZES = (20, 50, 100, 300)
LOSS = 0.5


def kinds(learn, everything, chance):
    tags = sorted({tag for record in learn for tag in record["tags"]})
    common = max(tags, key=lambda tag: sum(tag in record["tags"] for record in learn))
    relabel = lambda label: [record | {"tags": label(i, record)} for i, record in enumerate(learn)]
    yield "as they are", learn, []
    yield "one tag noted", relabel(lambda i, r: [t for t in r["tags"] if t == common]), []
    yield "one tag noted, said so", relabel(lambda i, r: [t for t in r["tags"] if t == common]), ["--only-tags", common]
    yield "one tag on all", relabel(lambda i, r: [common]), []
    yield "no tags", relabel(lambda i, r: []), []
    yield "wrong at random", relabel(lambda i, r: chance.sample(tags, min(2, len(tags)))), []
    yield "a third wrong", relabel(lambda i, r: chance.sample(tags, 2) if i % 3 == 0 else r["tags"]), []
    yield "shifted by one", relabel(lambda i, r: learn[i - 1]["tags"]), []
    yield "one record", [learn[0]] * len(learn), []
    yield "contradictions", [r for i, r in enumerate(relabel(lambda i, r: r["tags"])[: len(learn) // 2]) for r in (r, r | {"tags": []})], []
    yield "one-liners", [{k: r[k] for k in ("name", "description", "tags") if r.get(k)} for r in learn], []
    yield "READMEs", [{"readme": r["readme"], "tags": r["tags"]} for r in learn if r.get("readme")], []
    yield "twenty tags each", relabel(lambda i, r: list({*r["tags"], *chance.sample(tags, min(20, len(tags)))})), []
    yield "new tag on all", relabel(lambda i, r: r["tags"] + ["brand-new"]), ["new"]
    yield "new tag on all but one", relabel(lambda i, r: r["tags"] + ["brand-new"] * (i > 0)), ["new"]
    yield "new tag on half", relabel(lambda i, r: r["tags"] + ["brand-new"] * (i % 2)), ["new"]


def main(tagwright, data, taxonomy):
    tags = json.loads(Path(taxonomy).read_text())
    names = {str(tag["id"]): tag["name"].strip() for tag in tags}
    with gzip.open(data, "rt") as lines:
        records = [json.loads(line) for line in lines]
    for record in records:
        record["tags"] = [names.get(str(tag), str(tag).strip()) for tag in record["tags"]]
    chance = random.Random(1)
    chance.shuffle(records)
    learn, judge = records[:300], records[300:]
    with tempfile.TemporaryDirectory() as directory:
        room = Path(directory)
        write = lambda name, rows: (room / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
        write("judge.jsonl", judge)
        (room / "new.json").write_text(json.dumps(tags + [{"id": "new", "name": "brand-new"}]))

        def f1(*model):
            command = [tagwright, "predict", str(room / "judge.jsonl"), "--tags", "names", *model]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            answers = [{tag.strip() for tag in json.loads(line)["tags"]} for line in lines]
            right = sum(len(own & set(record["tags"])) for own, record in zip(answers, judge))
            return 200 * right / sum(len(own) + len(record["tags"]) for own, record in zip(answers, judge))

        known, silent = f1(), 0
        for size in SIZES:
            for kind, rows, options in kinds(learn[:size], records, chance):
                if not rows:
                    continue
                write("learn.jsonl", rows)
                options = ["--taxonomy", str(room / "new.json")] if options == ["new"] else options
                command = [tagwright, "train", str(room / "learn.jsonl"), "--from", "default", "--out", str(room / "m"), *options]
                run = subprocess.run(command, capture_output=True, text=True)
                if run.returncode:
                    print(f"{size:4} {kind:24} refused: {run.stderr.splitlines()[-1]}")
                    continue
                loss = known - f1("--model", str(room / "m"))
                warned = "reference records" in run.stderr
                silent += loss > LOSS and not warned
                print(f"{size:4} {kind:24} {loss:6.2f} {'warned' if warned else 'SILENT' if loss > LOSS else ''}", flush=True)
        print(f"{silent} losses above {LOSS} points without a warning")


if __name__ == "__main__":
    sys.exit(__doc__) if len(sys.argv) != 4 else main(*sys.argv[1:])
