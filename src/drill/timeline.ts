/**
 * A drill as one picture: an SVG file without scripts or outside resources, on one time axis who was active, the probe, every session,
 * steps and events; below, the moments around the fault once more, drawn out. Pure.
 */
import type { DrillRecord } from './record.js';
import { type Lane, lanesOf, LANE_HEIGHT } from './timeline-lanes.js';
import { el, words } from './svg.js';
import { judge, tenths, type Verdict } from './verdict.js';

const WIDTH = 1200;
const LABELS = 210;
const RIGHT = 40;
const PLOT = WIDTH - LABELS - RIGHT;
const HEAD = 96;
const AXIS = 26;
const GAP = 34;
const LINE = 17;

/** Around the fault, once more. */
const CLOSE_BEFORE = 500;
const CLOSE_AFTER = 1500;

/** Colours for a light and a dark page. */
const STYLE = `
svg { --paper: #fff; --ink: #1a1f26; --faint: #66707d; --line: #d5dae1; --mine: #2f6fb2; --theirs: #8a5fb5; --good: #2e8b57;
  --bad: #c62f2f; --warn: #d98a00; --idle: #aab4c0; --pause: #8fb2d6; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --paper: #14181d; --ink: #e7ebf0; --faint: #98a3b0; --line: #343c46; --mine: #6aa7e8;
  --theirs: #bb94e0; --good: #55bd84; --bad: #ff6b6b; --warn: #f0ad3a; --idle: #5d6875; --pause: #3f6689; } }
@media print { svg { --paper: #fff; --ink: #000; --faint: #444; } }
.paper { fill: var(--paper); } text { fill: var(--ink); } .faint { fill: var(--faint); } .grid { stroke: var(--line); }
.fault { stroke: var(--bad); stroke-dasharray: 4 3; } .mine { fill: var(--mine); } .theirs { fill: var(--theirs); }
.nobody, .bad { fill: var(--bad); } .good { fill: var(--good); } .warn { fill: var(--warn); } .idle { fill: var(--idle); } .pause { fill: var(--pause); }
.on { fill: var(--paper); font-size: 11px; } .title { font-size: 20px; font-weight: 600; } .small { font-size: 11px; }`;

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The whole file. */
export function timeline(record: DrillRecord): string {
  const verdict = judge(record);
  const lanes = lanesOf(record);
  const whole = { from: 0, to: Math.max(1, record.durationMillis) };
  const close = closeUp(record, whole);
  const panelHeight = AXIS + lanes.length * LANE_HEIGHT;
  const first = panel(record, lanes, whole, HEAD, 'the whole drill');
  const second = close && panel(record, lanes, close, HEAD + panelHeight + GAP, 'around the fault');
  const listAt = HEAD + (close ? 2 : 1) * (panelHeight + GAP) + 8;
  const lists = [
    ...list('Steps', LABELS - 190, listAt, record.steps, record.faultAt),
    ...list('What the daemon reported', WIDTH / 2 + 10, listAt, record.events, record.faultAt),
  ];
  const height = listAt + LINE * (3 + Math.max(record.steps.length, record.events.length));
  const heading = headline(record, verdict);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`,
      role: 'img',
      'aria-labelledby': 'title desc',
    },
    words('title', { id: 'title' }, heading.title),
    words('desc', { id: 'desc' }, heading.facts),
    el('style', {}, STYLE),
    el('rect', { class: 'paper', width: WIDTH, height: Math.ceil(height) }),
    ...head(heading, verdict),
    first,
    second ?? '',
    ...lists,
  )}\n`;
}

interface Heading {
  readonly title: string;
  readonly facts: string;
}

function headline({ scenario, node, peer, startedAt }: DrillRecord, { ok, figures }: Verdict): Heading {
  const { outageMillis, worstStallMillis, survived, lost } = figures;
  const outage =
    outageMillis === undefined
      ? 'no probe'
      : outageMillis === 0
        ? 'outage below 10 ms'
        : `outage ${tenths(outageMillis)} ms`;
  return {
    title: `ftpair drill: ${scenario} on ${node} (peer ${peer})`,
    facts: [
      ok ? 'passed' : 'failed',
      outage,
      `longest stall of a transfer ${tenths(worstStallMillis)} ms`,
      `${survived} of ${survived + lost} sessions survived`,
      startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    ].join(' · '),
  };
}

function head({ title, facts }: Heading, { ok, findings }: Verdict): readonly string[] {
  const [first] = findings;
  const rest = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return [
    words('text', { x: 20, y: 34, class: 'title' }, title),
    words('text', { x: 20, y: 58, class: ok ? 'good' : 'bad' }, ok ? '✓' : '✗'),
    words('text', { x: 38, y: 58 }, facts),
    ...(first === undefined
      ? []
      : [words('text', { x: 20, y: 80, class: 'bad' }, cut(`${first.text}${rest}`, 150))]),
  ];
}

