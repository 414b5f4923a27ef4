#!/usr/bin/env bash
# Times a whole process, from start to the first score of the mnist net: as a .NET program and as a native one (NativeAOT).
#   bench/cold-start.sh [ROUNDS]
# Prints JSON lines as `lisnative bench --json` does. Publishing needs a C linker.
set -euo pipefail
rounds=${1:-9}
root=$(cd "$(dirname "$0")/.." && pwd)
native=$(mktemp -d)
trap 'rm -rf "$native"' EXIT
dotnet build "$root/bench/ColdStart" -c Release -v quiet -clp:ErrorsOnly >&2
dotnet publish "$root/bench/ColdStart" -c Release -p:PublishAot=true -p:NuGetLockFilePath=obj/native.lock.json -r "$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)" -o "$native" -v quiet -clp:ErrorsOnly >&2
milliseconds() { local start; start=$(date +%s%N); "$@" >/dev/null; echo $((($(date +%s%N) - start) / 1000)); }
measure() {
  local name=$1; shift
  for _ in $(seq "$rounds"); do milliseconds "$@"; done | sort -n |
    awk -v name="$name" '{ us[NR] = $1 } END { printf "{\"case\":\"%s\",\"ms_median\":%.1f,\"ms_min\":%.1f}\n", name, us[int((NR + 1) / 2)] / 1000, us[1] / 1000 }'
}
measure cold_start dotnet "$root/bench/ColdStart/bin/Release/net10.0/cold-start.dll"
measure cold_start_aot "$native/cold-start"
stat -c '{"case":"cold_start_aot_size","mib":%s}' "$native/cold-start" | awk -F'[:}]' '{ printf "{\"case\":\"cold_start_aot_size\",\"mib\":%.1f}\n", $3 / 1048576 }'
