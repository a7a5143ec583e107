/**
 * The health checks of a file, with what they say after a service's own keys have been laid over the global ones. No rule is
 * decided here.
 */
import { mergedCheck } from '../build-check.js';
import type { Path } from '../complaint.js';
import type { Partly } from '../draft.js';
import type { FileShape } from '../schema.js';
import { servicesOf, type At, type DraftService, type Facts } from './facts.js';

export type DraftCheck = Partly<FileShape['check']>;

/** One check. A rule speaks where one of its keys is written: what a service inherits is complained about at the global check. */
export interface CheckAt {
  readonly path: Path;
  /** What holds in the end. */
  readonly value: DraftCheck;
  /** Whether this very section has the key. */
  readonly has: (key: keyof DraftCheck) => boolean;
  /** Services that the check serves. */
  readonly services: readonly At<DraftService>[];
}

/** The global check first, then those of services that have one. */
export function checksOf(facts: Facts): readonly CheckAt[] {
  const global: DraftCheck = facts.draft.check ?? {};
  const at = (path: Path, value: DraftCheck, services: readonly At<DraftService>[]): CheckAt => ({
    path,
    value,
    services,
    has: (key) => facts.written([...path, key]),
  });
  const services = servicesOf(facts);
  const own = services.filter(({ value }) => value.check !== undefined);
  return [
    at(
      ['check'],
      global,
      services.filter(({ value }) => value.check === undefined),
    ),
    ...own.map((service) =>
      at([...service.path, 'check'], mergedCheck(global, service.value.check ?? {}), [service]),
    ),
  ];
}

/** The first of the keys that this section has. */
export function writtenOf(check: CheckAt, keys: readonly (keyof DraftCheck)[]): keyof DraftCheck | undefined {
  return keys.find((key) => check.has(key));
}
