/** Rules about the two directors and their links. Pure: facts in, findings out. */
import { familyName, familyOf } from '../address.js';
import { error, formatPath, warning, type Finding } from '../complaint.js';
import { isName } from '../kinds.js';
import {
  field,
  items,
  linksOf,
  nodesOf,
  ownAddresses,
  repeated,
  type At,
  type DraftNode,
  type Facts,
} from './facts.js';

export function pairRules(facts: Facts): readonly Finding[] {
  return [
    ...exactlyTwo(facts),
    ...differentNames(facts),
    ...differentAddresses(facts),
    ...nodesOf(facts).flatMap(extraNames),
    ...nodesOf(facts).flatMap(interfaces),
    ...betweenNodes(facts),
    ...paths(facts),
    ...preferred(facts),
  ];
}

function preferred(facts: Facts): readonly Finding[] {
  const wanted = facts.draft.preferred?.node;
  const names = nodesOf(facts).flatMap((node) => field(node, 'name').map(({ value }) => value));
  if (wanted === undefined || names.length === 0 || names.includes(wanted)) return [];
  const problem = `there is no node named ${wanted}`;
  return [error(['preferred', 'node'], problem, `write one of ${names.join(' and ')}`)];
}

function exactlyTwo({ draft }: Facts): readonly Finding[] {
  const { nodes } = draft;
  if (nodes === undefined || nodes.length === 2) return [];
  if (nodes.length > 2) {
    return [error(['nodes', 2], `a pair has two nodes, not ${nodes.length}`, 'remove all but two nodes')];
  }
  const cure = 'add the other director, beginning with `- name: beta`';
  return [error(['nodes'], `a pair has two nodes, not ${nodes.length}`, cure)];
}

function differentNames(facts: Facts): readonly Finding[] {
  const names = nodesOf(facts).flatMap((node) => field(node, 'name'));
  return repeated(names, (name) => name.toLowerCase()).map(({ again }) =>
    error(again.path, `both nodes are named ${again.value}`, 'give each director a name of its own'),
  );
}

function differentAddresses(facts: Facts): readonly Finding[] {
  return repeated(ownAddresses(facts), (address) => address).map(({ again, first }) =>
    error(
      again.path,
      `${again.value} is already the address of ${formatPath(first.path.slice(0, -1))}`,
      'write the address that this director has on this interface',
    ),
  );
}

function extraNames(node: At<DraftNode>): readonly Finding[] {
  return ['public', 'private'].flatMap((name) => {
    const path = [...node.path, 'extra', name];
    if (!Object.hasOwn(node.value.extra ?? {}, name)) return [];
    const cure = 'give the extra link another name, such as `cross`';
    return [{ ...error(path, `${name} is a link that every node has already`, cure), at: 'key' as const }];
  });
}

function interfaces(node: At<DraftNode>): readonly Finding[] {
  const used = [...linksOf(node).values()].flatMap((link) => field(link, 'interface'));
  return repeated(used, (name) => name).map(({ again, first }) => {
    const problem = `${again.value} is already the interface of ${formatPath(first.path.slice(0, -1))}`;
    if (again.path.includes('extra')) {
      return warning(again.path, problem, 'use another interface: two paths over one cable fail together');
    }
    return error(again.path, problem, 'name the interface of this LAN, such as `eth1`');
  });
}

/** What one node says about a link must fit what the other says. */
function betweenNodes(facts: Facts): readonly Finding[] {
  const [a, b] = nodesOf(facts);
  if (facts.draft.nodes?.length !== 2 || a === undefined || b === undefined) return [];
  return [...missingExtras(a, b), ...missingExtras(b, a), ...differentFamilies(a, b)];
}

function missingExtras(here: At<DraftNode>, there: At<DraftNode>): readonly Finding[] {
  // Nothing can be said about extra links that could not be read.
  if (here.value.extra === undefined || there.value.extra === undefined) return [];
  const own = here.value.extra;
  const path = [...here.path, 'extra'];
  return (
    Object.keys(there.value.extra)
      // A name that is a mistake already is told there.
      .filter((name) => !Object.hasOwn(own, name) && isName(name) && name !== 'public' && name !== 'private')
      .map((name) => {
        const problem = `the other node has an extra link ${name}, this one has not`;
        return error(
          path,
          problem,
          `add \`${name}: { interface: eth2, address: 169.254.7.2 }\` here, or remove it there`,
        );
      })
  );
}

function differentFamilies(a: At<DraftNode>, b: At<DraftNode>): readonly Finding[] {
  const first = linksOf(a);
  return [...linksOf(b)].flatMap(([name, link]) => {
    const ours = link.value.address;
    const theirs = first.get(name)?.value.address;
    if (ours === undefined || theirs === undefined || familyOf(ours) === familyOf(theirs)) return [];
    const problem = `${ours} is ${familyName(ours)}, but ${theirs} at the other end of ${name} is ${familyName(theirs)}`;
    return [
      error(
        [...link.path, 'address'],
        problem,
        `write ${familyName(theirs)} here or ${familyName(ours)} there`,
      ),
    ];
  });
}

function paths(facts: Facts): readonly Finding[] {
  const list = facts.draft.pulse?.paths;
  if (list === undefined) return [];
  const base = ['pulse', 'paths'];
  const named = items(list, base);
  const twice = repeated(named, (name) => name).map(({ again }) =>
    error(again.path, `${again.value} is listed twice`, 'remove one of the two'),
  );
  return [...twice, ...pathCount(list.length), ...named.flatMap((path) => knownPath(facts, path))];
}

function pathCount(count: number): readonly Finding[] {
  const base = ['pulse', 'paths'];
  if (count === 0) return [error(base, 'the pulse needs a path', 'write `paths: [ public, private ]`')];
  if (count > 1) return [];
  const cure = 'list every link that the directors share, such as `paths: [ public, private ]`';
  return [warning(base, 'with one path, a cut cable looks like a dead peer', cure)];
}

function knownPath(facts: Facts, { path, value }: At<string>): readonly Finding[] {
  if (value === 'public' || value === 'private') return [];
  const extras = nodesOf(facts).flatMap((node) => (node.value.extra === undefined ? [] : [node.value.extra]));
  if (extras.length === 0 || extras.some((links) => Object.hasOwn(links, value))) return [];
  const known = [
    'public',
    'private',
    ...new Set(extras.flatMap((links) => Object.keys(links).filter(isName))),
  ];
  return [
    error(path, `no link is named ${value}`, `write one of ${known.join(', ')}, or add it under extra`),
  ];
}
