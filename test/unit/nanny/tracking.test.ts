import { describe, expect, it } from 'vitest';
import { departed, freshTrack, reply, tick, type Track } from '../../../src/nanny/tracking.js';
import { millis } from '../../../src/time.js';

/**
 * A row of events: `t` an interval of 1000 ms passes, a number is a reply to that request, 3 ms later than the
 * event before. Out: `+` became alive, `-` became dead, `.` no change, `?` not an answer.
 */
function row(words: string): { readonly out: string; readonly track: Track } {
  let track = freshTrack;
  let at = 0;
  let ticks = 0;
  const out = words.split(' ').map((word) => {
    at = word === 't' ? 1000 * ticks++ : at + 3;
    const next = word === 't' ? tick(track, millis(at)) : reply(track, Number(word), millis(at));
    if (next === undefined) return '?';
    track = next.track;
    if (!next.changed) return '.';
    return track.alive === true ? '+' : '-';
  });
  return { out: out.join(''), track };
}

describe('an address that is asked for an echo', () => {
  it('is alive after one reply, with its round trip', () => {
    const { out, track } = row('t 1');
    expect(out).toBe('.+');
    expect(track.echoMillis).toBe(3);
  });

  it('is dead when the third request in a row stays without a reply', () => {
    expect(row('t 1 t 2 t t t t').out).toBe('.+.....-');
  });

  it('is dead from the start after three requests without a reply', () => {
    expect(row('t t t t t').out).toBe('...-.');
  });

  it('stays alive when a reply comes in between', () => {
    expect(row('t 1 t t t 4 t t t').out).toBe('.+.......');
  });

  it('is alive again after one reply', () => {
    expect(row('t t t t 4').out).toBe('...-+');
  });

  it('takes a reply to an earlier request, with the round trip from that one', () => {
    const { out, track } = row('t t t 1');
    expect(out).toBe('...+');
    expect(track.echoMillis).toBe(2003);
  });

  it('counts the round trip from when the request really left', () => {
    const { track } = tick(freshTrack, millis(1000));
    expect(reply(departed(track, 1, millis(1040)), 1, millis(1042))?.track.echoMillis).toBe(2);
  });

  it('takes no reply twice, none to a request never sent, and none to one long past', () => {
    expect(row('t 1 1').out).toBe('.+?');
    expect(row('t 2').out).toBe('.?');
    expect(row('t t t t t 1').out).toBe('...-.?');
  });

  it('counts sequence numbers around their end', () => {
    const { track } = tick({ ...freshTrack, sequence: 0xffff }, millis(0));
    expect(track.sequence).toBe(0);
    expect(reply(track, 0, millis(1))?.track.alive).toBe(true);
  });
});
