/** `ftpair watch`: what changed, what fits on a screen, and the command with a terminal that is none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPaint } from '../../../src/cli/paint.js';
import type { StageListeners } from '../../../src/cli/screen.js';
import { changesBetween, standLine } from '../../../src/cli/watch-changes.js';
import { watchCommand } from '../../../src/cli/watch.js';
import { fit } from '../../../src/cli/watch-fit.js';
import { jsonOf, linesAfter, textOf } from '../../../src/cli/watch-log.js';
import { afterLook, type Answers, NOTHING_SEEN, type Watched } from '../../../src/cli/watch-look.js';
import { type Look, watchLines } from '../../../src/cli/watch-screen.js';
import type { EventView } from '../../../src/control/events.js';
import { type Control, startControl } from '../../../src/control/server.js';
import type { StatusView } from '../../../src/control/status.js';
import { millis } from '../../../src/time.js';
import { until } from '../../../src/until.js';
import { HANDLERS } from '../control/handlers.js';
import { PAGE } from '../control/page.js';
import { VIEW } from '../control/view.js';

const PLAIN = createPaint(false);
const TIME = new Date('2026-03-01T12:00:00.000Z');
const EVENT: EventView = {
  number: 7,
  id: 'peer-lost',
  severity: 'err',
  text: 'beta is silent.',
  fields: {},
  agoMillis: 100,
  time: '2026-03-01T11:59:59.900Z',
};
const WELL: StatusView = {
  ...VIEW,
  peer: { ...VIEW.peer, alive: true, role: 'backup', ready: true, inSync: true },
};

function answered(view: StatusView, events: readonly EventView[] = [], pid = 1): Answers {
  return { type: 'answered', pid, view, events, sessions: undefined };
}

describe('what has changed between two looks', () => {
  it('is nothing where only time has passed', () => {
    const later = { ...WELL, uptimeSeconds: WELL.uptimeSeconds + 1, history: [] };
    expect(changesBetween(WELL, later, [])).toEqual([]);
  });

  it('is said in one line each', () => {
    const [ftp] = WELL.services;
    const after: StatusView = {
      ...VIEW,
      role: 'backup',
      reason: 'operator',
      peer: { ...VIEW.peer, paths: VIEW.peer.paths.map((path) => ({ ...path, alive: !path.alive })) },
      sync: { ...VIEW.sync, direction: 'receiving', inSync: true, detail: '' },
      services: [{ ...ftp!, servers: [{ ...ftp!.servers[0]!, standing: 'drained' }, ftp!.servers[1]!] }],
      tracked: [{ address: '192.0.2.1', echoMillis: undefined, alive: false }],
      sessions: { control: 13, data: 3, announced: 1 },
      warnings: ['no room'],
    };
    expect(changesBetween(WELL, after, [EVENT])).toEqual([
      { subject: 'role', text: 'alpha: active → backup, because an administrator asked for it' },
      { subject: 'peer', text: 'beta: not heard, backup → unknown, not ready, not in sync' },
      { subject: 'path:public', text: 'path public: dead' },
      { subject: 'path:private', text: 'path private: alive' },
      { subject: 'sync', text: 'sync: receiving, in sync' },
      { subject: 'server:ftp/s1', text: 'server ftp/s1: ok → drained' },
      { subject: 'tracked:192.0.2.1', text: 'tracked 192.0.2.1: silent' },
      { subject: 'warnings', text: 'warning: no room' },
      { subject: 'warnings', text: 'warning over: the peer is lost' },
      { subject: 'sessions', text: undefined },
      { subject: 'event:7', text: 'peer-lost: beta is silent.' },
    ]);
  });
});

describe('a watcher without a screen', () => {
  /** The lines of one look after the other. */
  function told(...looks: readonly Answers[]): string[] {
    let seen: Watched = NOTHING_SEEN;
    return looks.flatMap((answers, index) => {
      const before = seen;
      seen = afterLook(before, answers, index * 1000);
      return linesAfter(before, seen, TIME).map(textOf);
    });
  }

  it('says first how it stands, and then only what changes', () => {
    const lost = { ...WELL, peer: { ...WELL.peer, alive: false } };
    expect(told(answered(WELL, [EVENT]), answered(WELL), answered(lost), answered(lost))).toEqual([
      '2026-03-01T12:00:00.000Z alpha is active, beta backup, in sync, 1 of 2 servers with new sessions, 12 sessions\n',
      '2026-03-01T12:00:00.000Z beta: not heard\n',
    ]);
  });

  it('says once that nobody answers, and how it stands when somebody does again', () => {
    const away: Answers = { type: 'away', problem: 'no daemon answers on /run/x' };
    expect(told(away, away, answered(WELL), away, answered(WELL)).map((line) => line.slice(25, 60))).toEqual([
      'no daemon answers on /run/x\n',
      'alpha is active, beta backup, in sy',
      'no daemon answers on /run/x\n',
      'alpha is active, beta backup, in sy',
    ]);
  });

  it('notices another daemon, whose events count from 1 again', () => {
    const first = afterLook(NOTHING_SEEN, answered(WELL, [EVENT]), 0);
    expect(first.lastEvent).toBe(7);
    const second = afterLook(first, answered(WELL, [], 2), 1000);
    expect(second).toMatchObject({
      lastEvent: 0,
      events: [],
      changes: [{ text: 'alpha: the daemon has been restarted' }],
    });
    const third = afterLook(second, answered(WELL, [{ ...EVENT, number: 1 }], 2), 2000);
    expect(third.events.map(({ number }) => number)).toEqual([1]);
  });

  it('writes an object on one line for scripts', () => {
    const first = afterLook(NOTHING_SEEN, answered(WELL), 0);
    const next = afterLook(first, answered(WELL, [EVENT]), 1000);
    const [line] = linesAfter(first, next, TIME);
    expect(JSON.parse(jsonOf(line!))).toEqual({
      time: '2026-03-01T12:00:00.000Z',
      node: 'alpha',
      subject: 'event',
      text: 'peer-lost: beta is silent.',
      event: EVENT,
    });
  });

  it('stands in one sentence', () => {
    expect(standLine(VIEW)).toBe(
      'alpha is active, beta not heard, 1 of 2 servers with new sessions, 12 sessions',
    );
  });
});

