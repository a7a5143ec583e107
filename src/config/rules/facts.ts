/**
 * What the rules between values look at: the file as far as it is good, walked with the path of every value.
 * No rule is decided here.
 */
import type { Path } from '../complaint.js';
import type { Draft, Partly } from '../draft.js';
import type { VirtualAddress } from '../model.js';
import type { FileShape } from '../schema.js';

/** A good value and where it stands. */
export interface At<T> {
  readonly path: Path;
  readonly value: T;
}

export interface Facts {
  readonly draft: Draft;
  /** Whether a key is written in the file, rather than filled in by a default. */
  readonly written: (path: Path) => boolean;
}

export type DraftNode = Partly<FileShape['nodes'][number]>;
export type DraftLink = Partly<FileShape['nodes'][number]['public']>;
export type DraftService = Partly<FileShape['services'][number]>;
export type DraftServer = Partly<FileShape['services'][number]['servers'][number]>;

/** The good items of a list, with their paths. */
export function items<T>(list: readonly (T | undefined)[] | undefined, path: Path): readonly At<T>[] {
  return (list ?? []).flatMap((value, index) =>
    value === undefined ? [] : [{ path: [...path, index], value }],
  );
}

/** A field of something, when it is good. */
export function field<T extends object, K extends keyof T & string>(
  { path, value }: At<T>,
  key: K,
): readonly At<NonNullable<T[K]>>[] {
  const found = value[key];
  return found === undefined || found === null ? [] : [{ path: [...path, key], value: found }];
}

export function nodesOf(facts: Facts): readonly At<DraftNode>[] {
  return items(facts.draft.nodes, ['nodes']);
}

export function servicesOf(facts: Facts): readonly At<DraftService>[] {
  return items(facts.draft.services, ['services']);
}

export function serversOf({ path, value }: At<DraftService>): readonly At<DraftServer>[] {
  return items(value.servers, [...path, 'servers']);
}

/** The addresses of a service or a server, written one way or the other. */
export function addressesOf(item: At<DraftService> | At<DraftServer>): readonly At<string>[] {
  return [
    ...field<DraftService | DraftServer, 'address'>(item, 'address'),
    ...items(item.value.addresses, [...item.path, 'addresses']),
  ];
}

/** The links of a node by path name: `public`, `private`, and the extra ones. */
export function linksOf(node: At<DraftNode>): ReadonlyMap<string, At<DraftLink>> {
  const links = new Map<string, At<DraftLink>>();
  for (const name of ['public', 'private'] as const) {
    for (const link of field(node, name)) links.set(name, link);
  }
  for (const [name, value] of Object.entries(node.value.extra ?? {})) {
    if (value !== undefined) links.set(name, { path: [...node.path, 'extra', name], value });
  }
  return links;
}

/** Every address that a director owns. */
export function ownAddresses(facts: Facts): readonly At<string>[] {
  const links = nodesOf(facts).flatMap((node) => [...linksOf(node).values()]);
  return links.flatMap((link) => field(link, 'address'));
}

export function virtualAddresses(facts: Facts, kind: 'public' | 'gateway'): readonly At<VirtualAddress>[] {
  return items(facts.draft.virtual_addresses?.[kind], ['virtual_addresses', kind]);
}

/** The later ones of equal values, each with the first of its kind. */
export function repeated<T>(
  list: readonly At<T>[],
  same: (value: T) => string,
): readonly { readonly again: At<T>; readonly first: At<T> }[] {
  const seen = new Map<string, At<T>>();
  return list.flatMap((again) => {
    const key = same(again.value);
    const first = seen.get(key);
    if (first !== undefined) return [{ again, first }];
    seen.set(key, again);
    return [];
  });
}
