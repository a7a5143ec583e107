#!/bin/sh
# Waits until the process that raised a lab closes this script's standard input (by letting go, or by dying in any
# way, SIGKILL too), then removes exactly what that lab made: the processes in its namespaces, the namespaces, and
# its directory. It touches nothing but the names it is given.
#   janitor.sh DIRECTORY NAMESPACE...
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
# A terminal's Ctrl-C reaches the whole foreground group; the janitor must outlive it.
trap '' INT TERM HUP
directory=$1
shift
cat >/dev/null

empty() {
  rounds=0
  while pids=$(ip netns pids "$1" 2>/dev/null) && [ -n "$pids" ] && [ "$rounds" -lt 200 ]; do
    kill -9 $pids 2>/dev/null
    rounds=$((rounds + 1))
    sleep 0.01
  done
}

# A command of the dead process may still be at work and make one more name: done when two looks find nothing.
# What cannot be removed after so many looks never will be.
clean=0
looks=0
while [ "$clean" -lt 2 ] && [ "$looks" -lt 200 ]; do
  clean=$((clean + 1))
  looks=$((looks + 1))
  for namespace in "$@"; do
    if [ -e "/run/netns/$namespace" ]; then
      clean=0
      empty "$namespace"
      ip netns delete "$namespace" 2>/dev/null
    fi
  done
  if [ -e "$directory" ]; then
    clean=0
    rm -rf "$directory"
  fi
  sleep 0.05
done
