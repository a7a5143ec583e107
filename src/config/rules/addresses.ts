/** Rules about the addresses that float between the directors. Pure: facts in, findings out. */
import { error, formatPath, type Finding } from '../complaint.js';
import {
  addressesOf,
  ownAddresses,
  repeated,
  serversOf,
  servicesOf,
  virtualAddresses,
  type Facts,
} from './facts.js';

export function addressRules(facts: Facts): readonly Finding[] {
  return [...present(facts), ...unique(facts), ...nobodysOwn(facts), ...tracked(facts)];
}

function present({ draft }: Facts): readonly Finding[] {
  const { public: vips, gateway } = draft.virtual_addresses ?? {};
  const findings: Finding[] = [];
  if (vips?.length === 0) {
    const cure = 'write the address that clients connect to, such as `public: [ 192.0.2.10/24 ]`';
    findings.push(error(['virtual_addresses', 'public'], 'no virtual address is listed', cure));
  }
  if (gateway?.length === 0) {
    const cure = "write the real servers' default route, such as `gateway: [ 10.0.0.1/24 ]`";
    findings.push(error(['virtual_addresses', 'gateway'], 'no gateway address is listed', cure));
  }
  return findings;
}

function unique(facts: Facts): readonly Finding[] {
  const all = [...virtualAddresses(facts, 'public'), ...virtualAddresses(facts, 'gateway')];
  return repeated(all, ({ address }) => address).map(({ again, first }) =>
    error(
      again.path,
      `${again.value.address} is already listed at ${formatPath(first.path)}`,
      'list every virtual address once',
    ),
  );
}

/** A virtual address that also belongs to a director or a real server would be answered twice. */
function nobodysOwn(facts: Facts): readonly Finding[] {
  const servers = servicesOf(facts).flatMap(serversOf);
  const owned = [...ownAddresses(facts), ...servers.flatMap(addressesOf)];
  const all = [...virtualAddresses(facts, 'public'), ...virtualAddresses(facts, 'gateway')];
  return all.flatMap(({ path, value }) => {
    const owner = owned.find((own) => own.value === value.address);
    if (owner === undefined) return [];
    const problem = `${value.address} is also ${formatPath(owner.path)}`;
    return [
      error(path, problem, 'use an address that no machine has of its own: it moves between the directors'),
    ];
  });
}

function tracked({ draft }: Facts): readonly Finding[] {
  const list = (draft.track ?? []).flatMap((value, index) =>
    value === undefined ? [] : [{ path: ['track', index], value }],
  );
  return repeated(list, (address) => address).map(({ again }) =>
    error(again.path, `${again.value} is listed twice`, 'remove one of the two'),
  );
}
