# What the scripts of cross/ and tests/board/ share. To be sourced.
# shellcheck shell=bash

# Everything that is downloaded lies here, outside of the source tree, and can be deleted at any time.
ppsd_cache=${PPSD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ppsd}

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# need PROGRAM PACKAGE: the program is there, or the message says how to get it.
need() {
  command -v "$1" >/dev/null || die "$1 is missing: apt-get install $2"
}

check_suite() {
  case $1 in
    trixie | bookworm) ;;
    *) die "unknown suite '$1': trixie or bookworm" ;;
  esac
}

# Each file of it is a board: debian-clang.cmake says what the words in it mean.
toolchains=$(cd "${BASH_SOURCE[0]%/*}/toolchains" && pwd)

# The targets of cross/build.
targets() { (cd "$toolchains" && printf '%s\n' *.cmake) | sed 's/\.cmake$//'; }

# word TARGET NAME: what its toolchain file sets it to; nothing where it doesn't.
word() { sed -n "s/^set($2 \"*\([^\"]*\)\"*)\$/\1/p" "$toolchains/$1.cmake"; }

# required TARGET NAME: the same of a word that no toolchain file may lack.
required() {
  local value
  [[ -e $toolchains/$1.cmake ]] || die "unknown target '$1': $(targets | one_of)"
  value=$(word "$@")
  [[ -n $value ]] || die "cross/toolchains/$1.cmake has no line 'set($2 ...)'"
  echo "$value"
}

# Lines as a choice: a, b or c.
one_of() { paste -sd, | sed 's/,/, /g; s/\(.*\), /\1 or /'; }

# The Debian architecture of a target.
arch_of_target() { required "$1" CROSS_ARCHITECTURE; }

# The suites that it can be built from, the default first.
suites_of_target() { required "$1" CROSS_SUITES | tr ' ' '\n'; }

# Its programs need no library, and run on every suite.
is_static() { [[ $(word "$1" CROSS_STATIC) == ON ]]; }

# What runs a target's programs here; -L SYSROOT belongs behind it.
emulator() { required "$1" CROSS_QEMU; }

# Those of a Debian architecture.
targets_of_arch() {
  local target
  for target in $(targets); do
    if [[ $(word "$target" CROSS_ARCHITECTURE) == "$1" ]]; then echo "$target"; fi
  done
}

# The Debian architectures of the targets, and a PC's.
architectures() {
  local target
  { for target in $(targets); do word "$target" CROSS_ARCHITECTURE; done; echo amd64; } | sort -u
}

# The GNU name of a Debian architecture, which names its folder of libraries.
triple_of() {
  local target
  target=$(targets_of_arch "$1" | sed -n 1p)
  if [[ -n $target ]]; then
    required "$target" CROSS_TRIPLE
  elif [[ $1 == amd64 ]]; then
    echo x86_64-linux-gnu
  else
    die "unknown architecture '$1': $(architectures | one_of)"
  fi
}

# The archive that this machine's own apt uses, because that one can be reached from here.
debian_uri() {
  local uri=${PPSD_DEBIAN_URI:-}
  if [[ -z $uri ]]; then
    # shellcheck disable=SC2016 # apt replaces these, not the shell
    uri=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
      awk -F'|' '$1 == "Debian" && $2 == "Debian" && !uri { uri = $3 } END { print uri }')
  fi
  [[ -n $uri ]] ||
    die "apt knows no Debian archive: run apt-get update, or set PPSD_DEBIAN_URI to an archive's URI"
  echo "$uri"
}

# What apt said when it failed, in one line.
first_error() {
  grep -m1 '^E: ' "$1" || tail -n1 "$1"
}

