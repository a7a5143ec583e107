/** Bytes as one writes them down to be read: hexadecimal digits, blanks and lines as one likes, notes from # on. */
export function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex');
}

/** The same as digits only, for a difference that can be read. */
export function digits(text: string): string {
  return bytes(text).toString('hex');
}
