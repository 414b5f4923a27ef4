#!/usr/bin/env bash
# The long forms of the tests of endurance (tests/Reliability), and what each reached as JSON lines for docs/evidence/reliability.md; about an hour on 2 cores.
#   eng/soak.sh [CLASS ...]      all classes, or some: FuzzTests ResumeTests ThreadTests SoakTests LimitTests PtxTests MpiTests DataParallelTests CudaTests DeviceTests SimulatorTests LadderTests RecordTests CliTests NumericsTests GuideTests SyntheticTests LisAutoencoderTests PackageTests BenchTests CultureTests
set -euo pipefail
cd "$(dirname "$0")/.."
results=docs/evidence/reliability.jsonl
dotnet tool restore
dotnet docfx docs/reference/api/docfx.json --warningsAsErrors --logLevel warning
dotnet build tests -c Release -v quiet -clp:ErrorsOnly >/dev/null
LISNATIVE_PTXAS=${LISNATIVE_PTXAS:-$(eng/ptxas.sh)}
export LISNATIVE_PTXAS TMPDIR=${TMPDIR:-/dev/shm}
for class in "${@:-FuzzTests ResumeTests ThreadTests SoakTests LimitTests PtxTests MpiTests DataParallelTests CudaTests DeviceTests SimulatorTests LadderTests RecordTests CliTests NumericsTests GuideTests SyntheticTests LisAutoencoderTests PackageTests BenchTests CultureTests}"; do
  for one in $class; do
    reached=$(mktemp)
    LISNATIVE_SOAK=$reached dotnet tests/bin/Release/net10.0/LisNative.Tests.dll -class "*.$one" -noLogo
    # A promise's last line replaces the one before.
    { cat "$results" 2>/dev/null || true; cat "$reached"; } | tac | awk -F'"' '!seen[$4]++' | tac > "$results.new"
    mv "$results.new" "$results"
    rm "$reached"
  done
done
