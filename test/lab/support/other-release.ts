/**
 * A release of ftpair that writes another version of a format: a copy of the built program with one number changed, beside the
 * files of a lab, which takes it down with itself.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab } from '../../../src/lab/lab.js';
import { repositoryRoot } from '../../../src/lab/paths.js';

/** Where each format's version stands in the built program, and under which name. */
const CONSTANTS = {
  seal: ['seal/header.js', 'SEAL_VERSION'],
  pulse: ['pulse/face.js', 'PULSE_VERSION'],
  journal: ['journal/wire.js', 'WIRE_VERSION'],
} as const;

/** Makes it and returns the path of its main.js. @throws Error when the number is not where it should be. */
export function otherRelease(lab: Lab, format: keyof typeof CONSTANTS, version: number): string {
  const root = join(dirname(lab.config), `release-${format}-${version}`);
  cpSync(join(repositoryRoot, 'dist'), join(root, 'dist'), { recursive: true });
  symlinkSync(join(repositoryRoot, 'native'), join(root, 'native'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', version: '9.9.9' }));
  const [file, name] = CONSTANTS[format];
  const path = join(root, 'dist', file);
  const pieces = readFileSync(path, 'utf8').split(new RegExp(`export const ${name} = \\d+;`));
  if (pieces.length !== 2) throw new Error(`${name} is not in ${file} once`);
  writeFileSync(path, pieces.join(`export const ${name} = ${version};`));
  return join(root, 'dist/main.js');
}
