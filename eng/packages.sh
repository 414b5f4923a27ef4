#!/usr/bin/env bash
# Packs some projects of src, and has what lies in a folder restore from them and from what was fetched before.
#   eng/packages.sh FOLDER PROJECT ...
set -euo pipefail
folder=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
for project; do dotnet pack "src/$project" -c Release -o "$folder/packages" -v quiet >&2; done
known=$(dotnet nuget locals global-packages --list | sed 's/.*: //')
cat > "$folder/nuget.config" <<END
<configuration>
  <config><add key="globalPackagesFolder" value="$folder/cache" /></config>
  <packageSources><add key="built here" value="$folder/packages" /></packageSources>
  <fallbackPackageFolders><add key="fetched before" value="$known" /></fallbackPackageFolders>
</configuration>
END
