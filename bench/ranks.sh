#!/usr/bin/env bash
# A whole training by 2 ranks of 1 thread beside 1 process of 2 threads, in turn: medians over rounds, and their ratio (above 1: the ranks are faster).
#   bench/ranks.sh mpirun.openmpi 3 --normal mnist:8 --negative omniglot
set -euo pipefail
mpirun=${1:-mpirun} rounds=${2:-3}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- --normal mnist:8 --negative omniglot --epochs1 20 --epochs2 20
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
dotnet publish src/Cli -c Release -o "$tool" -v quiet >/dev/null
seconds() { local start=$EPOCHREALTIME; "$@" > "$tool/said" 2>&1 || { cat "$tool/said" >&2; return 1; }; echo "$EPOCHREALTIME $start" | awk '{ print $1 - $2 }'; }
for ((round = 0; round < rounds; round++)); do
  seconds "$tool/lisnative" train "$@" --threads 2 --out "$tool/one.$round.lis" >> "$tool/one"
  seconds "$mpirun" -n 2 "$tool/lisnative" train --ranks "$@" --threads 1 --out "$tool/two.$round.lis" >> "$tool/two"
done
median() { sort -n "$tool/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
echo "$(median one) $(median two)" | awk '{ printf "1 process × 2 threads %.1f s, 2 ranks × 1 thread %.1f s, ratio %.2f\n", $1, $2, $1 / $2 }'
