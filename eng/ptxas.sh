#!/usr/bin/env bash
# Puts NVIDIA's ptxas, nvdisasm and cuobjdump (no GPU needed) into a folder and prints the folder's bin path.
# They come from Debian's nvidia-cuda-toolkit package (trixie, non-free), downloaded but not installed:
# a private apt state is used, so the system's sources and packages stay as they are.
# usage: eng/ptxas.sh [FOLDER]      default FOLDER: ${XDG_CACHE_HOME:-$HOME/.cache}/lisnative-ptxas
set -euo pipefail
dest=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/lisnative-ptxas}
if [ -x "$dest/bin/ptxas" ]; then echo "$dest/bin"; exit 0; fi
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,sources} "$dest"
# the machine's own Debian mirror, pointed at trixie with non-free
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null \
  | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "ptxas.sh: no Debian mirror in this machine's apt sources" >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie non-free" > "$work/sources/t.list"
opt=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root)
apt-get "${opt[@]}" -qq update
(cd "$work" && apt-get "${opt[@]}" -qq download nvidia-cuda-toolkit)
dpkg -x "$work"/nvidia-cuda-toolkit_*.deb "$work/x"
mkdir -p "$dest/bin"
cp "$work"/x/usr/bin/{ptxas,nvdisasm,cuobjdump} "$dest/bin/"
"$dest/bin/ptxas" --version >/dev/null
echo "$dest/bin"
