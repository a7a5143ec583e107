/** Puts a config file in the place of another: as a whole, with the old one kept beside it as `FILE.previous`. */
import {
  closeSync,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Puts back what was there before. */
export type FileUndo = () => void;

/** Throws the system's error, and the old file is still there. A text that the file has already changes nothing. */
export function replaceFile(file: string, text: string): FileUndo {
  const before = readFileSync(file, 'utf8');
  if (before === text) return () => undefined;
  copyFileSync(file, `${file}.previous`);
  write(file, text);
  return () => {
    write(file, before);
  };
}

function write(file: string, text: string): void {
  const beside = `${file}.new`;
  const { mode } = statSync(file);
  const descriptor = openSync(beside, 'w', 0o600);
  try {
    fchmodSync(descriptor, mode & 0o777);
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
}
