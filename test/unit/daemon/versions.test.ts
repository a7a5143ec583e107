import { describe, expect, test } from 'vitest';
import { formatVersions, versionAlerts, versionObstacle } from '../../../src/daemon/versions.js';

const UNHEARD = formatVersions({ seal: undefined, pulse: undefined }, undefined);
const ALIKE = formatVersions({ seal: 1, pulse: 1 }, 4);
const NEWER = formatVersions({ seal: 1, pulse: 1 }, 5);
const NEWEST = formatVersions({ seal: 1, pulse: 1 }, 6);
const DEAF = formatVersions({ seal: 1, pulse: 7 }, undefined);

describe('the versions of both directors', () => {
  test('stand beside each other, format by format', () => {
    expect(NEWER).toEqual([
      { format: 'seal', ours: 1, theirs: 1 },
      { format: 'pulse', ours: 1, theirs: 1 },
      { format: 'journal', ours: 4, theirs: 5 },
    ]);
  });

  test('are worth an alert when they begin to differ, and when they cease to', () => {
    const differs = { id: 'version-differs', peer: 'beta', format: 'journal', ours: 4, theirs: 5 };
    expect(versionAlerts(UNHEARD, NEWER, 'beta')).toEqual([differs]);
    expect(versionAlerts(ALIKE, NEWER, 'beta')).toEqual([differs]);
    expect(versionAlerts(NEWER, ALIKE, 'beta')).toEqual([
      { id: 'version-agrees', peer: 'beta', format: 'journal', version: 4 },
    ]);
  });

  test('are worth none as long as nothing begins or ends: not when first heard alike, not from one foreign one to another', () => {
    expect(versionAlerts(UNHEARD, ALIKE, 'beta')).toEqual([]);
    expect(versionAlerts(NEWER, NEWER, 'beta')).toEqual([]);
    expect(versionAlerts(NEWER, NEWEST, 'beta')).toEqual([]);
    expect(versionAlerts(ALIKE, UNHEARD, 'beta')).toEqual([]);
  });

  test('are in the way of a handover where they differ, and the older one is to be upgraded', () => {
    expect(versionObstacle(ALIKE, 'beta')).toBeUndefined();
    expect(versionObstacle(UNHEARD, 'beta')).toBeUndefined();
    expect(versionObstacle(NEWER, 'beta')).toBe(
      'beta writes version 5 of the journal, this director version 4, and no session is replicated: upgrade this director.',
    );
    expect(versionObstacle(formatVersions({ seal: 1, pulse: 1 }, 1), 'beta')).toBe(
      'beta writes version 1 of the journal, this director version 4, and no session is replicated: upgrade beta.',
    );
    expect(versionObstacle(DEAF, 'beta')).toContain('version 7 of the pulse');
  });
});
