import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRoom } from '../../../bench/replication/room.js';

describe("the kernel's limit of flows", () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'room-'));
    file = join(directory, 'nf_conntrack_max');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const limit = (): string => readFileSync(file, 'utf8');

  it('is raised where it is too low, with some to spare, and put back', () => {
    writeFileSync(file, '65536\n');
    const restore = makeRoom(100_000, file);
    expect(limit()).toBe('101000');
    restore();
    expect(limit()).toBe('65536');
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it.each(['101000\n', '0\n'])('is left alone at %j', (text) => {
    writeFileSync(file, text);
    makeRoom(100_000, file)();
    expect(limit()).toBe(text);
  });

  it('that may not be set is said with its cure', () => {
    // A setting of the kernel that is read-only for root too, and far below what is wanted.
    expect(() => makeRoom(100_000, '/proc/sys/kernel/random/poolsize')).toThrow(
      /nf_conntrack_max is 256, 101000 are needed, and it cannot be set/,
    );
  });
});
