#!/usr/bin/env python3
"""What adapting a model is worth: 300 corrected records against the model as it is and a model of the 300 alone.

    training/adapt.py TAGWRIGHT DATA TAXONOMY [MODEL]

DATA is a .jsonl.gz of labelled records that MODEL (default: the one inside tagwright) has not seen. It is split by a
seed into 300 records to learn from and the rest to judge by, three times, and the figures are averaged, under

  same   the labels as they are
  house  the labels of a curator with rules of their own: never `lib` or `dev-exp-lib`; `ai` wherever there is `agent`;
         a new tag `awesome-list`, in place of `learning-resource`, where name or description has "awesome"

Macro-F1 is over the tags that some judged record has.
"""

import gzip, json, random, subprocess, sys, tempfile
from pathlib import Path

LEARN, SEEDS = 300, (1, 2, 3)
DROPPED = {"lib", "dev-exp-lib"}
NEW = {"id": "awesome-list", "name": "awesome-list", "aliases": ["awesome"]}


def house(record):
    tags = [tag for tag in record["tags"] if tag not in DROPPED]
    if "agent" in tags and "ai" not in tags:
        tags.append("ai")
    if "awesome" in f"{record.get('name')} {record.get('description')}".lower():
        tags = ["awesome-list"] + [tag for tag in tags if tag != "learning-resource"]
    return record | {"tags": tags}


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def run(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


def answers(tagwright, data, *args):
    lines = run(tagwright, "predict", data, "--tags", "names", *args).splitlines()
    return [[tag.strip() for tag in json.loads(line)["tags"]] for line in lines]


def figures(tagwright, data, gold, *args):
    """Micro-F1, P@1 and macro-F1 of a model's answers."""
    first = answers(tagwright, data, *args, "--top", "1", "--threshold", "0")
    decided = answers(tagwright, data, *args)
    labelled = [(own, best) for own, best in zip(gold, first) if own]
    precision = sum(best[0] in own for own, best in labelled) / len(labelled)

    def f1(keep):
        right = sum(keep(tag) for own, found in zip(gold, decided) for tag in found if tag in own)
        both = sum(keep(tag) for own, found in zip(gold, decided) for tag in own + found)
        return 2 * right / both

    supported = sorted({tag for own in gold for tag in own})
    macro = sum(f1(lambda tag, wanted=wanted: tag == wanted) for wanted in supported) / len(supported)
    return f1(lambda tag: True), precision, macro


def main(tagwright, data, taxonomy, model=None):
    with gzip.open(data, "rt") as lines:
        records = [json.loads(line) for line in lines]
    tags = json.loads(Path(taxonomy).read_text())
    names = {str(tag["id"]): tag["name"].strip() for tag in tags}
    for record in records:
        record["tags"] = [names.get(str(tag), str(tag).strip()) for tag in record["tags"]]
    kept = [tag for tag in tags if tag["name"].strip() not in DROPPED]
    asked = ["--model", model] if model else []
    print(f"{'labels':8}{'model':26}{'micro-F1':>9}{'P@1':>9}{'macro-F1':>9}")
    for name, rules, scheme in (("same", dict, tags), ("house", house, kept + [NEW])):
        ruled = [rules(record) for record in records]
        sums = {}
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as directory:
                room = Path(directory)
                shuffled = random.Random(seed).sample(ruled, len(ruled))
                learn = write(room / "learn.jsonl", shuffled[:LEARN])
                judge = write(room / "judge.jsonl", [record | {"tags": []} for record in shuffled[LEARN:]])
                gold = [record["tags"] for record in shuffled[LEARN:]]
                tags_file = room / "taxonomy.json"
                tags_file.write_text(json.dumps(scheme))
                alone, adapted = str(room / "alone"), str(room / "adapted")
                common = [learn, "--taxonomy", str(tags_file), "--out"]
                run(tagwright, "train", *common, alone)
                run(tagwright, "train", "--from", model or "default", *common, adapted)
                models = {"as it is": asked, "300 alone": ["--model", alone], "adapted": ["--model", adapted]}
                if name == "house":
                    allowed = ",".join(tag["name"].strip() for tag in kept)
                    models["as it is, tags dropped"] = [*asked, "--candidates", allowed]
                for label, args in models.items():
                    sums.setdefault(label, []).append(figures(tagwright, judge, gold, *args))
        for label, rows in sums.items():
            means = [sum(column) / len(rows) for column in zip(*rows)]
            print(f"{name:8}{label:26}" + "".join(f"{mean:9.4f}" for mean in means), flush=True)


if __name__ == "__main__":
    if not 4 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
