/** What is seen of a drill while it runs. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heard, liveLines, liveProgress, type LiveState } from '../../../src/cli/drill-live.js';
import { createPaint } from '../../../src/cli/paint.js';

const plain = createPaint(false);
const NOTHING: LiveState = { begunAt: 1000, active: 'alpha', sessions: new Map() };

describe('the sessions of a drill that runs', () => {
  const state = [
    ['PASV idle', 1500, { state: 'ready', bytes: 0 }],
    ['PASV download', 1600, { state: 'ready', bytes: 1_048_576 }],
    ['EPRT upload', 1700, { state: 'survived', bytes: 2048 }],
  ].reduce((seen, [name, at, row]) => heard(seen, name as string, at as number, row as never), NOTHING);

  it('are drawn in as many columns as fit, under who is active', () => {
    expect(liveLines(state, 1749, 90, plain)).toEqual([
      '     0.7 s  active: alpha',
      '  PASV idle            0 B under way        EPRT upload      2.0 KiB survived       ',
      '  PASV download    1.0 MiB under way      ',
    ]);
    expect(liveLines(state, 1749, 60, plain)).toHaveLength(4);
  });

  it('that have begun to transfer and stand still for 150 ms say for how long, and not before', () => {
    expect(liveLines(state, 1749, 80, plain)[2]).toContain('under way');
    expect(liveLines(state, 1750, 80, plain)[2]).toContain('still 150 ms');
    const grown = heard(state, 'PASV download', 1750, { state: 'ready', bytes: 1_048_577 });
    expect(liveLines(grown, 1760, 80, plain)[2]).toContain('under way');
    const same = heard(state, 'PASV download', 1750, { state: 'ready', bytes: 1_048_576 });
    expect(liveLines(same, 1760, 80, plain)[2]).toContain('still 160 ms');
  });

  it('are nothing before there are any', () => {
    expect(liveLines(NOTHING, 5000, 80, plain)).toEqual([]);
  });
});

describe('the progress of a drill', () => {
  const written: string[] = [];
  const screen = {
    out: (text: string) => void written.push(text),
    err: () => undefined,
    colour: false,
    columns: 80,
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    written.length = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is a line for each step where there is no terminal, and nothing else', () => {
    const progress = liveProgress(screen, false, Date.now);
    progress.session('PASV idle', 'ready', 0);
    vi.advanceTimersByTime(2000);
    progress.step('daemon 4711 killed');
    progress.end();
    expect(written.join('')).toBe('     2.0 s  daemon 4711 killed\n');
  });

  it('draws the sessions again below the steps on a terminal, and takes them away at the end', () => {
    const progress = liveProgress(screen, true, Date.now);
    progress.role('alpha');
    progress.session('PASV idle', 'ready', 0);
    vi.advanceTimersByTime(200);
    expect(written).toEqual(['     0.2 s  active: alpha\n  PASV idle            0 B under way      \n']);
    progress.step('daemon 4711 killed');
    expect(written.at(-1)).toBe(
      '\u001b[2A\u001b[0J     0.2 s  daemon 4711 killed\n     0.2 s  active: alpha\n  PASV idle            0 B under way      \n',
    );
    progress.end();
    expect(written.at(-1)).toBe('\u001b[2A\u001b[0J');
    vi.advanceTimersByTime(1000);
    expect(written).toHaveLength(3);
  });
});
