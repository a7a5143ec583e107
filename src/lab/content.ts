/**
 * The files that the lab's servers offer: the same bytes on every machine and in every run, so that a checksum can
 * be written down. They are made once and then linked into each lab's tree.
 */
import { closeSync, existsSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { contentBytes } from '../drill/content-bytes.js';
import { labDirectory } from './paths.js';

/** A file that every server offers in its root. */
export interface ContentFile {
  readonly name: string;
  readonly bytes: number;
  /** Hex SHA-256. */
  readonly sha256: string;
}

/** 64 KiB, 4 MiB and 32 MiB. */
export const content = {
  small: {
    name: 'small.bin',
    bytes: 65_536,
    sha256: '5628bc02717999ad42333c61e9cc08535430c338338acb0ec241b5a586c9abd9',
  },
  middle: {
    name: 'middle.bin',
    bytes: 4_194_304,
    sha256: '4694af9bd7166b83a4cbe7b164f6f8fb07985e183de52678577a37727541fa63',
  },
  big: {
    name: 'big.bin',
    bytes: 33_554_432,
    sha256: '455b0a9d86d345d364e15ac6b7e19815357950162c0ef17240f0aa007e3e1493',
  },
} as const satisfies Record<string, ContentFile>;

function make(file: ContentFile, path: string): void {
  // Under another name first: a file that was interrupted half-way must never be taken for the whole.
  const draft = `${path}.${process.pid}`;
  const descriptor = openSync(draft, 'w', 0o644);
  for (const chunk of contentBytes(file)) writeSync(descriptor, chunk);
  closeSync(descriptor);
  renameSync(draft, path);
}

/** Makes the tree that servers offer: the content files, and `incoming` that belongs to the given user. */
export function makeTree(root: string): void {
  const store = join(labDirectory, 'content');
  mkdirSync(store, { recursive: true });
  mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const file of Object.values(content)) {
    const stored = join(store, file.name);
    if (!existsSync(stored)) make(file, stored);
    const offered = join(root, file.name);
    rmSync(offered, { force: true });
    linkSync(stored, offered);
  }
}
