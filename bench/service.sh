#!/usr/bin/env bash
# Builds the sample service from the packages as a native program, and measures it by loopback: size, start to first score, 64 connections with three
# swaps and a damaged file. bench/service.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD seconds=${1:-40} work=$(mktemp -d)
trap 'kill "${service:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
eng/packages.sh "$work" Tensor Autodiff IO Layers Distributed Lis Hosting
dotnet build src/Cli -c Release -v q >/dev/null
cp -r samples/Service samples/ServiceLoad "$work"
cd "$work"
for seed in 1 2; do dotnet "$root/src/Cli/bin/Release/net10.0/lisnative.dll" demo --images --out "m$seed" --seed $seed --json >/dev/null 2>&1; done
dotnet publish Service -c Release -r "$(dotnet --info | sed -n 's/^ *RID: *//p')" -o native -v q | grep -E 'warning|error' || true
dotnet build ServiceLoad -c Release -o loading -v q | grep -E 'warning|error' || true
cp m1/demo.lis served.lis
echo "program: $(stat -c %s native/service) bytes"

start() {
  LISNATIVE_THREADS=1 native/service --urls http://127.0.0.1:18473 --Detectors:digits:Path="$work/served.lis" > log 2>&1 &
  service=$!
  # The first score, tried until the service listens.
  until curl -sf -o /dev/null -H 'Content-Type: image/png' --data-binary @"$work/m1/new/5-025.png" http://127.0.0.1:18473/detectors/digits/picture; do :; done
}
for _ in 1 2 3 4 5 6 7 8 9; do
  begun=$(date +%s%N); start; echo "$(( ($(date +%s%N) - begun) / 1000000 ))"
  kill $service; wait $service || true
done | sort -n | sed -n '5s/.*/start to first score: & ms, the median of 9/p'
start
dotnet loading/load.dll http://127.0.0.1:18473 digits $service served.lis m1/demo.lis m2/demo.lis "$seconds" m1/new/*.png
