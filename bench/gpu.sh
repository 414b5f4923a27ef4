#!/usr/bin/env bash
# All that is to be shown on a CUDA GPU, in one call: what was found, the proofs on every rung, times at batches of 128 and 1024 beside a peer's, and an evaluation.
#   bench/gpu.sh LISNATIVE OUT ['PEER_COMMAND' [DATA]]
# LISNATIVE is the published tool; into the folder OUT go its answers, and compared.md with the peer's ratios. The peer command prints one JSON object a line with "case", "variant" (those of
# other precision begin with tf32, and are left out), "batch" and "us_median". DATA holds the official files of mnist and omniglot. DEVICE=cuda:0 and RUNGS="naive tiled tensorcore" can be chosen.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
tool=$1 out=$2 peer=${3:-} data=${4:-} device=${DEVICE:-cuda:0}
mkdir -p "$out"
failed=0
run() {
  echo "$1" >&2
  "${@:2}" > "$out/$1" || { echo "$1: exit code $?" >&2; failed=1; }
}
run devices.json "$tool" devices --json
run first-launch.txt bash -c "time '$tool' verify --device $device --only 'matmul 3×4×5'" 2>> "$out/first-launch.txt"
run verify.jsonl "$tool" verify --device "$device" --json
for batch in 128 1024; do
  run "bench-$batch.jsonl" "$tool" bench --device "$device" --batch "$batch" --json
done
[ -z "$peer" ] || run peer.jsonl bash -c "$peer"
[ -z "$data" ] || run evaluate.json "$tool" evaluate --dataset mnist --normal-class 8 --negative omniglot --data "$data" --device "$device" --json
for rung in ${RUNGS-naive tiled tensorcore}; do
  run "verify-$rung.jsonl" "$tool" verify --device "$device:$rung" --json
  run "bench-$rung.jsonl" "$tool" bench --device "$device:$rung" --suite kernels --json
done
tail -q -n 1 "$out"/verify*.jsonl >&2

# Names differ by what the batch says already: phase1_step and phase1, score_b128 and score.
[ ! -s "$out/peer.jsonl" ] || cat "$out"/bench-{128,1024}.jsonl "$out/peer.jsonl" | awk '
  function field(name,   part) { if (!match($0, "\"" name "\":[^,}]*")) return ""; part = substr($0, RSTART, RLENGTH); sub(/^[^:]*: */, "", part); gsub(/"/, "", part); return part }
  { name = field("case"); batch = field("batch"); sub(/_step$/, "", name); sub("score_b" batch "$", "score", name)
    key = name (name ~ /\./ ? " " batch : "") }
  field("ms_median") != "" && !(key in ours) { order[++cases] = key; ours[key] = field("ms_median") * 1000 }
  field("us_median") != "" && field("variant") !~ /^tf32/ { us = field("us_median") + 0; if (!(key in best) || us < best[key]) { best[key] = us; variant[key] = field("variant") } }
  END {
    printf "| case, batch | ours, µs | peer at its best, µs | variant | ratio |\n|---|---:|---:|---|---:|\n"
    for (i = 1; i <= cases; i++) { key = order[i]; if (key in best) printf "| %s | %.1f | %.1f | %s | %.2f |\n", key, ours[key], best[key], variant[key], best[key] / ours[key] }
  }' > "$out/compared.md"
exit $failed
