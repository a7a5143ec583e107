import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse227, parse229 } from '../../../src/nanny/passive.js';

describe('227 (RFC 959)', () => {
  it.each([
    ['as everybody writes it', 'Entering Passive Mode (192,0,2,10,39,17).'],
    ['without parentheses (RFC 1123 §4.1.2.6)', 'Entering Passive Mode 192,0,2,10,39,17'],
    ['with an equals sign', '=192,0,2,10,39,17'],
    ['with another number before it', 'Passive mode 2 OK (192,0,2,10,39,17)'],
  ])('is read %s', (_, text) => {
    // 39 * 256 + 17
    expect(parse227(text)).toEqual({ ok: true, address: '192.0.2.10', port: 10_001 });
  });

  it.each([
    ['notFound', 'Entering Passive Mode'],
    ['notFound', 'Entering Passive Mode (192,0,2,10,39)'],
    ['notFound', 'Entering Passive Mode (192,0,2,10,39,17,5)'],
    ['notFound', 'Entering Passive Mode (1192,0,2,10,39,17)'],
    ['notFound', 'Entering Passive Mode (192.0.2.10.39.17)'],
    ['outOfRange', 'Entering Passive Mode (256,0,2,10,39,17)'],
    ['outOfRange', 'Entering Passive Mode (192,0,2,10,39,256)'],
    ['portZero', 'Entering Passive Mode (192,0,2,10,0,0)'],
  ])('is refused as %s: %s', (fault, text) => {
    expect(parse227(text)).toEqual({ ok: false, fault });
  });

  it('takes the largest and the smallest port', () => {
    expect(parse227('(255,255,255,255,255,255)')).toEqual({
      ok: true,
      address: '255.255.255.255',
      port: 65_535,
    });
    expect(parse227('(0,0,0,0,0,1)')).toEqual({ ok: true, address: '0.0.0.0', port: 1 });
  });
});

describe('229 (RFC 2428 §3)', () => {
  it.each([
    ['the example of the RFC', 'Entering Extended Passive Mode (|||6446|)'],
    ['another delimiter', 'Entering Extended Passive Mode (!!!6446!)'],
    ['other parentheses before it', 'Mode (extended) entered (|||6446|).'],
  ])('is read: %s', (_, text) => {
    expect(parse229(text)).toEqual({ ok: true, address: undefined, port: 6446 });
  });

  it.each([
    ['notFound', 'Entering Extended Passive Mode'],
    ['notFound', 'Entering Extended Passive Mode |||6446|'],
    ['notFound', '(||6446|)'],
    ['notFound', '(||!6446|)'],
    ['notFound', '(|||6446!)'],
    ['notFound', '(|||6446)'],
    ['notFound', '(111644 61)'],
    ['notFound', '(11164461)'],
    ['notFound', '(|1|192.0.2.10|6446|)'],
    ['outOfRange', '(|||65536|)'],
    ['portZero', '(|||0|)'],
  ])('is refused as %s: %s', (fault, text) => {
    expect(parse229(text)).toEqual({ ok: false, fault });
  });
});

it('any text gives an endpoint with a usable port or a fault, and never throws', () => {
  const noise = fc.oneof(fc.string(), fc.stringMatching(/^[0-9,|()]{0,40}$/));
  fc.assert(
    fc.property(noise, (text) => {
      for (const parsed of [parse227(text), parse229(text)]) {
        if (parsed.ok) expect(parsed.port > 0 && parsed.port < 65_536).toBe(true);
      }
    }),
  );
});
