import { describe, expect, it } from 'vitest';
import { fitnessOf, whyFitter } from '../../../src/election/fitness.js';

const whole = { links: 2, tracked: 1, preferred: false };

describe('fitness', () => {
  it('ranks links above tracked addresses above preference', () => {
    const oneLink = fitnessOf({ links: 1, tracked: 9, preferred: true });
    const noUplink = fitnessOf({ links: 2, tracked: 0, preferred: true });
    expect(fitnessOf(whole)).toBeGreaterThan(noUplink);
    expect(noUplink).toBeGreaterThan(oneLink);
    expect(fitnessOf({ ...whole, preferred: true })).toBeGreaterThan(fitnessOf(whole));
  });

  it('fits the 16 bits that the pulse has for it, whatever is counted', () => {
    expect(fitnessOf({ links: 1000, tracked: 1000, preferred: true })).toBe(0x7fff);
  });

  it('names what makes the difference', () => {
    expect(whyFitter(fitnessOf(whole), fitnessOf({ ...whole, links: 1 }))).toBe('linkDown');
    expect(whyFitter(fitnessOf(whole), fitnessOf({ ...whole, tracked: 0 }))).toBe('uplinkDown');
    expect(whyFitter(fitnessOf({ ...whole, preferred: true }), fitnessOf(whole))).toBe('preferred');
    expect(whyFitter(fitnessOf(whole), fitnessOf(whole))).toBeUndefined();
    expect(whyFitter(fitnessOf({ ...whole, links: 1 }), fitnessOf(whole))).toBeUndefined();
  });
});
