/** Which links the journal travels on. Pure. */
import type { Config, DirectorConfig, LinkConfig } from '../config/model.js';
import type { JournalPath } from '../journal/links.js';

/** The journal takes the pulse's paths, private ones first: the public LAN belongs to the clients. */
export function journalPaths(config: Config, self: 0 | 1): JournalPath[] {
  const own = config.nodes[self];
  const peer = config.nodes[self === 0 ? 1 : 0];
  const paths = config.pulse.paths.flatMap((name): JournalPath[] => {
    const mine = linkOf(own, name);
    const theirs = linkOf(peer, name);
    if (mine === undefined || theirs === undefined) return [];
    return [{ name, interface: mine.interface, own: mine.address, peer: theirs.address }];
  });
  return [...paths.filter(({ name }) => name !== 'public'), ...paths.filter(({ name }) => name === 'public')];
}

/** The link of a path: `public`, `private` or one of `extra`. */
function linkOf(director: DirectorConfig, path: string): LinkConfig | undefined {
  if (path === 'public' || path === 'private') return director[path];
  return director.extra[path];
}
