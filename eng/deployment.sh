#!/usr/bin/env bash
# Scores and training steps where processors are few, shared or rationed: a score of the demo's model and a training step of the MNIST network, with as many threads as each host
# gives by default. Prints the table of docs/evidence/deployment.md. Quotas need root and a control group (version 1 or 2) that may have children.
#   eng/deployment.sh [SCORES [STEPS]]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD scores=${1:-20000} steps=${2:-100} work=$(mktemp -d)
group=
trap '[ -z "$group" ] || rmdir "$group"; rm -rf "$work"' EXIT
eng/packages.sh "$work" Tensor Autodiff IO Layers Distributed Lis
dotnet build src/Cli -c Release -v quiet >&2
cp -r samples/Native samples/Directory.* "$work"
dotnet publish "$work/Native" -c Release -p:PublishAot=false -o "$work/jit" -v quiet >&2
tool="$root/src/Cli/bin/Release/net10.0/lisnative.dll"
dotnet "$tool" demo --images --out "$work/demo" >/dev/null 2>&1

# A group of our own, in which what follows runs; empty where none with quotas can be made.
for parent in /sys/fs/cgroup/cpu /sys/fs/cgroup; do
  [ -z "$group" ] && mkdir "$parent/lisnative.$$" 2>/dev/null || continue
  group=$parent/lisnative.$$
  [ -w "$group/cpu.max" ] || [ -w "$group/cpu.cfs_quota_us" ] || { rmdir "$group"; group=; }
done
ration() {
  if [ -w "$group/cpu.max" ]; then echo "$((100000 * $1 / 100)) 100000" > "$group/cpu.max"
  else echo $((100000 * $1 / 100)) > "$group/cpu.cfs_quota_us"; fi
}
inside=(bash -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$group")

# Of the periods of a quota so far, those in which it was spent.
periods() { awk '/^nr_periods/ { n = $2 } /^nr_throttled/ { t = $2 } END { print n + 0, t + 0 }' "${group:-/nowhere}/cpu.stat" 2>/dev/null || echo 0 0; }

# host NAME COMMAND…: a line of the table; COMMAND is what the programs run under.
host() {
  local name=$1 score step before
  shift
  before=$(periods)
  score=$(timeout 300 "$@" "$work/jit/score" "$work/demo/demo.lis" "$work/demo/new/8-000.png" --time "$scores") || { echo "| $name | stalled | | | | | | |"; return; }
  step=$(timeout 300 "$@" dotnet "$tool" bench --only mnist.phase1_step --batch 32 --repeat "$steps" --json) || { echo "| $name | stalled | | | | | | |"; return; }
  python3 - "$name" "$score" "$step" "$before $(periods)" <<'END'
import json, re, sys
name, score, step, periods = sys.argv[1:]
half, most = re.search(r"([\d.]+) µs\n99 of 100 within ([\d.]+)", score).groups()
step = json.loads(step.splitlines()[0])
ms = sorted(step["ms"])
had, spent, has, more = map(int, periods.split())
throttled = f"{(more - spent) / (has - had):.0%}" if has > had else ""
print(f"| {name} | {step['threads']} | {half} | {most} | {ms[len(ms) // 2]:.1f} | {ms[(len(ms) * 99 - 1) // 100]:.1f} | {ms[-1]:.1f} | {throttled} |", flush=True)
END
}

echo "| $(nproc) cores | threads | score p50 µs | score p99 µs | step p50 ms | step p99 ms | slowest step ms | periods throttled |"
echo "|---|---:|---:|---:|---:|---:|---:|---:|"
host "all of it" env
host "one core of a cpuset (taskset)" taskset -c 0
host "four threads for each core" env LISNATIVE_THREADS=$((4 * $(nproc)))
host "64 logical processors told of" env DOTNET_PROCESSOR_COUNT=64
if [ -n "$group" ]; then
  for percent in 200 150 50; do
    ration $percent
    host "quota of $(python3 -c "print($percent / 100)")" "${inside[@]}"
  done
  host "quota of 0.5, two threads" "${inside[@]}" env LISNATIVE_THREADS=2
  ration 150
  host "quota of 1.5, one thread" "${inside[@]}" env LISNATIVE_THREADS=1
  host "quota of 1.5, 64 logical processors told of" "${inside[@]}" env DOTNET_PROCESSOR_COUNT=64
else
  echo "| quotas | not run: no control group may be made here | | | | | | |"
fi
