/**
 * What a drill does while it runs: steps as lines that stay and, on a terminal, every session below them, drawn again and again. The
 * drawing is pure; `liveProgress` only writes it.
 */
import type { DrillProgress } from '../drill/setting.js';
import { createPaint, type Paint } from './paint.js';
import type { Screen } from './screen.js';
import { bytesWords } from './words.js';

/** One session as it is known now. Times are milliseconds of one clock. */
interface Row {
  readonly state: 'opened' | 'ready' | 'survived' | 'lost';
  readonly bytes: number;
  /** When its bytes last grew. */
  readonly grewAt: number;
}

export interface LiveState {
  readonly begunAt: number;
  readonly active: string;
  readonly sessions: ReadonlyMap<string, Row>;
}

const REDRAW_MILLIS = 200;
/** A transfer that stands still for so long is shown as such. */
const STALL_SHOWN = 150;
const CELL = 42;

const WORDS = { opened: 'logged in', ready: 'under way', survived: 'survived', lost: 'lost' } as const;
const TONES = { opened: 'faint', ready: 'plain', survived: 'good', lost: 'bad' } as const;

/** A session has been heard of. */
export function heard(
  state: LiveState,
  name: string,
  now: number,
  row: Pick<Row, 'state' | 'bytes'>,
): LiveState {
  const known = state.sessions.get(name);
  const grewAt = known?.bytes === row.bytes ? known.grewAt : now;
  return { ...state, sessions: new Map([...state.sessions, [name, { ...row, grewAt }]]) };
}

/** As many columns of sessions as fit, under a line that says who is active. */
export function liveLines(state: LiveState, now: number, columns: number, paint: Paint): readonly string[] {
  const { sessions, active, begunAt } = state;
  if (sessions.size === 0) return [];
  const across = Math.max(1, Math.floor((columns - 1) / CELL));
  // A line that breaks would be drawn over in part only.
  const width = Math.min(CELL, columns - 1);
  const cells = Array.from(sessions, ([name, row]) => cellOf(name, row, now, width, paint));
  const down = Math.ceil(cells.length / across);
  const lines = Array.from({ length: down }, (_, line) =>
    Array.from({ length: across }, (_, column) => cells[column * down + line] ?? '').join(''),
  );
  return [`  ${seconds(now - begunAt)}  active: ${paint(active, 'title')}`, ...lines];
}

function cellOf(
  name: string,
  { state, bytes, grewAt }: Row,
  now: number,
  width: number,
  paint: Paint,
): string {
  const still = now - grewAt;
  const stalls = state === 'ready' && bytes > 0 && still >= STALL_SHOWN;
  const word = stalls ? `still ${Math.round(still)} ms` : WORDS[state];
  const text = `  ${name.slice(0, 15).padEnd(15)} ${bytesWords(bytes).slice(0, 8).padStart(8)} ${word}`;
  const shown = text.slice(0, width).padEnd(width);
  return shown.replace(word, () => paint(word, stalls ? 'warn' : TONES[state]));
}

function seconds(length: number): string {
  return `${(length / 1000).toFixed(1).padStart(6)} s`;
}

/** Shows what happens until `end` is called. `live`: below the steps there is a terminal to draw on. */
export function liveProgress(
  screen: Screen,
  live: boolean,
  now: () => number,
): DrillProgress & { end(): void } {
  const paint = createPaint(screen.colour);
  let state: LiveState = { begunAt: now(), active: '?', sessions: new Map() };
  let drawn = 0;
  const clear = (): string => {
    const back = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`;
    drawn = 0;
    return back;
  };
  const draw = (before = ''): void => {
    const lines = live ? liveLines(state, now(), screen.columns, paint) : [];
    const text = `${clear()}${before}${lines.map((line) => `${line}\n`).join('')}`;
    drawn = lines.length;
    if (text !== '') screen.out(text);
  };
  const timer = live ? setInterval(draw, REDRAW_MILLIS, '') : undefined;
  return {
    step: (text) => {
      draw(`  ${seconds(now() - state.begunAt)}  ${text}\n`);
    },
    session: (name, word, bytes) => {
      state = heard(state, name, now(), { state: word, bytes });
    },
    role: (active) => {
      state = { ...state, active };
    },
    end: () => {
      clearInterval(timer);
      screen.out(clear());
      state = { ...state, sessions: new Map() };
    },
  };
}
