/** The other router's lvs.cf: where the two differ. Piranha never compared them. Pure. */
import { quote } from '../../config/parsed.js';
import type { Ledger, Occurrence } from '../ledger.js';
import type { Assignment, LvsFile, Section } from './parse.js';

/** Tells every key that the other file says in another way, or only one of the two says. */
export function comparePeer(own: LvsFile, peer: LvsFile, ledger: Ledger): void {
  const [here, there] = [flat(own.global), flat(peer.global)];
  for (const [path, mine] of here) {
    const theirs = there.get(path);
    if (theirs === undefined) ledger.warn(mine.at, 'stands in this file only, not in the peer\'s', cureOf(mine.at)); // prettier-ignore
    else if (theirs.value !== mine.value)
      ledger.warn(mine.at, `differs: ${quote(mine.value)} here, ${quote(theirs.value)} in line ${theirs.at.line} of the peer's file`, cureOf(mine.at)); // prettier-ignore
  }
  for (const [path, theirs] of there) {
    if (here.has(path)) continue;
    const key = `${theirs.at.key} (line ${theirs.at.line} of the peer's file)`;
    ledger.warn({ line: 0, key }, "stands in the peer's file only", 'find out which of the two is right');
  }
}

function cureOf({ key }: Occurrence): string {
  if (key === 'serial_no')
    return 'the two routers do not run the same configuration: import the one with the higher number';
  return 'find out which of the two is right';
}

interface Flat {
  readonly at: Occurrence;
  readonly value: string;
}

/** Every section and assignment by its way from the top; of several assignments the last. */
function flat(section: Section, path = ''): ReadonlyMap<string, Flat> {
  const entries = new Map<string, Flat>();
  const assign = (at: Assignment): void => {
    entries.set(`${path}/${at.key}`, { at, value: at.values.join(' ') });
  };
  for (const assignment of section.assignments) assign(assignment);
  for (const inner of section.sections) {
    const here = `${path}/${inner.kind} ${inner.name}`;
    entries.set(here, { at: inner, value: '' });
    for (const [key, value] of flat(inner, here)) entries.set(key, value);
  }
  return entries;
}
