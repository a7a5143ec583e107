/** A process that starts over in place: the same id, the same streams, another command line. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Bundle } from './bundle.js';

let probe: Bundle;

beforeAll(async () => {
  probe = await bundle(new URL('./execute-probe.ts', import.meta.url));
});

afterAll(() => {
  probe.remove();
});

function run(word: string): { readonly pid: number; readonly said: unknown } {
  const { pid, stdout } = spawnSync(process.execPath, [probe.file, word], { encoding: 'utf8' });
  return { pid, said: JSON.parse(stdout) };
}

describe('starting over', () => {
  it('keeps the process id and the streams, and takes the new words', () => {
    const { pid, said } = run('first');
    expect(said).toEqual({ pid, flags: ['--single-threaded-gc'], word: 'second ü', refused: [] });
  });

  it('goes on where the program cannot be started, and says the errno', () => {
    const { pid, said } = run('refused');
    // ENOENT, and EINVAL for no words at all.
    expect(said).toEqual({ pid, flags: [], word: 'refused', refused: [-2, -22] });
  });
});
