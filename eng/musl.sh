#!/usr/bin/env bash
# musl without Alpine: the tool for linux-musl-x64 over Debian's musl: its proofs, and the demo. .NET's runtime asks for two libraries besides: libstdc++
# is built here against musl from Debian's source of GCC; libgcc_s is Debian's, with what it asks of glibc alone put beside it. Needs musl-tools, gcc-12-source, g++-12 and make.
#   eng/musl.sh      prints the table of docs/evidence/deployment.md
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here="dotnet src/Cli/bin/Release/net10.0/lisnative.dll"
dotnet build src/Cli -c Release -v quiet >&2
dotnet publish src/Cli -c Release -r linux-musl-x64 --self-contained true -p:NuGetLockFilePath=obj/musl.lock.json -o "$work/app" -v quiet >&2

mkdir "$work/gcc" "$work/build" "$work/libgcc" "$work/lib"
archive=$(ls /usr/src/gcc-12/gcc-12*.tar.xz) name=$(basename "${archive%-dfsg*}")
tar xJf "$archive" -C "$work/gcc" --strip-components 1 "$name"/{libstdc++-v3,libgcc,include,libiberty,libbacktrace,config,gcc/{BASE-VER,DATESTAMP,DEV-PHASE}} \
  "$name"/{config.guess,config.sub,config-ml.in,config.rpath,install-sh,ltmain.sh,mkinstalldirs,missing,depcomp,move-if-change,libtool-ldflags}
ln -s ../gcc/libgcc/gthr-posix.h "$work/libgcc/gthr-default.h"
(
  cd "$work/build"
  CC=musl-gcc CXX="g++-12 -nostdinc++ -specs /usr/lib/x86_64-linux-musl/musl-gcc.specs" ../gcc/libstdc++-v3/configure \
    --host=x86_64-pc-linux-musl --build=x86_64-pc-linux-musl --disable-multilib --disable-nls --disable-libstdcxx-pch
  for part in include libsupc++ src; do make -j "$(nproc)" -C $part CXXFLAGS="-O1 -fPIC" OPT_LDFLAGS=-Wl,--eh-frame-hdr; done
) > "$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
cp -L "$work/build/src/.libs/libstdc++.so.6" "$(gcc-12 -print-file-name=libgcc_s.so.1)" "$work/lib"
# Which object an address lies in, as glibc's _dl_find_object tells it to libgcc_s; nothing here asks for the processor's model.
musl-gcc -shared -O2 -fPIC -xc - -o "$work/lib/glibc.so" <<'END_C'
#define _GNU_SOURCE
#include <link.h>
struct found { unsigned long long flags; void *start, *end; struct link_map *map; void *frames; unsigned long long more[7]; };
struct wanted { ElfW(Addr) address; struct found *found; };
static int look(struct dl_phdr_info *object, size_t size, void *data) {
  struct wanted *w = data;
  void *frames = 0;
  int here = 0;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = object->dlpi_phdr + i;
    ElfW(Addr) start = object->dlpi_addr + p->p_vaddr;
    if (p->p_type == PT_GNU_EH_FRAME) frames = (void *)start;
    if (p->p_type == PT_LOAD && w->address - start < p->p_memsz) { here = 1; w->found->start = (void *)start; w->found->end = (void *)(start + p->p_memsz); }
  }
  w->found->frames = frames;
  return here && frames;
}
int _dl_find_object(void *address, struct found *found) {
  struct wanted w = { (ElfW(Addr))address, found };
  *found = (struct found){ 0 };
  return dl_iterate_phdr(look, &w) ? 0 : -1;
}
unsigned __cpu_model[4];
int __cpu_indicator_init(void) { return 0; }
END_C
there() { LD_PRELOAD="$work/lib/glibc.so" LD_LIBRARY_PATH="$work/lib" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$work/app/lisnative" "$@"; }

echo "| on musl $(/lib/ld-musl-x86_64.so.1 2>&1 | sed -n 's/^Version //p') | found |"
echo "|---|---|"
said=$(there verify --json | tail -n 1)
python3 -c 'import json, sys; print("| proofs of every operation | %d passed, %d failed (%s) |" % tuple(map(json.loads(sys.argv[1]).get, ("passed", "failed", "backend"))))' "$said"
for at in here there; do
  run=$here
  [ $at = here ] || run=there
  $run demo --out "$work/$at" --json > "$work/$at.json" 2>/dev/null
done
python3 - "$work"/{here,there}.json <<'END'
import json, sys
here, there = [json.load(open(path))["aucLis"] for path in sys.argv[1:]]
print(f"| the demo, trained there; its AUC there and here | {there:.4f}, {here:.4f} |")
END
echo "| the demo's model from there and from here | $(cmp -s "$work"/{here,there}/demo.lis && echo the same bytes || echo different) |"
