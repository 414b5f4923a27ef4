#!/usr/bin/env bash
# Prints docs/cli.md: what each verb of the tool says of itself.
#   eng/cli-reference.sh [COMMAND] > docs/cli.md
set -euo pipefail
tool=${1:-dotnet run -c Release --project src/Cli --}
export NO_COLOR=1
echo '# Commands'
echo
echo 'Written by `eng/cli-reference.sh` from what the tool says of itself.'
show() { printf '\n## lisnative %s\n\n```text\n' "$*"; $tool "$@" --help | sed 's/[[:space:]]*$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; echo '```'; }
for verb in $($tool --help | sed -n '/^Commands:/,$p' | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
  show "$verb"
  for part in $($tool "$verb" --help | sed -n '/^Commands:/,$p' | sed -n 's/^  \([a-z]*\) .*/\1/p'); do show "$verb" "$part"; done
done
