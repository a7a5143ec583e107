/** Rules about the page: where it may listen. Pure: facts in, findings out. */
import { error, warning, type Finding } from '../complaint.js';
import { isIP } from 'node:net';
import { items, linksOf, nodesOf, repeated, virtualAddresses, type At, type Facts } from './facts.js';

const PATH = ['web', 'listen'] as const;

export function webRules(facts: Facts): readonly Finding[] {
  const { web } = facts.draft;
  if (web === undefined) return [];
  const places = items(web.listen, PATH);
  if (web.listen?.length === 0)
    return [error(PATH, 'no place to listen is listed', 'write at least one, such as `listen: [private]`')];
  const twice = repeated(places, (place) => place).map(({ again }) =>
    error(again.path, `${again.value} is listed twice`, 'remove one of the two'),
  );
  return [...twice, ...places.flatMap((place) => placeRules(facts, place))];
}

function placeRules(facts: Facts, { path, value }: At<string>): readonly Finding[] {
  if (value === '0.0.0.0' || value === '::') {
    const problem = `${value} is every address of the machine, those on the public LAN and the virtual ones as well`;
    return [warning(path, problem, 'write `private`, or single addresses')];
  }
  const virtual = [...virtualAddresses(facts, 'public'), ...virtualAddresses(facts, 'gateway')];
  if (virtual.some((floating) => floating.value.address === value)) {
    const cure = "write an address that stays with each director, or a link's name, such as `private`";
    return [error(path, `${value} moves between the directors and is the clients'`, cure)];
  }
  const links = nodesOf(facts).map((node) => [...linksOf(node).keys()]);
  if (isIP(value) !== 0 || links.every((names) => names.includes(value))) return [];
  const known = [...new Set(links.flat())].join(', ');
  return [error(path, `${value} is not a link of both nodes`, `write ${known}, or an address`)];
}