/** Only where the whole would be too coarse. */
function closeUp({ faultAt }: DrillRecord, whole: Window): Window | undefined {
  if (faultAt === undefined || whole.to < 2 * (CLOSE_BEFORE + CLOSE_AFTER)) return undefined;
  return { from: Math.max(0, faultAt - CLOSE_BEFORE), to: Math.min(whole.to, faultAt + CLOSE_AFTER) };
}

function panel(
  { faultAt }: DrillRecord,
  lanes: readonly Lane[],
  window: Window,
  top: number,
  title: string,
): string {
  const x = (at: number): number =>
    LABELS + ((clamp(at, window) - window.from) / (window.to - window.from)) * PLOT;
  const bottom = top + AXIS + lanes.length * LANE_HEIGHT;
  const grid = ticks(window, faultAt).map(({ at, label }) =>
    el(
      'g',
      {},
      el('line', { class: 'grid', x1: x(at), x2: x(at), y1: top + AXIS - 4, y2: bottom }),
      words('text', { class: 'faint small', x: x(at), y: top + AXIS - 9, 'text-anchor': 'middle' }, label),
    ),
  );
  const fault =
    faultAt === undefined || faultAt < window.from || faultAt > window.to
      ? []
      : [el('line', { class: 'fault', x1: x(faultAt), x2: x(faultAt), y1: top + AXIS - 4, y2: bottom })];
  const rows = lanes.map((lane, index) => row(lane, window, x, top + AXIS + index * LANE_HEIGHT));
  return el(
    'g',
    {},
    words('text', { class: 'faint', x: 20, y: top + AXIS - 9 }, title),
    ...grid,
    ...rows,
    ...fault,
  );
}

function row({ label, mark, bars }: Lane, window: Window, x: (at: number) => number, top: number): string {
  const middle = top + LANE_HEIGHT / 2;
  const drawn = bars
    .filter(({ from, to }) => to > window.from && from < window.to)
    .flatMap(({ from, to, tone, thick, says, label: text }) => {
      const height = thick ? 12 : 4;
      // A bar that is too short to be seen is drawn wide enough.
      const width = Math.max(1.5, x(to) - x(from));
      const rect = { class: tone, x: x(from), width, y: middle - height / 2, height, rx: 2 };
      const bar = el('rect', rect, words('title', {}, says));
      const fits = text !== undefined && width > 7 * text.length + 6;
      return fits ? [bar, words('text', { class: 'on', x: x(from) + 4, y: middle + 4 }, text)] : [bar];
    });
  return el(
    'g',
    {},
    words('text', { x: 20, y: middle + 4, class: mark === 'bad' ? 'bad' : '' }, cut(label, 26)),
    ...drawn,
    ...(mark === undefined
      ? []
      : [words('text', { class: mark, x: WIDTH - RIGHT + 10, y: middle + 4 }, mark === 'good' ? '✓' : '✗')]),
  );
}

interface Tick {
  readonly at: number;
  readonly label: string;
}

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

/** At most a dozen, counted from the fault where there is one. */
function ticks({ from, to }: Window, faultAt: number | undefined): readonly Tick[] {
  const step = STEPS.find((each) => (to - from) / each <= 12) ?? 120_000;
  const zero = faultAt ?? 0;
  const first = Math.ceil((from - zero) / step);
  const count = Math.floor((to - zero) / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const offset = (first + index) * step;
    const sign = faultAt !== undefined && offset > 0 ? '+' : offset < 0 ? '−' : '';
    const size = Math.abs(offset);
    const label = step < 1000 ? `${sign}${size} ms` : `${sign}${size / 1000} s`;
    return { at: zero + offset, label };
  });
}

/** Numbered by nothing but their times, which are those of the axis. */
function list(
  title: string,
  left: number,
  top: number,
  entries: readonly { readonly at: number; readonly text: string; readonly severity?: string }[],
  faultAt: number | undefined,
): readonly string[] {
  const lines = entries.flatMap(({ at, text, severity }, index) => {
    const y = top + LINE * (index + 2);
    const grave = severity === 'crit' || severity === 'err' || severity === 'warning';
    const offset = at - (faultAt ?? 0);
    const time = `${offset < 0 ? '−' : '+'}${(Math.abs(offset) / 1000).toFixed(3)} s`;
    return [
      words('text', { class: 'faint small', x: left + 62, y, 'text-anchor': 'end' }, time),
      el(
        'text',
        { class: grave ? 'small warn' : 'small', x: left + 72, y },
        words('title', {}, text),
        words('tspan', {}, cut(text, 84)),
      ),
    ];
  });
  return [words('text', { class: 'faint', x: left, y: top + LINE / 2 }, title), ...lines];
}

function clamp(at: number, { from, to }: Window): number {
  return Math.min(to, Math.max(from, at));
}

/** By characters, not by code units. */
function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
