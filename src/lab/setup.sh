#!/usr/bin/env bash
# Prepares a fresh Debian 12 or 13 machine for the lab: programs, unpacked FTP servers, Node packages, the addon
# and the build. Safe to run again: it does only what is missing. It never installs an FTP server or a syslog
# daemon as a package, because Debian would start it as a public service at once; those are unpacked into
# .lab/servers and run from there, inside network namespaces.
#   setup.sh              what the lab needs
#   setup.sh keepalived   and what the takeover benchmark compares it with
#   setup.sh conntrackd   and what the replication benchmark compares it with
set -euo pipefail
wanted=${1:-}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" LC_ALL=C DEBIAN_FRONTEND=noninteractive

LAB=.lab
SERVERS=$LAB/servers
LOG=$LAB/setup.log

step() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n  cure: %s\n' "$1" "$2" >&2
  exit 1
}

# Runs a command quietly; when it fails, shows the end of what it said.
quiet() {
  local what=$1 cure=$2
  shift 2
  if ! "$@" >"$LOG" 2>&1; then
    tail -n 25 "$LOG" >&2
    fail "$what failed: $*" "$cure"
  fi
}

# --- what nothing can be done without ------------------------------------------------------------------------

[ "$(id -u)" = 0 ] || fail 'the lab needs root: it makes network namespaces and raw sockets' 'run it with sudo, or as root'
command -v apt-get >/dev/null || fail 'there is no apt-get' 'use Debian 12 or 13, or install the programs named in src/lab/setup.sh by hand'
command -v node >/dev/null || fail 'there is no node' 'install Node.js 20.11 or newer'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 11) ? 0 : 1)' ||
  fail "node $(node --version) is too old" 'install Node.js 20.11 or newer'
command -v npm >/dev/null || fail 'there is no npm' 'install npm next to Node.js'
mkdir -p "$SERVERS"

# Two set-ups at once would unpack and build into the same directories.
exec 9>"$LAB/setup.lock"
flock 9

# Node's own headers, where the installation has them, save a download from the internet.
prefix=$(node -p 'require("node:path").resolve(process.execPath, "..", "..")')
if [ -f "$prefix/include/node/node_api.h" ]; then export npm_config_nodedir="$prefix"; fi

# --- programs ------------------------------------------------------------------------------------------------

# apt-get with one `update` and a second try: a fresh machine has no package lists, an old one has stale ones.
apt_updated=no
apt() {
  local where=$1
  shift
  # As root the download directory need not be readable for the user _apt: no sandbox, and no warning about it.
  local get=(apt-get -q -y -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0)
  if (cd "$where" && "${get[@]}" "$@") >"$LOG" 2>&1; then return; fi
  if [ "$apt_updated" = no ]; then
    step 'reading the package lists (apt-get update)'
    quiet 'apt-get update' 'check the network and /etc/apt' "${get[@]}" update
    apt_updated=yes
    if (cd "$where" && "${get[@]}" "$@") >"$LOG" 2>&1; then return; fi
  fi
  tail -n 25 "$LOG" >&2
  fail "apt-get $* failed" 'check the network, /etc/apt and whether another apt-get is running'
}

