/** The `real_server` blocks of one virtual server → its real servers. Their checks are read elsewhere. Pure. */
import { parseAddress } from '../../config/address.js';
import type { Ledger } from '../ledger.js';
import { portOf } from '../numbers.js';
import type { ServerPart } from '../parts.js';
import { fromLine, type Noted } from '../tree.js';
import { scaleWeights } from '../weights.js';
import type { Statement } from './parse.js';
import { numberOf, openShelf, tellWhole, type Shelf } from './shelf.js';

/** A real server that can be one of ours. */
export interface RealServer {
  readonly at: Statement;
  readonly shelf: Shelf;
  readonly address: string;
  readonly port: Noted<number> | undefined;
}

/** Every server whose address can be read. */
export function readServers(
  block: readonly Statement[],
  path: string,
  ledger: Ledger,
): readonly RealServer[] {
  const found: RealServer[] = [];
  for (const at of block.filter(({ key }) => key === 'real_server')) {
    const [text = '', portText] = at.words;
    const parsed = parseAddress(text);
    if (!parsed.ok) {
      tellWhole(
        ledger,
        at,
        'lost',
        'is not translated: it has no address that ftpair could use',
        parsed.cure,
      );
      continue;
    }
    ledger.became(at, `${path}.servers[${found.length}]`);
    const port = portText === undefined ? undefined : portOf(portText);
    found.push({ at, shelf: openShelf(at.block, ledger), address: parsed.value, port: port === undefined ? undefined : fromLine(port, at.line) }); // prettier-ignore
  }
  return found;
}

/** Servers have no names there; they get numbers. */
export function serverParts(
  servers: readonly RealServer[],
  path: string,
  ledger: Ledger,
): readonly ServerPart[] {
  const written = servers.map(({ shelf }) => numberOf(shelf.get('weight'), ledger) ?? 1);
  const scaled = scaleWeights(written.map((weight) => Math.round(weight)));
  return servers.map(({ at, address, port, shelf }, index): ServerPart => {
    const weightAt = shelf.get('weight');
    const weight = scaled[index] ?? 1;
    if (weightAt !== undefined && !ledger.isAnswered(weightAt)) sayWeight(weightAt, written[index] ?? 1, weight, `${path}.servers[${index}].weight`, ledger); // prettier-ignore
    return {
      name: { value: `server-${index + 1}`, note: 'the file has no names for servers' },
      addresses: [fromLine(address, at.line)],
      port,
      weight:
        weightAt === undefined && weight === 1 ? undefined : fromLine(weight, weightAt?.line ?? at.line),
    };
  });
}

function sayWeight(at: Statement, was: number, is: number, path: string, ledger: Ledger): void {
  if (was === is) ledger.became(at, path);
  else ledger.say('differs', at, `became ${path}, ${is} instead of ${was}: 100 is the most, and all are in proportion`, 'nothing to do'); // prettier-ignore
}

/** `uthreshold`: ours is one number for all servers of a service. */
export function limitOf(
  servers: readonly RealServer[],
  path: string,
  ledger: Ledger,
): Noted<number> | undefined {
  const limits = servers.flatMap(({ shelf }) => {
    const at = shelf.get('uthreshold');
    const value = numberOf(at, ledger);
    return at === undefined || value === undefined ? [] : [{ at, value: Math.round(value) }];
  });
  const most = Math.max(0, ...limits.map(({ value }) => value));
  if (most < 1 || most > 1_000_000) return undefined;
  for (const { at, value } of limits) {
    const into = `${path}.limits.sessions_per_server`;
    const same = value === most && limits.length === servers.length;
    if (same) ledger.became(at, into);
    else
      ledger.say('differs', at, `became ${into}, ${most} for every server of the service`, 'nothing to do');
  }
  return limits[0] === undefined ? undefined : fromLine(most, limits[0].at.line);
}
