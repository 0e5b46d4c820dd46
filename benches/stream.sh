#!/usr/bin/env bash
# Streaming: N records (1,000,000) through a pipe, repeated from RECORDS.jsonl; then how soon the first answer comes.
#
#     benches/stream.sh TAGWRIGHT RECORDS.jsonl [N]
#
# Prints the wall time and peak memory of `tagwright predict` as /usr/bin/time -v gives them, and the milliseconds from
# the start to the first answer when the input stays open (minimum / median / maximum of 9).
set -euo pipefail
tagwright=$1 records=$2 count=${3:-1000000}

repeat() {
    local have
    have=$(wc -l <"$records")
    for ((written = 0; written < count; written += have)); do cat "$records"; done | head -n "$count" || true
}

repeat | /usr/bin/time -v "$tagwright" predict 2>&1 >/dev/null |
    grep -E 'Elapsed|Maximum resident|User time|System time'

for _ in 1 2 3 4 5 6 7 8 9; do
    python3 - "$tagwright" "$records" <<'PYTHON'
import subprocess, sys, time
line = open(sys.argv[2], "rb").readline()
start = time.perf_counter()
process = subprocess.Popen([sys.argv[1], "predict"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
process.stdin.write(line)
process.stdin.flush()
process.stdout.readline()
print(f"{1000 * (time.perf_counter() - start):.1f}")
process.stdin.close()
process.wait()
PYTHON
done | sort -n | awk '{ms[NR] = $1} END {print "first answer after " ms[1] " / " ms[int((NR + 1) / 2)] " / " ms[NR] " ms"}'
