#!/usr/bin/env bash
# The sample service as a container's image, built and run with docker or podman: its size, its start, and that it runs on a read-only root without being root. Where Microsoft's
# images cannot be pulled, the program is published here, and stands on the same libraries out of Debian's packages; the first line says which it was.
#   eng/image.sh [STARTS]      prints the figures of docs/evidence/service.md
set -euo pipefail
cd "$(dirname "$0")/.."
starts=${1:-15} work=$(mktemp -d) context=samples/Service port=18474 container=
tool=$(docker info >/dev/null 2>&1 && echo docker || command -v podman) || { echo "expected docker, with its daemon, or podman, found neither" >&2; exit 2; }
trap '[ -z "$container" ] || "$tool" rm -f "$container" >/dev/null; rm -rf "$work"' EXIT
eng/packages.sh "$work" Tensor Autodiff IO Layers Distributed Lis Hosting
dotnet build src/Cli -c Release -v quiet >&2
cp -r samples/Service samples/Directory.* "$work"
cp -r "$work/packages" "$work/Service"
read -r sdk base < <(sed -n 's/^ARG [A-Z]*=//p' "$work/Service/Dockerfile" | paste -sd ' ')
build() { "$tool" build -q -t lisnative-service "$@" "$work/Service" >/dev/null; }

# What a chiselled base has of Debian's: the C library's and GCC's shared objects, and a user. The program asks for no more, as long as it serves no TLS itself.
debian() {
  (cd "$work" && apt-get download -qq libc6 libgcc-s1)
  mkdir -p "$work/base/root/etc"
  for package in "$work"/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar x -C "$work/base/root" --wildcards './lib*' --exclude './lib/*/audit*'; done
  echo "app:x:1654:1654::/:/bin/false" > "$work/base/root/etc/passwd"
  printf 'FROM scratch\nCOPY root /\nENV APP_UID=1654\n' > "$work/base/Dockerfile"
  "$tool" build -q -t lisnative-base "$work/base" >/dev/null
}

if "$tool" pull -q "$sdk" >/dev/null 2>&1 && "$tool" pull -q "$base" >/dev/null 2>&1; then
  echo "base: $base, compiled in $sdk"
  build
else
  echo "base: libc6 and libgcc-s1 of $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), compiled outside, since $base cannot be pulled"
  debian
  dotnet publish "$work/Service" -c Release -r "$(dotnet --info | sed -n 's/^ *RID: *//p')" -o "$work/outside/app" -v quiet >&2
  rm -f "$work"/outside/app/*.dbg
  build --build-context "build=$work/outside" --build-arg BASE=lisnative-base
fi
"$tool" save lisnative-service > "$work/image.tar"
echo "image: $(stat -c %s "$work/image.tar") bytes, compressed $(gzip -c "$work/image.tar" | wc -c)"

mkdir "$work/models"
dotnet src/Cli/bin/Release/net10.0/lisnative.dll demo --images --out "$work/demo" --json >/dev/null 2>&1
cp "$work/demo/demo.lis" "$work/models"
chmod -R a+rX "$work"
more=()
[ "$(basename "$tool")" = docker ] || more=(--read-only-tmpfs=false)       # podman's read-only containers have folders in memory otherwise
container=$("$tool" create --read-only "${more[@]}" --network host -v "$work/models:/models:ro" -e ASPNETCORE_HTTP_PORTS=$port -e Detectors__digits__Path=/models/demo.lis lisnative-service)
at=http://127.0.0.1:$port
send() { curl -s "${@:2}" -H 'Content-Type: image/png' --data-binary @"$1" "$at/detectors/digits/picture"; }

# From the tool's start, and from when the process was made, to the first score, tried until the service listens.
for n in $(seq "$starts"); do
  begun=$(date +%s%N)
  "$tool" start "$container" >/dev/null
  until send "$work/demo/new/5-025.png" -f >/dev/null; do :; done
  answered=$(date +%s%N) up=$(cut -d ' ' -f 1 /proc/uptime)
  process=$("$tool" inspect --format '{{.State.Pid}}' "$container")
  awk -v up="$up" -v all=$(((answered - begun) / 1000000)) -v ticks="$(getconf CLK_TCK)" '{ print all, int(1000 * (up - $22 / ticks)) }' "/proc/$process/stat"
  [ "$n" = "$starts" ] || "$tool" stop "$container" >/dev/null
done > "$work/starts"
median() { cut -d ' ' -f "$1" "$work/starts" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] " (" a[1] " to " a[NR] ")" }'; }
echo "start to the first score, median of $starts: $(median 1) ms, of the process alone $(median 2) ms"

# It answers on, with nothing to write to; what differs from the image are the places that the tool mounts.
head -c 20000000 /dev/zero > "$work/large"
echo "user: $(awk '/^Uid/ { print $2 }' "/proc/$process/status"), memory: $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$process/status") MiB"
echo "a score: $(send "$work/demo/new/5-025.png")"
echo "no picture: $(send eng/image.sh)"
echo "a form with 20 MB and a picture: $(curl -s -F a=@"$work/large" -F b=@"$work/demo/new/5-025.png" "$at/detectors/digits/pictures")"
echo "health: $(curl -s "$at/health")"
echo "differs from the image: $("$tool" diff "$container" | paste -sd ' ')"
