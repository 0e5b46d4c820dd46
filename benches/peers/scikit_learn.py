"""Times a scikit-learn pipeline: TF-IDF of words and pairs, one-vs-rest logistic regression (liblinear).

    python scikit_learn.py train MODEL TRAIN.jsonl.gz      vectorises and fits on 2 processes, writes MODEL
    python scikit_learn.py predict MODEL RECORDS.jsonl     raw records to tags on one

Each prints {"records": …, "seconds": …}. Training counts from the cleaned texts in memory, without reading and
cleaning; prediction counts from the raw lines of RECORDS in memory. Needs scikit-learn 1.5.2.
"""

import argparse
import json
import pickle
import time
from pathlib import Path

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from cleaning import clean, read

TOP = 3
THRESHOLD = 0.3


def train(model, data):
    records = read(data)
    texts = [clean(record) for record in records]
    binarizer = MultiLabelBinarizer()
    labels = binarizer.fit_transform([[str(tag).strip() for tag in record["tags"]] for record in records])
    start = time.perf_counter()
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), min_df=3, max_features=60_000, stop_words="english", token_pattern=r"\S+"
    )
    features = vectorizer.fit_transform(texts)
    vectorised = time.perf_counter() - start
    classifier = OneVsRestClassifier(LogisticRegression(C=30, solver="liblinear"), n_jobs=2).fit(features, labels)
    seconds = time.perf_counter() - start
    model.write_bytes(pickle.dumps((vectorizer, classifier, binarizer.classes_)))
    return {"records": len(records), "seconds": seconds, "vectorising": vectorised}


def predict(model, path):
    vectorizer, classifier, tags = pickle.loads(model.read_bytes())
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    start = time.perf_counter()
    texts = [clean(json.loads(line)) for line in lines]
    probabilities = classifier.predict_proba(vectorizer.transform(texts))
    best = numpy.argsort(-probabilities, axis=1)[:, :TOP]
    answers = [[tags[tag] for tag in row if p[tag] >= THRESHOLD] for row, p in zip(best, probabilities)]
    return {"records": len(answers), "seconds": time.perf_counter() - start}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["train", "predict"])
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    action = train if arguments.action == "train" else predict
    print(json.dumps(action(arguments.model, arguments.data)))


main()
