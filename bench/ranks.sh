#!/usr/bin/env bash
# Training on 2 ranks of 1 thread beside 1 process of 2 threads, in turn: medians over rounds of the milliseconds of a step of 128 samples, and their ratio (above 1: the ranks are faster).
#   bench/ranks.sh mpirun.openmpi 5
set -euo pipefail
mpirun=${1:-mpirun} rounds=${2:-5}
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
dotnet publish src/Cli -c Release -o "$tool" -v quiet >/dev/null
for ((round = 0; round < rounds; round++)); do
  "$tool/lisnative" scaling --measure --threads 2 --json > "$tool/one.$round"
  "$mpirun" -n 2 "$tool/lisnative" scaling --ranks --threads 1 --json > "$tool/two.$round"
done
measured() { grep -h -E '"step"|"measuredMs"' "$tool/$1".* | paste - - | sed -E 's/.*"step": "([^"]+)".*"measuredMs": ([0-9.]+).*/\1|\2/' | sort -t'|' -k1,1 -k2,2n |
  awk -F'|' '{ v[$1] = v[$1] " " $2; n[$1]++ } END { for (s in v) { split(v[s], x, " "); print s "|" x[int((n[s] + 1) / 2)] } }' | sort; }
echo "| step of 128 samples | 1 process × 2 threads | 2 ranks × 1 thread | ratio |"
echo "|---|---:|---:|---:|"
join -t'|' <(measured one) <(measured two) | awk -F'|' '{ printf "| %s | %.1f ms | %.1f ms | %.2f |\n", $1, $2, $3, $2 / $3 }'
