"""Times fastText's `predict`: one thread, on texts that are already cleaned and tokenised.

    python fast_text.py MODEL TRAIN.jsonl.gz RECORDS.jsonl

trains MODEL on TRAIN first if there is no such file, and prints {"records": …, "seconds": …} for RECORDS.
Needs fasttext-wheel 0.9.2 and numpy below 2.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import fasttext

from cleaning import clean, read


def train(model, data):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        for record in read(data):
            labels = "".join(f"__label__{str(tag).strip()} " for tag in record["tags"])
            if labels:
                lines.write(f"{labels}{clean(record)}\n")
        lines.flush()
        start = time.perf_counter()
        fitted = fasttext.train_supervised(
            lines.name, loss="ova", wordNgrams=2, epoch=25, lr=0.5, minCount=3, thread=2, verbose=0
        )
        print(f"fastText trained in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    fitted.save_model(str(model))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("records", type=Path)
    arguments = parser.parse_args()
    if not arguments.model.exists():
        train(arguments.model, arguments.train)
    fasttext.FastText.eprint = lambda *_: None
    model = fasttext.load_model(str(arguments.model))
    texts = [clean(record) for record in read(arguments.records)]
    start = time.perf_counter()
    model.predict(texts, k=3)
    print(json.dumps({"records": len(texts), "seconds": time.perf_counter() - start}))


main()
