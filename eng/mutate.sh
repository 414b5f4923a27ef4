#!/usr/bin/env bash
# Plants the faults of eng/mutants.txt one at a time in a copy of the repository, and checks that the suite finds each.
# Prints a Markdown table; exits 1 if a fault survives.
#   eng/mutate.sh [NUMBER ...]     only the faults with these numbers
set -euo pipefail
wanted=" $* "
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/original" "$work/copy"
git -C "$root" archive HEAD | tar -x -C "$work/original"
cp -r "$work/original/." "$work/copy"
cd "$work/copy"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
build() { dotnet build tests -c Release -v quiet -clp:ErrorsOnly -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false >/dev/null 2>&1; }
tool() { timeout 600 dotnet tests/bin/Release/net10.0/lisnative.dll "$@" >/dev/null 2>&1; }
suite() { timeout 600 dotnet tests/bin/Release/net10.0/LisNative.Tests.dll -namespace "LisNative.Tests.$1" >/dev/null 2>&1; }
build
tool verify && tool verify --ulp && tool verify --device reference && suite Engine && suite Operations && suite Proof || { echo "the suite fails without any fault" >&2; exit 2; }

survived=0 number=0 planted=0
echo "| # | file | fault | found by |"
echo "|---:|---|---|---|"
while IFS='|' read -r file from to; do
  case $file in ''|\#*) continue ;; esac
  number=$((number + 1))
  case $wanted in '  '|*" $number "*) ;; *) continue ;; esac
  planted=$((planted + 1))
  FROM=$from TO=$to perl -0pi -e 's/\Q$ENV{FROM}\E/$ENV{TO}/' "src/$file"
  if cmp -s "src/$file" "$work/original/src/$file"; then echo "no such text in $file: $from" >&2; exit 2; fi
  if ! build; then echo "does not compile: $file: $to" >&2; exit 2; fi
  if ! tool verify; then by="records against the reference"
  elif ! tool verify --device reference; then by="gradients by differences"
  elif ! tool verify --ulp; then by="the ULP survey"
  elif ! suite Engine || ! suite Operations; then by="the engine's tests"
  elif ! suite Proof; then by="the kernels at every width"
  else by="**nothing**"; survived=$((survived + 1)); fi
  echo "| $number | \`$file\` | \`$from\` → \`$to\` | $by |"
  cp "$work/original/src/$file" "src/$file"
done < eng/mutants.txt
echo
echo "$planted faults, $survived survived."
[ "$survived" = 0 ]