# extract ARCH SUITE DIR PACKAGE...: the packages and all that they depend on, unpacked into DIR.
# Nothing of them is run, so that neither emulation nor root is needed; DIR/dpkg-status is what dpkg
# would say of them if they were installed. DIR appears whole or not at
# all; a DIR that holds the same packages already is left as it is.
extract() {
  local arch=$1 suite=$2 dir=$3
  shift 3
  local stamp="$arch $suite $*"
  mkdir -p "${dir%/*}" 2>/dev/null ||
    die "cannot make ${dir%/*}: $(mkdir -p "${dir%/*}" 2>&1 | sed 's/.*: //'); PPSD_CACHE names another folder"
  # Two runs at once: the second waits, and finds it done.
  exec {extract_lock}>"$dir.lock"
  flock "$extract_lock"
  if [[ "$(cat "$dir/packages" 2>/dev/null)" != "$stamp" ]]; then
    rm -rf "$dir" "$dir.new"
    extract_anew "$arch" "$suite" "$dir.new" "$@"
    echo "$stamp" >"$dir.new/packages"
    mv "$dir.new" "$dir"
  fi
  exec {extract_lock}>&-
}

# The lists in FOLDER are of SUITE: a name such as stable is another suite's some day.
lists_are_of() {
  grep -qx "Codename: $1" "$2"/*_InRelease || { echo "E: the archive's lists are not of $1"; return 1; }
}

# under_a_name LOG SUITE COMMAND...: runs COMMAND NAME, what it says into LOG. While an archive takes
# up a point release, or a cache before it holds half of it, the indices of trixie may not be those
# that its Release file names, but those of stable may; a COMMAND checks that they are of SUITE.
under_a_name() {
  local log=$1 suite=$2 name
  shift 2
  "$@" "$suite" >"$log" 2>&1 && return
  grep -q 'Mirror sync in progress\|Hash Sum mismatch' "$log" || return
  for name in stable oldstable; do
    echo "the archive's lists of $suite are not in step; trying $name" >&2
    "$@" "$name" >"$log.$name" 2>&1 && rm "$log.$name" && return
  done
  return 1
}

extract_anew() {
  local arch=$1 suite=$2 dir=$3 uri
  shift 3
  need mmdebstrap mmdebstrap
  uri=$(debian_uri)
  echo "fetching the packages of $suite for $arch" >&2
  under_a_name "$dir.log" "$suite" extract_as "$arch" "$suite" "$dir" "$uri" "${*// /,}" ||
    die "cannot fetch $suite for $arch from $uri: $(first_error "$dir.log") (all of it: $dir.log); try again later, or set PPSD_DEBIAN_URI to another archive's URI"
  rm -f "$dir.log"*
  relative_links "$dir"
  # qemu-user would look here before this machine's, and find a ptmx without its pts.
  rm -rf "$dir/dev"
}

extract_as() {
  local arch=$1 suite=$2 dir=$3 uri=$4 packages=$5 name=$6
  rm -rf "$dir"
  # chrootless is the one mode that asks nothing of an ordinary user; that it could harm this machine
  # when root runs it is checked from 1.5 on, but extract runs no maintainer script. Packages of
  # before the /usr merge bring /lib and /usr/lib: the links join them, as on an installed system.
  # shellcheck disable=SC2016 # mmdebstrap's hook has a $1 of its own
  mmdebstrap --mode=chrootless --skip=check/chrootless --variant=extract --format=directory \
    --architectures="$arch" --include="$packages" \
    --setup-hook='cd "$1" && mkdir -p usr/lib usr/bin usr/sbin && ln -s usr/lib usr/bin usr/sbin .' \
    --extract-hook="$(declare -f lists_are_of); lists_are_of $suite"' "$1/var/lib/apt/lists"' \
    --extract-hook='for deb in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb -f "$deb" && printf "Status: install ok installed\n\n" || exit; done >"$1/dpkg-status"' \
    "$name" "$dir" "deb $uri $name main"
}

# bookworm's libm.so is a link to /lib/...: that would be this machine's.
relative_links() {
  local link
  find "$1/usr" -type l -lname '/*' | while read -r link; do
    ln -sfr "$1$(readlink "$link")" "$link"
  done
}
