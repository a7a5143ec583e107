/** Names of the file → names that ours may have: other characters, and no two alike. Pure. */
import { isName } from '../config/kinds.js';
import { SORRY } from '../config/servers.js';

export interface Names {
  /** A name for this text, which no earlier call got (capitals aside). */
  readonly next: (text: string, fallback: string) => string;
}

/** One list of names: of the services, or of the servers of one service. */
export function createNames(): Names {
  // The sorry server has this name already.
  const used = new Map<string, number>([[SORRY, 1]]);
  return {
    next: (text, fallback) => {
      const wanted = nameOf(text) ?? fallback;
      let name = wanted;
      // The count goes on where it was: a file of a thousand equal names is not gone through a million times.
      for (let count = used.get(wanted.toLowerCase()) ?? 0; used.has(name.toLowerCase()); count++) {
        name = `${wanted.slice(0, 56)}-${count + 1}`;
        used.set(wanted.toLowerCase(), count + 1);
      }
      used.set(name.toLowerCase(), used.get(name.toLowerCase()) ?? 1);
      return name;
    },
  };
}

/** The text with dashes for what no name may hold; nothing where nothing is left. */
export function nameOf(text: string): string | undefined {
  const name = text
    .slice(0, 200)
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .replace(/-+$/, '')
    .slice(0, 63);
  return isName(name) ? name : undefined;
}
