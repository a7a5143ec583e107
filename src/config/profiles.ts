/**
 * Profiles: numbers of the pulse that fit each other, under a name. A profile stands in for the keys that the file
 * leaves out; what is written wins. Pure.
 */

/** What `pulse.profile` may say. */
export const PROFILES = ['default', 'fast'] as const;

/**
 * Tens of milliseconds instead of hundreds, for LANs whose switches and routers are not shared with much else.
 * The silence limit may be this short only because a silent peer is asked for on the service LAN before anything
 * is taken from it.
 */
const FAST: Readonly<Record<string, string | number>> = {
  interval: '3ms',
  silence: '9ms',
  probe_count: 2,
  probe_spacing: '1ms',
  lease: '200ms',
};

/** The file's values with the profile's numbers filled in. Anything that is not a mapping is left as it is. */
export function withProfile(file: unknown): unknown {
  if (!isMapping(file)) return file;
  const { pulse } = file;
  if (!isMapping(pulse) || pulse['profile'] !== 'fast') return file;
  return { ...file, pulse: { ...FAST, ...pulse } };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
