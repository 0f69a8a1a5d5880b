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
    find "$@" \( -name node_modules -o -name pkg -o -name dist -o -name target -o -name test-results -o -path "crates/*/tests" \) -prune -o -type f -print0 2>/dev/null |
      LC_ALL=C sort -z | while IFS= read -r -d '' file; do sha256 "$file"; done
  } | sha256 | cut -d' ' -f1
}
is_fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$stamps"; printf '%s\n' "$2" >"$stamps/$1"; }

version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1; }
# at_least HAVE WANT, both as numbers with dots.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# pinned KEY: what rust-toolchain.toml says of it; a list with commas between.
pinned() { sed -n "s/^$1 = //p" rust-toolchain.toml | tr -d '[]" '; }

# Whether the Rust here is the one that rust-toolchain.toml names, with what it lists.
has_rust() {
  local sysroot
  sysroot=$(RUSTUP_AUTO_INSTALL=0 rustc --print sysroot 2>/dev/null) && [ "$(version_of rustc)" = "$(pinned channel)" ] &&
    [ -d "$sysroot/lib/rustlib/$(pinned targets)" ] && cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1
}

# One version for everyone, so that a release that nobody here made breaks no clone, and the same sources make the same bytes.
need_rust() {
  local version
  version=$(pinned channel)
  ! has_rust || return 0
  command -v rustup >/dev/null ||
    die "Trazo needs Rust $version with rustfmt, clippy and the target $(pinned targets). Install rustup (https://rustup.rs), which gets it, and start this again."
  quietly "installing Rust $version" rustup toolchain install "$version" --profile minimal \
    --component "$(pinned components)" --target "$(pinned targets)"
  has_rust || die "Rust $version is installed, but $(rustc --version 2>&1 | head -n 1) is what runs here: RUSTUP_TOOLCHAIN or a rustup override names another."
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

# need_tool NAME VERSION CRATE: an installed one of that very version, the cached one, or built from crates.io, which Cargo
# checks against the checksums of the crate's own lockfile. A mirror that lacks a version named there (they lag behind, or
# hold back what is some days old) gives what else fits: the tool is the same version, and so are the bytes that it makes.
need_tool() {
  local name=$1 version=$2 crate=$3
  local bin=$cache/$name-$version/bin
  [ "$(version_of "$name" || true)" = "$version" ] && return
  if ! [ -x "$bin/$name" ]; then
    local install=(env CARGO_TARGET_DIR="$cache/build" cargo install --quiet "$crate" --version "$version" --root "$cache/$name-$version" --force)
    quietly "building $name $version from crates.io (some minutes, once)" "${install[@]}" --locked ||
      quietly "building $name $version with what the registry has of its libraries" "${install[@]}"
    rm -rf "$cache/build"
  fi
  PATH=$bin:$PATH
}

need_wasm_tools() {
  need_rust
  # The command-line half of wasm-bindgen must be of the very version of the library.
  need_tool wasm-bindgen "$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)" wasm-bindgen-cli
  need_tool wasm-pack 0.15.1 wasm-pack
  # wasm-opt, from Binaryen.
  npm_ci www
  PATH=$root/www/node_modules/.bin:$PATH
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
