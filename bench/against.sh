#!/usr/bin/env bash
# Times LisNative beside a peer, in turn (A B A B ...), and prints the ratio peer / ours of each case's median.
#   bench/against.sh 'PEER_COMMAND' [ROUNDS] [lisnative bench options]
# The peer command prints one JSON object a line with "case" and "ms_median", as `lisnative bench --json` does. With --file FILE ours times
# that file's shapes; the peer command is given them in its own words, as in bench/against.sh 'python peer.py FILE' 3 --file FILE.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
peer=$1 rounds=${2:-3}
shift $(( $# > 1 ? 2 : 1 ))
root=$(cd "$(dirname "$0")/.." && pwd)
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
dotnet build "$root/src/Cli" -c Release -v quiet -clp:ErrorsOnly >&2
for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  dotnet "$root/src/Cli/bin/Release/net10.0/lisnative.dll" bench --json "$@" | sed 's/^/ours /' >> "$results/lines"
  bash -c "$peer" 2>/dev/null | sed 's/^/peer /' >> "$results/lines"
done
awk '
  function field(name,   part) { if (!match($0, "\"" name "\":[^,}]*")) return ""; part = substr($0, RSTART, RLENGTH); sub(/^[^:]*: */, "", part); gsub(/"/, "", part); return part }
  function median(side, name,   n, i, j, t, v) {
    n = count[side, name]; for (i = 1; i <= n; i++) v[i] = value[side, name, i]
    for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
  }
  { side = $1; name = field("case"); ms = field("ms_median"); if (ms == "") next
    if (!((side, name) in count) && side == "ours") order[++cases] = name
    value[side, name, ++count[side, name]] = ms + 0 }
  END {
    printf "| case | ours, ms | peer, ms | ratio |\n|---|---:|---:|---:|\n"
    for (i = 1; i <= cases; i++) { name = order[i]; if (count["peer", name]) printf "| %s | %.3f | %.3f | %.2f |\n", name, median("ours", name), median("peer", name), median("peer", name) / median("ours", name) }
  }' "$results/lines"
