/**
 * The two directors' versions of what they tell each other: beside each other for the status, put into alerts when they begin or
 * cease to differ, and as the reason for which a handover is refused. Pure.
 */
import type { Alert } from '../alerts/catalogue.js';
import type { FormatVersions } from '../control/status.js';
import type { PulseVersions } from '../pulse/face.js';
import { PULSE_VERSION } from '../pulse/face.js';
import { WIRE_VERSION } from '../journal/wire.js';
import { SEAL_VERSION } from '../seal/header.js';

/** Nothing is known of the peer. */
export const UNHEARD: PulseVersions = { seal: undefined, pulse: undefined };

/** Every format with both versions: `pulse` as the pulse side has heard them, `journal` as the replicator has. */
export function formatVersions(pulse: PulseVersions, journal: number | undefined): readonly FormatVersions[] {
  return [
    { format: 'seal', ours: SEAL_VERSION, theirs: pulse.seal },
    { format: 'pulse', ours: PULSE_VERSION, theirs: pulse.pulse },
    { format: 'journal', ours: WIRE_VERSION, theirs: journal },
  ];
}

/** Whether the peer writes another version, as far as it was heard. */
export function differs({ ours, theirs }: FormatVersions): boolean {
  return theirs !== undefined && theirs !== ours;
}

/** One alert for each format that has begun to differ, and one for each that is understood again. */
export function versionAlerts(
  before: readonly FormatVersions[],
  now: readonly FormatVersions[],
  peer: string,
): readonly Alert[] {
  return now.flatMap((versions): Alert[] => {
    const { format, ours, theirs } = versions;
    const was = before.find((old) => old.format === format);
    const differed = was !== undefined && differs(was);
    if (theirs === undefined || differed === differs(versions)) return [];
    if (differed) return [{ id: 'version-agrees', peer, format, version: ours }];
    return [{ id: 'version-differs', peer, format, ours, theirs }];
  });
}

/** Why the role cannot be handed over between two versions, as a sentence for the operator; undefined where it can. */
export function versionObstacle(versions: readonly FormatVersions[], peer: string): string | undefined {
  const other = versions.find(differs);
  if (other === undefined) return undefined;
  const { format, ours, theirs } = other;
  const older = (theirs ?? 0) > ours ? 'this director' : peer;
  return (
    `${peer} writes version ${theirs} of the ${format}, this director version ${ours}, ` +
    `and no session is replicated: upgrade ${older}.`
  );
}
