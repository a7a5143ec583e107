import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bench/replication/options.js';

describe("the replication benchmark's command line", () => {
  it('measures everything when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      type: 'run',
      options: {
        parts: ['sessions', 'cpu', 'lag', 'resync', 'memory', 'survival'],
        runs: 3,
        seconds: undefined,
        rate: 500,
        flows: 100_000,
        json: undefined,
      },
    });
  });

  it('takes parts, sizes and a file', () => {
    const words = ['--only', 'resync,lag', '--runs=1', '--seconds', '0.5', '--rate', '20', '--flows', '1000'];
    expect(parseOptions([...words, '--json', '/x'])).toEqual({
      type: 'run',
      options: { parts: ['resync', 'lag'], runs: 1, seconds: 0.5, rate: 20, flows: 1000, json: '/x' },
    });
  });

  it.each([
    [['--only', 'ram'], "--only: there is no 'ram'; there are sessions, cpu, lag, resync, memory, survival"],
    [['--runs', '101'], "--runs: '101' is not a whole number above 0, at most 100"],
    [['--flows', '250001'], "--flows: '250001' is not a whole number above 0, at most 250000"],
    [['--flows', '1e-3'], "--flows: '1e-3' is not a whole number above 0, at most 250000"],
    [['--rate', '0'], "--rate: '0' is not a number above 0, at most 10000"],
    [['--seconds', 'ten'], "--seconds: 'ten' is not a number above 0, at most 3600"],
  ])('refuses %j', (words, complaint) => {
    expect(parseOptions(words)).toEqual({ type: 'wrong', complaint });
  });

  it.each([[['--fast']], [['lag']], [['--runs']]])('refuses the unknown: %j', (words) => {
    expect(parseOptions(words).type).toBe('wrong');
  });

  it('helps', () => {
    expect(parseOptions(['--runs', '0', '--help'])).toEqual({ type: 'help' });
  });
});
