/** The rooms of src/ and the ways between them, read from the import lines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/** Top first. A room knows rooms of lower floors only; two on one floor know nothing of each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['main.ts'],
  ['cli'],
  ['daemon'],
  ['pulse', 'sessions', 'lab'],
  ['replication', 'drill'],
  ['journal', 'dataplane'],
  ['conntrack', 'vip'],
  ['netlink', 'alerts', 'nanny', 'control', 'rotation', 'manual', 'migration'],
  ['config', 'seal', 'election'],
  ['native.ts'],
  ['addon.ts', 'sockaddr.ts'],
  ['until.ts', 'authorities.ts', 'program.ts'],
  ['assert.ts', 'fatal.ts', 'time.ts'],
];

/** What decides or translates, and must not be able to act: neither sockets nor files nor timers. */
const PURE = ['election', 'seal/window.ts', 'seal/header.ts', 'journal/wire.ts', 'journal/records.ts', 'journal/sender.ts', 'journal/in-order.ts', 'replication/tracker.ts', 'replication/mirror.ts', 'replication/compare.ts', 'dataplane/ruleset.ts', 'dataplane/scheduler.ts', 'dataplane/levels.ts', 'dataplane/nf-tables.ts', 'rotation', 'journal/board-report.ts', 'conntrack/tally.ts', 'nanny/verdict.ts', 'nanny/dialogue.ts', 'nanny/dialogue-state.ts', 'nanny/answers.ts', 'nanny/channel.ts', 'nanny/tasks.ts', 'nanny/wanted.ts', 'nanny/failures.ts', 'pulse/liveness.ts', 'pulse/payload.ts', 'conntrack/flow.ts', 'conntrack/expectation.ts', 'sessions/view.ts', 'sessions/survival.ts', 'manual', 'migration']; // prettier-ignore
const ACTING = ['node:net', 'node:dgram', 'node:fs', 'node:child_process', 'node:timers', 'node:timers/promises', 'node:worker_threads', 'native.ts', 'addon.ts']; // prettier-ignore

interface Import {
  /** Both relative to src, such as `pulse/side.ts`; what is imported may be a package. */
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(SRC, from), 'utf8');
  const lines = text.matchAll(
    /^(?:import|export) (?:type )?[^;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm,
  );
  return Array.from(lines, ([line, ...names]) => {
    // One of the three has matched.
    const name = names.join('');
    const to = name.startsWith('.') ? normalize(join(dirname(from), name)).replace(/\.js$/, '.ts') : name;
    return { from, to, typeOnly: /^(?:import|export) type/.test(line) };
  });
}

const roomOf = (file: string): string => file.split('/')[0] ?? file;
const floorOf = (file: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
const imports = sources().flatMap(importsOf);
const own = imports.filter(({ to }) => to.endsWith('.ts'));

describe('the rooms of src/', () => {
  it('have a floor each', () => {
    const rooms = [...new Set(sources().map(roomOf))];
    expect(rooms.filter((room) => floorOf(room) < 0)).toEqual([]);
    expect(own.length).toBeGreaterThan(500);
  });

  it('know lower floors only', () => {
    const upwards = own.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(from) >= floorOf(to));
    expect(upwards.map(({ from, to }) => `${from} knows ${to}`)).toEqual([]);
  });

  it('have no circles inside either', () => {
    const known = new Map<string, string[]>();
    for (const { from, to, typeOnly } of own)
      if (!typeOnly) known.set(from, [...(known.get(from) ?? []), to]);
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
      if (path.includes(file) || done.has(file)) return;
      for (const next of known.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of known.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('reach the pulse side through its messages only', () => {
    const face = own.filter(({ from, to }) => roomOf(to) === 'pulse' && roomOf(from) !== 'pulse');
    const others = face.filter(({ from, to }) => to !== 'pulse/face.ts' && from !== 'daemon/pulse-thread.ts');
    expect(others.map(({ from, to }) => `${from} knows ${to}`)).toEqual([]);
  });

  it('run nft in one place', () => {
    const runners = own.filter(({ to }) => to === 'dataplane/nft.ts').map(({ from }) => from);
    // The drill's faults are tables of their own beside the daemon's.
    expect(runners.toSorted()).toEqual(['daemon/balancing.ts', 'drill/faults.ts']);
  });

  it.each(PURE)('%s cannot act', (pure) => {
    const inside = imports.filter(({ from }) => from === pure || from.startsWith(`${pure}/`));
    expect(sources().some((file) => file === pure || file.startsWith(`${pure}/`))).toBe(true);
    expect(inside.filter(({ to, typeOnly }) => !typeOnly && ACTING.includes(to))).toEqual([]);
  });

  it('say in their first lines what each file is for', () => {
    const silent = sources().filter(
      (file) => !/^(?:#!.*\n)?\/\*\*/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(silent.map((file) => relative('.', file))).toEqual([]);
  });

  it('have a page each that says the job and names files that are there', () => {
    const rooms = [...new Set(sources().map(roomOf))].filter((room) => !room.endsWith('.ts'));
    const wrong = rooms.flatMap((room) => {
      const page = join(SRC, room, 'README.md');
      const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
      const titled = new RegExp(`^# ${room}: .+\\n\\n.+\\n.+\\n\\n- `).test(text);
      const named = Array.from(text.matchAll(/`([a-z0-9-]+\.(?:ts|sh))`/g), ([, file = '']) => file);
      const missing = named.filter((file) => !existsSync(join(SRC, room, file)));
      return titled && missing.length === 0 ? [] : [`${room}: ${missing.join(', ')}`];
    });
    expect(wrong).toEqual([]);
  });
});