LOG=$PWD/$LOG
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need nft nftables
need ip iproute2
need conntrack conntrack
need curl curl
need lftp lftp
need openssl openssl
need tnftp tnftp
need ncftpget ncftp
need perl perl-base
need tcpdump tcpdump
need ping iputils-ping
need g++ g++
need make make
need python3 python3
# Completion and man pages are tried with the programs that read them.
need script bsdutils
need zsh zsh
need fish fish
need man man-db
need mandoc mandoc
if [ ${#missing[@]} -gt 0 ]; then
  step "installing ${missing[*]}"
  apt . install --no-install-recommends "${missing[@]}"
fi

# --- servers, unpacked ---------------------------------------------------------------------------------------

# Package names of the libraries (lib*) that a .deb depends on, one a line; of alternatives, the first.
libraries_of() {
  { dpkg-deb -f "$1" Depends && printf ', ' && dpkg-deb -f "$1" Pre-Depends; } | tr '\n' ' ' | tr ',' '\n' |
    sed -E 's/^ +//; s/[ (|].*$//' | grep '^lib' || true
}

# unpack NAME PACKAGE PROGRAM: into .lab/servers/NAME, whole or not at all.
unpack() {
  local name=$1 package=$2 program=$3 work
  if [ -x "$SERVERS/$name/$program" ] && [ -f "$SERVERS/$name.libraries" ]; then return; fi
  step "unpacking $name"
  work=$(mktemp -d "$PWD/$LAB/unpack.XXXXXX")
  apt "$work" download "$package"
  quiet "unpacking $package" 'remove .lab and run this again' dpkg -x "$work"/*.deb "$work/root"
  [ -x "$work/root/$program" ] || fail "the package $package has no $program" 'report it: the lab does not know this release of Debian'
  libraries_of "$work"/*.deb >"$SERVERS/$name.libraries"
  # mktemp made it 0700, and servers that drop their privileges must still read their modules.
  chmod 755 "$work/root"
  rm -rf "${SERVERS:?}/$name"
  mv "$work/root" "$SERVERS/$name"
  rm -rf "$work"
}

# extend NAME PACKAGE FILE: a further package into the same directory, after `unpack`.
extend() {
  local name=$1 package=$2 file=$3 work
  if [ -f "$SERVERS/$name/$file" ]; then return; fi
  step "unpacking $package"
  work=$(mktemp -d "$PWD/$LAB/unpack.XXXXXX")
  apt "$work" download "$package"
  quiet "unpacking $package" 'remove .lab and run this again' dpkg -x "$work"/*.deb "$SERVERS/$name"
  libraries_of "$work"/*.deb >>"$SERVERS/$name.libraries"
  rm -rf "$work"
}

rm -rf "$LAB"/unpack.*
unpack vsftpd vsftpd usr/sbin/vsftpd
unpack proftpd proftpd-core usr/sbin/proftpd
# mod_tls
extend proftpd proftpd-mod-crypto usr/lib/proftpd/mod_tls.so
unpack pure-ftpd pure-ftpd usr/sbin/pure-ftpd
unpack rsyslog rsyslog usr/sbin/rsyslogd
# TLS by the library that is here anyway; its module lies in a directory that is named after the machine.
extend rsyslog rsyslog-openssl usr/share/doc/rsyslog-openssl/copyright
# Only for the benchmarks: their libraries are of no use to anything else here.
case $wanted in
  keepalived) unpack keepalived keepalived usr/sbin/keepalived ;;
  conntrackd) unpack conntrackd conntrackd usr/sbin/conntrackd ;;
esac

libraries=()
while read -r library; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$library" 2>/dev/null || true)
  [ "$state" = installed ] || libraries+=("$library")
done < <(sort -u "$SERVERS"/*.libraries)
if [ ${#libraries[@]} -gt 0 ]; then
  step "installing ${libraries[*]}"
  apt . install --no-install-recommends "${libraries[@]}"
fi

# --- the program itself --------------------------------------------------------------------------------------

# newer_than FILE PATH...: does any file under the paths have a later time of change than FILE?
newer_than() {
  local file=$1
  shift
  [ ! -e "$file" ] || [ -n "$(find "$@" -type f -newer "$file" -print -quit)" ]
}

if newer_than node_modules/.package-lock.json package-lock.json; then
  step 'installing the Node.js packages (npm ci)'
  quiet 'npm ci' 'read the lines above; npm ci needs the npm registry' npm ci --no-audit --no-fund
  touch node_modules/.package-lock.json
fi

addon=$(find native/build/Release -maxdepth 1 -name '*.node' -print -quit 2>/dev/null || true)
if [ -z "$addon" ] || newer_than "$addon" $(find native -maxdepth 1 -name '*.[ch]' -o -maxdepth 1 -name '*.gyp'); then
  step 'building the addon'
  quiet 'building the addon' 'read the lines above; it needs g++, make, python3 and the headers of Node.js' npm run --silent build:addon
fi

# The stamp, not dist itself: a build that fails half-way must be done again.
if newer_than "$LAB/built" src tsconfig.json package.json || [ ! -f dist/lab/demo.js ] || [ ! -f dist/main.js ]; then
  step 'compiling'
  quiet 'compiling' 'read the lines above' npm run --silent build:ts
  touch "$LAB/built"
fi

step 'ready'
