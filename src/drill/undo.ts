/**
 * What a drill must be able to take back, as a closed list, and the program that takes it back (guardian.ts runs it). Plain
 * data and text; each part may be done twice, and when there is nothing to do.
 */
import { assertNever } from '../assert.js';

/** A process that is still the same one: its id and its start (field 22 of /proc/PID/stat). */
export interface ProcessMark {
  readonly pid: number;
  readonly start: string;
}

export type Undo =
  | { readonly type: 'link'; readonly name: string }
  | {
      readonly type: 'filter';
      readonly link: string;
      readonly side: 'ingress' | 'egress';
      readonly pref: number;
    }
  /** Only where nobody else has filters there by now. */
  | { readonly type: 'clsact'; readonly link: string }
  | { readonly type: 'table'; readonly family: 'inet' | 'arp'; readonly name: string }
  | { readonly type: 'continue'; readonly process: ProcessMark }
  | { readonly type: 'end'; readonly process: ProcessMark }
  /** The daemon runs again; `recipe` as restart.ts writes it. */
  | { readonly type: 'start'; readonly recipe: string };

/** One line for the guardian: words without spaces. */
export function undoLine(undo: Undo): string {
  switch (undo.type) {
    case 'link':
      return `link ${undo.name}`;
    case 'filter':
      return `filter ${undo.link} ${undo.side} ${undo.pref}`;
    case 'clsact':
      return `clsact ${undo.link}`;
    case 'table':
      return `table ${undo.family} ${undo.name}`;
    case 'continue':
    case 'end':
      return `${undo.type} ${undo.process.pid} ${undo.process.start}`;
    case 'start':
      return `start ${undo.recipe}`;
    default:
      return assertNever(undo);
  }
}

/** Said last by a drill that lets go in good order: nothing of it can still be at work. */
export const GOOD_ORDER = 'released';

/**
 * The guardian: `sh -c SCRIPT guardian SECONDS NODE RESTART`. Collects lines until its standard input closes or the time has
 * run out, then undoes them, the last first. Prints what could not be undone.
 */
export const GUARDIAN_SCRIPT = `
# A terminal's Ctrl-C reaches the whole foreground group, and its loss everybody: the guardian must outlive both.
trap '' INT TERM HUP PIPE
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
seconds=$1 node=$2 restart=$3

same() { [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20)" = "$2" ]; }

undo() {
  case $1 in
    link) ip link delete dev "$2"; ! ip link show dev "$2" ;;
    filter) tc filter delete dev "$2" "$3" pref "$4"; ! tc filter show dev "$2" "$3" pref "$4" | grep -q . ;;
    clsact) tc filter show dev "$2" ingress | grep -q . || tc filter show dev "$2" egress | grep -q . ||
      tc qdisc delete dev "$2" clsact; true ;;
    table) nft delete table "$2" "$3"; ! nft list table "$2" "$3" ;;
    continue) ! same "$2" "$3" || kill -CONT "$2" ;;
    end) ! same "$2" "$3" || kill -KILL "$2" ;;
    start) "$node" "$restart" "$2" <&3 >&4 2>&5 ;;
  esac
}

all() {
  printf '%s\\n' "$list" | tac | while read -r one two three four; do
    [ "$one" != ${GOOD_ORDER} ] || continue
    [ "$one" != start ] || { "$node" "$restart" "$two" <&3 >&4 2>&5 || echo "$one"; continue; }
    undo "$one" "$two" "$three" "$four" </dev/null >/dev/null 2>&1 || echo "$one $two $three $four"
  done
}

# KILL, because what is ignored here is ignored by cat as well.
list=$(timeout -s KILL "$seconds" cat 2>/dev/null)
case $list in
  *${GOOD_ORDER}) ;;
  # A command of the dead drill may still be at work.
  *) all >/dev/null; sleep 0.3 ;;
esac
all
`;
