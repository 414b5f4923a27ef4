#!/usr/bin/env bash
# Plants the faults of eng/mutants.txt one at a time in a copy of the repository, and checks that the suite finds each.
# Prints a Markdown table; exits 1 if a fault survives.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git -C "$root" archive HEAD | tar -x -C "$copy"
cd "$copy"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
build() { dotnet build tests -c Release -v quiet -clp:ErrorsOnly -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false >/dev/null 2>&1; }
tool() { timeout 120 dotnet tests/bin/Release/net10.0/lisnative.dll "$@" >/dev/null 2>&1; }
suite() { timeout 120 dotnet tests/bin/Release/net10.0/LisNative.Tests.dll -namespace "LisNative.Tests.$1" >/dev/null 2>&1; }
build
tool verify && tool verify --ulp && tool verify --device reference && suite Engine || { echo "the suite fails without any fault" >&2; exit 2; }

survived=0 number=0
echo "| # | file | fault | found by |"
echo "|---:|---|---|---|"
while IFS='|' read -r file from to; do
  case $file in ''|\#*) continue ;; esac
  number=$((number + 1))
  FROM=$from TO=$to perl -0pi -e 's/\Q$ENV{FROM}\E/$ENV{TO}/' "src/$file"
  if cmp -s "src/$file" "$root/src/$file"; then echo "no such text in $file: $from" >&2; exit 2; fi
  if ! build; then by="the compiler"
  elif ! tool verify; then by="records against the reference"
  elif ! tool verify --device reference; then by="gradients by differences"
  elif ! tool verify --ulp; then by="the ULP survey"
  elif ! suite Engine; then by="the engine's tests"
  else by="**nothing**"; survived=$((survived + 1)); fi
  echo "| $number | \`$file\` | \`$from\` → \`$to\` | $by |"
  cp "$root/src/$file" "src/$file"
done < "$root/eng/mutants.txt"
echo
echo "$number faults, $survived survived."
[ "$survived" = 0 ]
