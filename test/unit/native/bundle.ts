/**
 * Workers and child processes run plain JavaScript: this bundles a TypeScript file of these tests into a
 * temporary directory, laid out like the package so that the addon is found.
 */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Bundle {
  readonly file: string;
  remove(): void;
}

export async function bundle(source: URL): Promise<Bundle> {
  const directory = mkdtempSync(join(tmpdir(), 'ftpair-bundle-'));
  symlinkSync(fileURLToPath(new URL('../../../native', import.meta.url)), join(directory, 'native'));
  const file = join(directory, 'dist', 'bundle.mjs');
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  return {
    file,
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}
