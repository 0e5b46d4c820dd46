#!/usr/bin/env bash
# Writes the page in docs/example-report.html: a model of four fifths of the starter set, judged by the rest.
#
#   docs/example-report.sh OUT.html
set -euo pipefail
out=$(realpath -m "$1")
training=$(realpath "$(dirname "$0")/../training")
tagwright=${TAGWRIGHT:-tagwright}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

awk 'NR % 5 == 0' "$training/starter.jsonl" >held-out.jsonl
awk 'NR % 5 != 0' "$training/starter.jsonl" | gzip -1 >train.jsonl.gz
"$training/learning-curve.sh" train.jsonl.gz held-out.jsonl curve.json >/dev/null
"$tagwright" train train.jsonl.gz --taxonomy "$training/taxonomy.json" --out starter.safetensors 2>/dev/null
"$tagwright" evaluate held-out.jsonl --model starter.safetensors --learning-curve curve.json --report "$out" >/dev/null
