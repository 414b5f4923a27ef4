#!/usr/bin/env bash
# Writes the public interface of libraries anew (src/*/PublicAPI.Unshipped.txt), after a change that was meant: eng/public-api.sh [PROJECT ...], all without a name.
# A release moves the lines to PublicAPI.Shipped.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- Tensor Autodiff Layers Lis Gpu IO Distributed Onnx Interop Hosting
for project; do
  list=src/$project/PublicAPI.Unshipped.txt
  echo '#nullable enable' > "$list"
  dotnet format analyzers "src/$project/$project.csproj" --diagnostics RS0016 --severity info --no-restore
  { echo '#nullable enable'; grep -v '^#nullable enable' "$list" | LC_ALL=C sort; } > "$list.sorted"
  mv "$list.sorted" "$list"
done