describe('what fits on a screen', () => {
  const parts = [
    { rank: 2, least: 1, lines: ['a1', 'a2', 'a3'] },
    { rank: 1, least: 2, lines: ['b1', 'b2', 'b3', 'b4'] },
    { rank: 3, least: 1, lines: ['c1', 'c2'] },
  ];

  it.each([
    [9, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'b4', 'c1', 'c2']],
    [8, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'b4', 'c1']],
    [5, ['a1', 'b1', 'b2', '  … 2 more', 'c1']],
    [3, ['a1', 'b1', '  … 3 more']],
    [1, ['b1']],
    [0, []],
  ])('%d lines: what matters most first', (rows, lines) => {
    expect(fit(parts, { columns: 80, rows })).toEqual(lines);
  });

  it('is cut to the width without cutting a colour', () => {
    const red = '\x1b[31mabcdef\x1b[39m';
    expect(fit([{ rank: 1, least: 1, lines: [red] }], { columns: 3, rows: 1 })).toEqual([
      '\x1b[31mabc\x1b[39m',
    ]);
  });
});

describe('the live screen', () => {
  const look: Look = {
    view: WELL,
    changes: [{ subject: 'server:ftp/s1', text: undefined }],
    events: [EVENT],
    sessions: { ...PAGE, sessions: PAGE.sessions.slice(0, 1) },
    away: undefined,
  };

  it('shows roles, paths, sync, servers, sessions and events, and marks what has changed', () => {
    expect(watchLines(look, { columns: 90, rows: 40 }, PLAIN)).toEqual([
      '  alpha ACTIVE since 2 min 3 s, because the peer is silent on every path and nobody answer',
      '  beta BACKUP heard, ready, in sync',
      '  pulse path  state  round trip',
      '  public      alive  0.21 ms',
      '  private     dead   -',
      '  sync sending, not in sync (the peer is silent), lag 0.6 ms, p99 1.5, backlog 4, 12 flows',
      '  server  standing  weight  sessions  reason',
      '* ftp/s1  ok        1       12',
      '  ftp/s2  down      3       0         connect: ECONNREFUSED',
      '  sessions 12 control, 3 data, 1 announced',
      '    198.51.100.7:40000  one  downloading (passive)  safe',
      '  events (UTC, newest first)',
      '  11:59:59 peer-lost beta is silent.',
      'q ends; * has changed',
    ]);
  });

  it('keeps to every size', () => {
    for (let rows = 0; rows < 30; rows++)
      for (let columns = 1; columns < 120; columns += 7) {
        const lines = watchLines(look, { columns, rows }, PLAIN);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      }
  });

  it('says on top that nobody answers, and leaves the rest as it was', () => {
    const away = { problem: 'no daemon answers', sinceMillis: 2300 };
    expect(watchLines({ ...look, away }, { columns: 90, rows: 3 }, PLAIN)).toEqual([
      'No answer for 2.3 s: no daemon answers; trying on',
      '  What follows is how it was before.',
      '  alpha ACTIVE since 2 min 3 s, because the peer is silent on every path and nobody answer',
    ]);
  });
});

describe('the command', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ftpair-watch-'));
  let control: Control | undefined;

  afterEach(async () => {
    await control?.close();
    control = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  it('paints on a terminal, goes on without a daemon and with a new one, and puts the terminal back', async () => {
    let out = '';
    let listeners: StageListeners | undefined;
    const size = { columns: 60, rows: 12 };
    const screen = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      colour: false,
      columns: 60,
      stage: {
        size: () => size,
        listen: (heard: StageListeners) => {
          listeners = heard;
          return () => (listeners = undefined);
        },
      },
    };
    const shows = (words: string) =>
      until(() => out.includes(words), { what: `the screen shows ${words}`, within: millis(3000) });
    const done = watchCommand({ runtimeDir: directory, json: false, interval: millis(20) }, screen);
    await shows('No answer for');
    control = await startControl({ path: join(directory, 'control.sock'), handlers: HANDLERS });
    await shows('alpha ACTIVE');
    await control.close();
    out = '';
    await shows('What follows is how it was before.');
    control = await startControl({ path: join(directory, 'control.sock'), handlers: HANDLERS });
    out = '';
    await shows('\x1b[H  alpha ACTIVE');
    out = '';
    size.rows = 2;
    listeners?.resized?.();
    expect(out.split('\r\n')).toHaveLength(2);
    listeners?.key?.('q');
    expect(await done).toBe(0);
    expect(listeners).toBeUndefined();
    expect(out.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  });
});
