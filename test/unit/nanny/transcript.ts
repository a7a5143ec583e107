/** Transcripts of a dialogue, played event by event: tests say what happens and what the probe does. */
import { expect } from 'vitest';
import type { Advance } from '../../../src/nanny/dialogue-state.js';
import { advance, startProbe, type ProbeEvent } from '../../../src/nanny/dialogue.js';
import type { ProbeAction } from '../../../src/nanny/phase.js';
import type { SpokenRequest } from '../../../src/nanny/request.js';
import type { ProbeResult } from '../../../src/nanny/result.js';
import { millis } from '../../../src/time.js';

/**
 * Transcripts. `<` is what happens (a line that starts with a digit comes from the server), `>` what the probe
 * does, `=` how it ends. Each event comes 10 ms after the one before.
 */
export function play(asked: SpokenRequest, transcript: readonly string[]): string[] {
  let at = 1000;
  let current = startProbe(asked, millis(at));
  const log = write(current);
  for (const line of transcript.filter((each) => each.startsWith('<'))) {
    at += 10;
    log.push(line);
    current = advance(current.state, { ...eventOf(line.slice(2)), at: millis(at) } as ProbeEvent);
    log.push(...write(current));
  }
  return log;
}

export function eventOf(words: string): object {
  const [first = '', second = '', third = ''] = words.split(' ');
  if (/^[0-9]/.test(words) || first === 'HTTP/1.1') {
    return { type: 'data', bytes: Buffer.from(`${words.replaceAll(' / ', '\r\n')}\r\n`) };
  }
  if (first === 'listening') return { type: 'listening', address: second, port: Number(third) };
  if (first === 'raw') return { type: 'data', bytes: Buffer.from(words.slice(4), 'latin1') };
  if (second === 'failed') return { type: 'failed', channel: first, code: third };
  if (second === 'bytes') return { type: 'dataBytes', count: Number(third) };
  if (second === 'connected') return { type: 'dataConnected', from: third === '' ? '192.0.2.10' : third };
  if (first === 'data') return { type: 'dataClosed', sha256: third };
  return { type: first };
}

function write({ state, actions }: Advance): string[] {
  const done = actions.map((action) => `> ${wordsOf(action)}`);
  if (state.type === 'running' || actions.length === 0) return done;
  return [...done, `= ${endOf(state.result)}`];
}

function wordsOf(action: ProbeAction): string {
  switch (action.type) {
    case 'connect':
      return `connect ${action.address} ${action.port}`;
    case 'openData':
      return `data ${action.address} ${action.port}`;
    case 'send':
      return action.line;
    case 'secure':
      return `secure ${action.channel}`;
    case 'write':
      return `write ${JSON.stringify(action.text)}`;
    case 'listen':
      return 'listen';
    case 'upload':
      return `upload ${Buffer.from(action.bytes).toString()}`;
    case 'close':
      return 'close';
  }
}

function endOf(result: ProbeResult): string {
  return result.ok ? 'ok' : `${result.reason} at ${result.step}: ${result.detail}`;
}

export function follows(asked: SpokenRequest, transcript: readonly string[]): void {
  expect(play(asked, transcript)).toEqual(transcript);
}
