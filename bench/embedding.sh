#!/usr/bin/env bash
# Times what an embedder feels, as JSON lines like those of `lisnative bench --json`: whole processes from start to the first score of the demo's model (28×28,
# read from its file), under the JIT, compiled beforehand for it (ReadyToRun, here for AVX-512) and as native programs; one score on one thread once warm; the size of the native program; the tool's --help.
#   bench/embedding.sh [ROUNDS]
# `empty_process` is a program that does nothing: what starting any process costs on this machine. Publishing needs a C linker.
set -euo pipefail
rounds=${1:-9}
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r "$root/samples" "$place/samples"
cd "$place/samples/Native"
"$root/eng/packages.sh" "$place" Tensor Autodiff IO Layers Distributed Lis
rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)
dotnet publish -c Release -p:PublishAot=false -o "$place/jit" -v quiet >&2
dotnet publish -c Release -r "$rid" --self-contained false -p:PublishAot=false -p:PublishReadyToRun=true -p:PublishReadyToRunCrossgen2ExtraArgs=--instruction-set:x86-64-v4 -o "$place/ready" -v quiet >&2
dotnet publish -c Release -r "$rid" -p:IlcInstructionSet=x86-64-v3 -o "$place/package" -v quiet >&2
dotnet publish -c Release -r "$rid" -o "$place/native" -v quiet >&2
dotnet publish "$root/src/Cli" -c Release -o "$place/tool" -v quiet >&2
dotnet "$place/tool/lisnative.dll" demo --images --out "$place/demo" >&2
echo 'int main(void) { return 0; }' | gcc -x c - -o "$place/empty"

sample=("$place/demo/demo.lis" "$place/demo/new/8-000.png")
milliseconds() { local start; start=$(date +%s%N); "$@" >/dev/null; echo $((($(date +%s%N) - start) / 1000)); }
median() { sort -n | awk -v name="$1" '{ us[NR] = $1 } END { printf "{\"case\":\"%s\",\"ms_median\":%.4f,\"ms_min\":%.4f}\n", name, us[int((NR + 1) / 2)] / 1000, us[1] / 1000 }'; }
process() { local name=$1; shift; for _ in $(seq "$rounds"); do milliseconds "$@"; done | median "$name"; }
process empty_process "$place/empty"
process help "$place/tool/lisnative" --help
process cold_start "$place/jit/score" "${sample[@]}"
process cold_start_ready_to_run "$place/ready/score" "${sample[@]}"
process cold_start_package "$place/package/score" "${sample[@]}"
process cold_start_native "$place/native/score" "${sample[@]}"
warm() { local name=$1; shift; for _ in $(seq "$rounds"); do LISNATIVE_THREADS=1 "$@" "${sample[@]}" --time 5000 | sed -n 's/ µs//p' | head -1; done | median "$name"; }
warm score_one "$place/jit/score"
DOTNET_EnableAVX512=0 warm score_one_avx2 "$place/jit/score"
warm score_one_package "$place/package/score"
warm score_one_native "$place/native/score"
for kind in package native; do stat -c %s "$place/$kind/score" | awk -v kind="$kind" '{ printf "{\"case\":\"size_%s\",\"mib\":%.2f}\n", kind, $1 / 1048576 }'; done
find "$place/jit" -name '*.dll' ! -name score.dll -printf '%s\n' | awk '{ bytes += $1 } END { printf "{\"case\":\"size_assemblies\",\"mib\":%.2f}\n", bytes / 1048576 }'
