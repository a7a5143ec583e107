/** A small good file for the tests of this room, ways to change one thing in it, and the form of their tables. */
import { expect, it } from 'vitest';
import { formatComplaint } from '../../../src/config/complaint.js';
import { parseConfig } from '../../../src/config/load.js';

/** Line numbers are part of the tests: line 1 is `nodes:`, line 18 the last server. */
export const GOOD = `nodes:
  - name: alpha
    public: { interface: eth0, address: 192.0.2.2 }
    private: { interface: eth1, address: 10.0.0.2 }
  - name: beta
    public: { interface: eth0, address: 192.0.2.3 }
    private: { interface: eth1, address: 10.0.0.3 }
pulse:
  key_file: /etc/ftpair/pair.key
virtual_addresses:
  public: [192.0.2.10/24]
  gateway: [10.0.0.1/24]
services:
  - name: ftp
    address: 192.0.2.10
    servers:
      - { name: one, address: 10.0.0.11 }
      - { name: two, address: 10.0.0.12 }
`;

/** The good file with one piece of text replaced; the piece must be there exactly once. */
export function change(from: string, to: string, text: string = GOOD): string {
  if (text.split(from).length !== 2) throw new Error(`not exactly once in the text: ${from}`);
  return text.replace(from, () => to);
}

/** The line with the key file, to hang other keys of `pulse` on. */
export const KEY_LINE = 'key_file: /etc/ftpair/pair.key\n';

/** `KEY_LINE` and, in line 10, one more key of `pulse`. */
export function pulse(more: string): string {
  return `${KEY_LINE}  ${more}\n`;
}

/** The last line. */
export const LAST = '      - { name: two, address: 10.0.0.12 }\n';

/** `LAST` and, from line 19, more. */
export function after(more: string): string {
  return `${LAST}${more}\n`;
}

/** What is said about a text, errors and warnings. */
export function complaintsOf(text: string): readonly string[] {
  const result = parseConfig(text, 'F');
  return (result.ok ? result.warnings : result.complaints).map(formatComplaint);
}

/** Rows: what is wrong, the text replaced, its replacement, how each complaint begins. */
export type Row = readonly [what: string, from: string, to: string, ...starts: readonly string[]];

/** One test per row. */
export function hold(rows: readonly Row[]): void {
  it.each(rows)('%s', (_what, from, to, ...starts) => {
    const complaints = complaintsOf(change(from, to));
    // Each complaint is cut to the length of its expectation, so that a missing or additional one shows.
    expect(complaints.map((text, index) => text.slice(0, starts[index]?.length ?? 200))).toEqual(starts);
  });
}
