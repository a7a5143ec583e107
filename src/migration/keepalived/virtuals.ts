/** Which `virtual_server` blocks become services: those that can be FTP's control connections. All others are told. Pure. */
import type { Ledger } from '../ledger.js';
import { createNames } from '../names.js';
import type { ServicePart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import { fromLine, toChange, type Noted } from '../tree.js';
import { endpointOf, type Endpoint, type Groups } from './endpoints.js';
import type { Statement } from './parse.js';
import type { HookList } from './roles.js';
import { serviceOf, type Frame } from './service.js';
import { tellWhole } from './shelf.js';

interface Candidate {
  readonly at: Statement;
  readonly endpoint: Endpoint;
}

/** Sorts the blocks out; what is no FTP is told as a whole. */
export function candidatesOf(
  blocks: readonly Statement[],
  groups: Groups,
  ledger: Ledger,
): readonly Candidate[] {
  const addresses = new Set(blocks.filter(({ words }) => words[1] === '21').map(({ words }) => words[0]));
  return blocks.flatMap((at) => {
    const protocol = at.block.findLast(({ key }) => key === 'protocol')?.words[0]?.toUpperCase() ?? 'TCP';
    const endpoint =
      protocol === 'TCP' ? endpointOf(at, groups, ledger) : `${protocol.slice(0, 20)} is not FTP`;
    if (typeof endpoint !== 'string') return [{ at, endpoint }];
    const dataPort = at.words[1] === '20' && addresses.has(at.words[0]);
    if (dataPort) tellWhole(ledger, at, 'differs', 'is part of the service at port 21: the helper finds the data channels', 'nothing to do'); // prettier-ignore
    else tellWhole(ledger, at, 'lost', `is not translated: ${endpoint}, and ftpair serves FTP only`, 'keep another balancer for it, on an address of its own'); // prettier-ignore
    return [];
  });
}

/** Everything that services need from the rest of the file. */
export interface Surroundings {
  readonly publics: readonly Noted<string>[];
  readonly hooks: HookList;
  readonly placeholders: Placeholders;
  readonly ledger: Ledger;
}

/** Translates the candidates. */
export function servicesOf(
  candidates: readonly Candidate[],
  surroundings: Surroundings,
): readonly ServicePart[] {
  const names = createNames();
  return candidates.map(({ at, endpoint }, index) => {
    const { ledger, hooks } = surroundings;
    const path = `services[${index}]`;
    const name = names.next(at.words[0] === 'group' ? (at.words[1] ?? '') : 'ftp', 'ftp');
    const frame: Frame = {
      path,
      name: fromLine(name, at.line),
      addresses: addressesFor(at, endpoint, path, surroundings),
      port: { value: endpoint.port, note: endpoint.portNote },
      only: candidates.length === 1,
    };
    if (endpoint.mark === undefined) ledger.became(at, path);
    else sayMark(at, endpoint.mark, path, ledger);
    return serviceOf(at, frame, hooks, ledger);
  });
}

function sayMark(at: Statement, mark: string, path: string, ledger: Ledger): void {
  const problem = `mark ${mark.slice(0, 20)} became ${path}: the kernel's FTP helper finds the data channels, in active and passive mode`;
  ledger.say('differs', at, problem, 'remove the iptables rules that set the mark and those that masquerade port 20, and pasv_address on the servers'); // prettier-ignore
}

/** The rules that set a mark are not in the file; the public addresses are. */
function addressesFor(
  at: Statement,
  endpoint: Endpoint,
  path: string,
  { publics, placeholders, ledger }: Surroundings,
): readonly Noted<string>[] {
  // prettier-ignore
  if (endpoint.addresses.length > 0) return endpoint.addresses;
  const [first] = publics;
  const what = 'the virtual address whose packets got the mark';
  if (first === undefined) return [placeholders.address(what)];
  const value = first.value.split('/', 1)[0] ?? '';
  if (publics.length === 1) return [{ value, note: first.note }];
  ledger.fillIn(`${path}.address`, `line ${at.line} has a mark, and which address gets it is not in the file`, `write ${what}`); // prettier-ignore
  return [toChange(value, what)];
}
