# Shared by the scripts beside it, which source it; not run by itself.
# It goes to the repository's root, gives a few helpers, and finds or fetches the tools that a build needs.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Tools that had to be fetched or built, each in a folder named by its version, so that fresh clones share them.
cache=${TRAZO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trazo}
# What was built from what: a file per product, holding the hash of its inputs. Ignored by git.
stamps=$root/.tools/stamps

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto} npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# usage FILE: the comment at the head of a script is its help.
usage() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p;}}' "$1"; }

# quietly WHAT COMMAND...: one line while it runs; its output only where it fails (or where TRAZO_VERBOSE is set).
quietly() {
  local what=$1 log status=0
  shift
  if [ -n "${TRAZO_VERBOSE:-}" ]; then
    say "$what"
    "$@" </dev/null
    return
  fi
  say "$what"
  log=$(mktemp)
  "$@" </dev/null >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || { cat "$log" >&2; say "failed ($status): $what"; }
  rm -f "$log"
  return "$status"
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# hash_of TEXT PATH...: one hash for a text and for the names and contents of all files under the paths.
hash_of() {
  local text=$1
  shift
  {
    printf '%s\n' "$text"
    find "$@" \( -name node_modules -o -name pkg -o -name dist -o -name target -o -name test-results \) -prune -o -type f -print0 2>/dev/null |
      LC_ALL=C sort -z | while IFS= read -r -d '' file; do sha256 "$file"; done
  } | sha256 | cut -d' ' -f1
}
is_fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$stamps"; printf '%s\n' "$2" >"$stamps/$1"; }

version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1; }
# at_least HAVE WANT, both as numbers with dots.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
  command -v cargo >/dev/null || die "Rust is missing. Install it from https://rustup.rs and start this again."
  if ! [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    command -v rustup >/dev/null || die "This Rust cannot compile to WebAssembly and has no rustup to add it. Install Rust from https://rustup.rs."
    quietly "adding Rust's WebAssembly target" rustup target add wasm32-unknown-unknown
  fi
}

# can_build_std FLAGS...: whether the standard library can be compiled for WebAssembly with these: its source and the
# crates that it needs are there, and the compiler knows the flags.
can_build_std() {
  local library
  library=$(rustc --print sysroot)/lib/rustlib/src/rust/library
  [ -f "$library/Cargo.lock" ] &&
    RUSTC_BOOTSTRAP=1 rustc "$@" --target wasm32-unknown-unknown --print cfg >/dev/null 2>&1 &&
    { RUSTC_BOOTSTRAP=1 cargo fetch --quiet --offline --locked --manifest-path "$library/Cargo.toml" 2>/dev/null ||
      RUSTC_BOOTSTRAP=1 cargo fetch --quiet --locked --manifest-path "$library/Cargo.toml" 2>/dev/null; }
}

need_node() {
  command -v node >/dev/null || die "Node.js is missing: version 20.19 or newer, from https://nodejs.org or your system's packages."
  at_least "$(version_of node)" 20.19 || die "Node.js $(version_of node) is too old: Trazo's tools need 20.19 or newer (https://nodejs.org)."
}

# download URL FILE: short time-outs, since there is always another way; goes on where an earlier try was cut off.
download() {
  command -v curl >/dev/null || return 1
  local options=(--fail --silent --location --connect-timeout 5 --speed-limit 10000 --speed-time 15)
  local status=33
  [ ! -s "$2" ] || { status=0; curl "${options[@]}" --continue-at - --output "$2" "$1" || status=$?; }
  case $status in
    0) ;;
    # Nothing to go on from, or a server that cannot go on.
    22 | 33 | 36) curl "${options[@]}" --output "$2" "$1" ;;
    *) return 1 ;;
  esac
}

# unpack_release NAME VERSION URL: puts the programs of a release archive into the tool's folder.
unpack_release() {
  local name=$1 version=$2 url=$3 work
  work=$(mktemp -d)
  if download "$url" "$work/archive.tar.gz" && tar -xzf "$work/archive.tar.gz" -C "$work"; then
    mkdir -p "$cache/$name-$version/bin"
    find "$work" -type f -perm -u+x -exec cp {} "$cache/$name-$version/bin/" \;
  fi
  rm -rf "$work"
  [ "$(version_of "$cache/$name-$version/bin/$name")" = "$version" ]
}

# need_tool NAME VERSION URL CRATE [OLDEST]: an installed one (of that very version, or no older than OLDEST), the cached
# one, the tool's own release, or built from crates.io.
need_tool() {
  local name=$1 version=$2 url=$3 crate=$4 oldest=${5:-} found
  local bin=$cache/$name-$version/bin
  found=$(version_of "$name" || true)
  [ "$found" = "$version" ] && return
  [ -n "$oldest" ] && [ -n "$found" ] && at_least "$found" "$oldest" && return
  if ! [ -x "$bin/$name" ]; then
    quietly "getting $name $version" unpack_release "$name" "$version" "$url" 2>/dev/null ||
      quietly "building $name $version from crates.io (some minutes, once)" \
        env CARGO_TARGET_DIR="$cache/build" cargo install --quiet "$crate" --version "$version" --root "$cache/$name-$version" --force
    rm -rf "$cache/build"
  fi
  PATH=$bin:$PATH
}

need_npm_tool() {
  local name=$1 package=$2 version=$3
  local prefix=$cache/$package-$version
  [ "$(version_of "$name" || true)" = "${version%%.*}" ] && return
  if ! [ -x "$prefix/node_modules/.bin/$name" ]; then
    mkdir -p "$prefix"
    quietly "getting $package $version" npm install --no-save --prefix "$prefix" "$package@$version"
  fi
  PATH=$prefix/node_modules/.bin:$PATH
}

need_wasm_tools() {
  need_rust
  need_node
  local host bindgen pack=0.15.1
  host=$(rustc -vV | sed -n 's/^host: //p')
  host=${host/linux-gnu/linux-musl}
  # The command-line half of wasm-bindgen must be of the very version of the library.
  bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
  need_tool wasm-bindgen "$bindgen" \
    "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$bindgen/wasm-bindgen-$bindgen-$host.tar.gz" wasm-bindgen-cli
  need_tool wasm-pack "$pack" \
    "https://github.com/wasm-bindgen/wasm-pack/releases/download/v$pack/wasm-pack-v$pack-$host.tar.gz" wasm-pack 0.13
  need_npm_tool wasm-opt binaryen 132.0.0
}

# npm_ci FOLDER: installs what its package-lock.json names, where that has changed.
npm_ci() {
  local dir=$1 hash
  need_node
  hash=$(hash_of "$(node --version) $root" "$dir/package.json" "$dir/package-lock.json")
  if ! { [ -d "$dir/node_modules" ] && is_fresh "npm-${dir//\//-}" "$hash"; }; then
    quietly "installing the packages of $dir" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix "$dir" --no-progress
    stamp "npm-${dir//\//-}" "$hash"
  fi
}
