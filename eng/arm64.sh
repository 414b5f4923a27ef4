#!/usr/bin/env bash
# Arm64 without Arm64: the tool for linux-arm64 under QEMU's user-mode emulation. Its proofs, the comparison with libtorch's fixtures where a folder of them is given, a
# model of this machine's that is scored there, and a small one that is trained there. Correctness only: times say nothing. Needs root, debootstrap, qemu-user-static and Debian's mirror.
#   eng/arm64.sh [FIXTURES]      prints the table of docs/evidence/deployment.md
set -euo pipefail
cd "$(dirname "$0")/.."
fixtures=${1:-} work=$(mktemp -d) emulator=$(command -v qemu-aarch64-static)
trap 'rm -rf "$work"' EXIT
here="dotnet src/Cli/bin/Release/net10.0/lisnative.dll"
dotnet build src/Cli -c Release -v quiet >&2
# A lock file of its own, since the runtime's packages are others.
dotnet publish src/Cli -c Release -r linux-arm64 --self-contained true -p:NuGetLockFilePath=obj/arm64.lock.json -o "$work/app" -v quiet >&2
debootstrap --arch=arm64 --variant=minbase --foreign --include=libstdc++6,zlib1g bookworm "$work/root" >&2
for package in "$work"/root/var/cache/apt/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
cp "$emulator" "$work/root/usr/bin/qemu-aarch64-static"
mv "$work/app" "$work/root/app"
mkdir -p "$work/root/data" "$work/root/fixtures"
[ -z "$fixtures" ] || cp "$fixtures"/*.safetensors "$work/root/fixtures"

# The runtime reserves more addresses than the emulator has, unless its heap has a limit. .NET is not supported under QEMU and now and then crashes there; seldomer with few collections and with
# code that lies in memory once. A run that ends by a signal is counted, and tried again.
there() {
  for try in 1 2 3; do
    unshare -m sh -c 'cd "$0" && mount -t proc proc proc && mount --bind /dev dev \
      && export DOTNET_GCHeapHardLimit=0x40000000 DOTNET_GCgen0size=0x8000000 DOTNET_gcConcurrent=0 DOTNET_EnableWriteXorExecute=0 \
      && exec chroot . /usr/bin/qemu-aarch64-static /app/lisnative "$@"' "$work/root" "$@" > "$work/said" && break
    [ $? -gt 128 ] && [ $try -lt 3 ] || return 1
    echo "crashed under the emulator: $*" | tee -a "$work/crashes" >&2
  done
  cat "$work/said"
}

# The last line says how many; one that fails ends this script.
proofs() {
  local said
  said=$(there verify "${@:2}" --json | tail -n 1)
  python3 -c 'import json, sys; print("| %s | %d passed, %d failed (%s) |" % (sys.argv[1], *map(json.loads(sys.argv[2]).get, ("passed", "failed", "backend"))))' "$1" "$said"
}

compare() {
  python3 - "$@" <<'END'
import json, sys
one, other = [[json.loads(line)["score"] for line in open(path)] for path in sys.argv[2:]]
worst = max(abs(a - b) / abs(a) for a, b in zip(one, other, strict=True))
print(f"| {sys.argv[1]} | {worst:.1e} of {len(one)} |")
END
}

echo "| on Arm64, emulated | found |"
echo "|---|---|"
proofs "proofs of every operation"
[ -z "$fixtures" ] || proofs "libtorch's fixtures" --fixtures /fixtures
$here demo --images --out "$work/root/data/x64" --json >/dev/null 2>&1
$here score "$work/root/data/x64/new" --model "$work/root/data/x64/demo.lis" --format jsonl > "$work/x64.scores" 2>/dev/null
there score /data/x64/new --model /data/x64/demo.lis --format jsonl > "$work/arm64.scores" 2>/dev/null
compare "a model of here, scored there: largest relative difference of its scores" "$work"/{x64,arm64}.scores
small=(--latent 32 --width1 8 --width2 16 --epochs1 2 --epochs2 1 --json)
at=$work/root/data/x64
$here train --normal "$at/good" --negative "$at/other" "${small[@]}" --out "$at/here.lis" >/dev/null 2>&1
there train --normal /data/x64/good --negative /data/x64/other "${small[@]}" --out /data/x64/there.lis >/dev/null 2>&1
for model in here there; do $here score "$at/new" --model "$at/$model.lis" --format jsonl > "$work/$model.scores" 2>/dev/null; done
compare "a model trained there, and here: largest relative difference of its scores" "$work"/{here,there}.scores
# Longest, and so last.
$here demo --out "$work/demo" --json > "$work/here.json" 2>/dev/null
there demo --out /data/arm64 --json > "$work/there.json" 2>/dev/null
python3 - "$work"/{here,there}.json <<'END'
import json, sys
here, there = [json.load(open(path))["aucLis"] for path in sys.argv[1:]]
print(f"| the demo, trained there; its AUC there and here | {there:.4f}, {here:.4f} |")
END
echo "| crashes under the emulator | $(cat "$work/crashes" 2>/dev/null | wc -l) |"
