/** Where a director listens: its own addresses of what the config lists for both. Pure. */
import type { Config, DirectorConfig } from '../config/model.js';

/** The addresses that this director listens on; those of the other one's links are left to it. */
export function placesOf(config: Config, self: 0 | 1): readonly string[] {
  const own = linksOf(config.nodes[self]);
  const others = [...linksOf(config.nodes[self === 0 ? 1 : 0]).values()];
  const places = (config.web?.listen ?? []).map((place) => own.get(place) ?? place);
  return [...new Set(places.filter((place) => !others.includes(place)))];
}

function linksOf(node: DirectorConfig): ReadonlyMap<string, string> {
  const links = { public: node.public, private: node.private, ...node.extra };
  return new Map(Object.entries(links).map(([name, { address }]) => [name, address]));
}

/** Host names that are this page's, in lower case. */
export function namesOf(config: Config): readonly string[] {
  const names = [...config.nodes.map(({ name }) => name), ...(config.web?.names ?? []), 'localhost'];
  return names.map((name) => name.toLowerCase());
}
