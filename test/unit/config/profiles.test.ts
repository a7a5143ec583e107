import { describe, expect, it } from 'vitest';
import { withProfile } from '../../../src/config/profiles.js';

describe('profiles', () => {
  it('fast stands in for the numbers that are left out, and what is written wins', () => {
    expect(withProfile({ pulse: { profile: 'fast', lease: '90ms', port: 1 } })).toEqual({
      pulse: {
        profile: 'fast',
        port: 1,
        interval: '3ms',
        silence: '9ms',
        probe_count: 2,
        probe_spacing: '1ms',
        lease: '90ms',
      },
    });
  });

  it('default adds nothing: the schema has its numbers', () => {
    expect(withProfile({ pulse: { profile: 'default' } })).toEqual({ pulse: { profile: 'default' } });
  });

  it.each([[null], ['text'], [[]], [{ pulse: null }], [{ pulse: [] }]])('leaves %j as it is', (file) => {
    expect(withProfile(file)).toEqual(file);
  });
});
