import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bench/takeover/options.js';

describe("the takeover benchmark's command line", () => {
  it('measures everything when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      type: 'run',
      options: {
        parts: ['power', 'handover', 'doubles', 'load', 'idle'],
        profiles: ['fast', 'default'],
        runs: undefined,
        minutes: 10,
        json: undefined,
      },
    });
  });

  it('takes parts, profiles, counts and a file', () => {
    const words = [
      '--only',
      'power,load',
      '--profile',
      'fast',
      '--runs',
      '3',
      '--minutes=0.5',
      '--json',
      '/x',
    ];
    expect(parseOptions(words)).toEqual({
      type: 'run',
      options: { parts: ['power', 'load'], profiles: ['fast'], runs: 3, minutes: 0.5, json: '/x' },
    });
  });

  it('names what there is for a part that does not exist', () => {
    expect(parseOptions(['--only', 'powr'])).toEqual({
      type: 'wrong',
      complaint: "--only: there is no 'powr'; there are power, handover, doubles, load, idle",
    });
  });

  it.each([
    [['--runs', '0'], "--runs: '0' is not a whole number above 0, at most 10000"],
    [['--runs', '1.5'], "--runs: '1.5' is not a whole number above 0, at most 10000"],
    [['--runs', '10001'], "--runs: '10001' is not a whole number above 0, at most 10000"],
    [['--minutes', ''], "--minutes: '' is not a number above 0, at most 10000"],
    [['--minutes', 'ten'], "--minutes: 'ten' is not a number above 0, at most 10000"],
  ])('refuses %j', (words, complaint) => {
    expect(parseOptions(words)).toEqual({ type: 'wrong', complaint });
  });

  it.each([[['--fast']], [['power']], [['--runs']]])('refuses the unknown: %j', (words) => {
    expect(parseOptions(words).type).toBe('wrong');
  });

  it('helps', () => {
    expect(parseOptions(['--only', 'power', '--help'])).toEqual({ type: 'help' });
  });
});
