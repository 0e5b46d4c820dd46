#!/usr/bin/env bash
# Writes the report that docs/example-report.html shows: a model of four fifths of the starter set, judged by the rest.
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

# Learning curve: models of an eighth, a quarter, half and all of the other records.
separator='['
for share in 8 4 2 1; do
    awk -v share=$share 'NR % 5 != 0 && ++n % share == 0' "$training/starter.jsonl" >train.jsonl
    "$tagwright" train train.jsonl --taxonomy "$training/taxonomy.json" --out starter.safetensors 2>log || { cat log >&2; exit 1; }
    "$tagwright" evaluate held-out.jsonl --model starter.safetensors --json figures.json >/dev/null
    figure() { sed -nE "/^    \"$1\": \{/,/\}/ s/^ *\"value\": ([0-9.]+).*/\1/p" figures.json; }
    printf '%s{"records": %d, "micro_f1": %s, "macro_f1": %s, "p_at_1": %s}' "$separator" \
        "$(wc -l <train.jsonl)" "$(figure micro_f1)" "$(figure macro_f1)" "$(figure p_at_1)" >>curve.json
    separator=,
done
echo ']' >>curve.json

"$tagwright" evaluate held-out.jsonl --model starter.safetensors --learning-curve curve.json --report "$out" >/dev/null
