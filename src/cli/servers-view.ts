/** `ftpair servers`: asks for the status and shows what it says of the servers, or of those of one name. It decides nothing. */
import { didYouMean } from '../config/nearest.js';
import type { StatusView } from '../control/status.js';
import { ExitStatus, Fatal } from '../fatal.js';
import type { Screen } from './screen.js';
import { type NamedServer, serversNamed, shortNames } from './server-names.js';
import { renderServer, renderServers } from './servers-screen.js';
import { askStatus } from './talk.js';

export interface ServersOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
}

/** Throws `Fatal`: `usage` where no server has that name, `unreachable` without an answer. */
export async function serversCommand(
  word: string | undefined,
  { runtimeDir, json }: ServersOptions,
  screen: Screen,
): Promise<ExitStatus> {
  const view = await askStatus(runtimeDir);
  const found = word === undefined ? everyone(view) : named(view, word);
  if (json) screen.out(`${JSON.stringify(found.map(flat), missingAsNull, 2)}\n`);
  else if (word === undefined) screen.out(renderServers(view, screen.colour));
  else screen.out(found.map((one) => renderServer(view, one, screen.colour)).join('\n'));
  return ExitStatus.ok;
}

function everyone({ services }: StatusView): readonly NamedServer[] {
  return services.flatMap((service) => service.servers.map((server) => ({ service, server })));
}

function named(view: StatusView, word: string): readonly NamedServer[] {
  const found = serversNamed(view, word);
  if (found.length > 0) return found;
  const names = shortNames(view);
  throw new Fatal(
    ExitStatus.usage,
    `no server is named "${word}"${didYouMean(word, names)}`,
    names.length === 0 ? 'the config has no server' : `use one of ${names.join(', ')}`,
  );
}

function flat({ service, server }: NamedServer): object {
  return { service: service.name, ...server };
}

/** Every key is there for scripts. */
function missingAsNull(_key: string, value: unknown): unknown {
  return value === undefined ? null : value;
}
