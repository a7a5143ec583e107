#!/usr/bin/env bash
# Builds the addon with AddressSanitizer (with its leak checker) and UndefinedBehaviorSanitizer into
# native/build/sanitize, runs test/unit/native/exercise.ts with it, and fails on any report about us.
# Leaves the ordinary build alone.
#
#   native/sanitize.sh [rounds] [workers]
set -euo pipefail
cd "$(dirname "$0")/.."

place=native/build/sanitize
rm -rf "$place"
mkdir -p "$place/native" "$place/dist"
# node-gyp always builds beside its binding.gyp, so the sources are copied; the bundle then finds the addon
# by the same relative path as the program does.
cp native/binding.gyp native/*.c native/*.h "$place/native/"
npx --no-install node-gyp rebuild --directory "$place/native" --loglevel warn -- -Dsanitize=1
npx --no-install esbuild test/unit/native/exercise.ts --bundle --platform=node --format=esm \
  --log-level=warning --outfile="$place/dist/exercise.mjs"

# Node leaves memory of its own behind, so leaks alone do not decide the exit status; they are sorted below.
status=0
LD_PRELOAD="$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)" \
  ASAN_OPTIONS='detect_leaks=1:halt_on_error=1:exitcode=86' \
  LSAN_OPTIONS='exitcode=0' \
  UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1:exitcode=86' \
  timeout 300 node --expose-gc "$place/dist/exercise.mjs" "${1:-40}" "${2:-20}" 2> "$place/report" || status=$?
if [ "$status" -ne 0 ] || grep -qE 'ERROR: AddressSanitizer|runtime error:' "$place/report"; then
  cat "$place/report" >&2
  echo "sanitize: failed with status $status; the report is in $place/report" >&2
  exit 1
fi

# A leak is ours when a file of ours is among the seven innermost frames: allocated by us, or by a Node-API
# call of ours. Further out we are only the way into JavaScript.
awk '
  /leak of [0-9]+ byte/ { block = $0; ours = 0; inside = 1; next }
  inside && NF == 0     { if (ours) print block "\n"; inside = 0 }
  inside                { block = block "\n" $0; if ($1 ~ /^#[0-6]$/ && /ftpair\.node|\.\.\/[a-z]+\.c:/) ours = 1 }
' "$place/report" > "$place/leaks"
if [ -s "$place/leaks" ]; then
  cat "$place/leaks" >&2
  echo "sanitize: leaks; the whole report is in $place/report" >&2
  exit 1
fi
# The checker always finds leaks of Node itself: none at all means that it did not run.
if ! grep -q 'leak of' "$place/report"; then
  cat "$place/report" >&2
  echo 'sanitize: the leak checker did not run' >&2
  exit 1
fi
echo 'sanitize: no report'
