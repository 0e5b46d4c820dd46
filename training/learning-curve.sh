#!/usr/bin/env bash
# How much more labels would help: the figures of models trained on 1/16, 1/8, 1/4, 1/2 and all of the records.
#
#   training/learning-curve.sh TRAIN.jsonl.gz DEV
set -euo pipefail
train=$1 dev=$2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/defaults.toml"

for share in 16 8 4 2 1; do
    gzip -dc "$train" | awk "NR % $share == 0" | gzip -1 >"$work/part.jsonl.gz"
    printf '%s records: ' "$(gzip -dc "$work/part.jsonl.gz" | wc -l)"
    "$here/experiment.sh" "$work/defaults.toml" "$work/part.jsonl.gz" "$dev"
done
