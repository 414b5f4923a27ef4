#!/usr/bin/env bash
# Writes the public interface of each library anew (src/*/PublicAPI.Unshipped.txt), after a change that was meant. A release moves the lines to PublicAPI.Shipped.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in Tensor Autodiff Layers Lis Gpu IO Distributed; do
  echo '#nullable enable' > "src/$project/PublicAPI.Unshipped.txt"
  dotnet format analyzers "src/$project/$project.csproj" --diagnostics RS0016 --severity info --no-restore
done
