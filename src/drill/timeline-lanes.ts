/** What is drawn on each line of a drill's picture: bars between two times. Pure; how they look is timeline.ts' business. */
import type { DrillRecord, ProbeRecord, SessionRecord } from './record.js';
import { tenths } from './verdict.js';

export const LANE_HEIGHT = 20;

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly tone: 'mine' | 'theirs' | 'nobody' | 'good' | 'bad' | 'warn' | 'pause' | 'idle';
  readonly thick: boolean;
  /** Shown when it is pointed at. */
  readonly says: string;
  /** Written on it where there is room. */
  readonly label?: string;
}

export interface Lane {
  readonly label: string;
  /** How it ended. */
  readonly mark?: 'good' | 'bad';
  /** In the order of drawing. */
  readonly bars: readonly Bar[];
}

/** Who was active, the probes, the sessions. */
export function lanesOf(record: DrillRecord): readonly Lane[] {
  return [
    rolesLane(record),
    ...record.probes.map((probe) => probeLane(probe, record.durationMillis)),
    ...record.sessions.map(sessionLane),
  ];
}

function rolesLane({ roles, node, peer, durationMillis }: DrillRecord): Lane {
  const bars = roles.map(({ at, active }, index): Bar => {
    const to = roles[index + 1]?.at ?? durationMillis;
    const tone = active === node ? 'mine' : active === peer ? 'theirs' : 'nobody';
    return { from: at, to, tone, thick: true, says: `${active} active`, label: active };
  });
  return { label: 'active', bars };
}

function probeLane({ address, silences, kind }: ProbeRecord, end: number): Lane {
  const silent = silences.map(({ from, to }): Bar => {
    const length = `${tenths(to - from)} ms`;
    return { from, to, tone: 'bad', thick: true, says: `silent for ${length}`, label: length };
  });
  const whole: Bar = { from: 0, to: end, tone: 'good', thick: false, says: `${address} answers` };
  return { label: `${address} (${kind})`, bars: [whole, ...silent] };
}

/** Silences as long as those before the fault are the server's or the network's own. */
function sessionLane({
  name,
  span,
  transfer,
  stalls,
  bytes,
  outcome,
  stallBeforeMillis,
}: SessionRecord): Lane {
  const usual = Math.max(50, 1.25 * (stallBeforeMillis ?? 0));
  const line: Bar = { ...span, tone: 'idle', thick: false, says: `${name}: logged in` };
  const running: readonly Bar[] =
    transfer === undefined
      ? []
      : [{ ...transfer, tone: 'mine', thick: true, says: `${name}: ${bytes} bytes` }];
  const still = stalls.map(({ from, to }): Bar => {
    const length = `${tenths(to - from)} ms`;
    const says = `${name}: no data for ${length}`;
    return to - from > usual
      ? { from, to, tone: 'warn', thick: true, says, label: length }
      : { from, to, tone: 'pause', thick: true, says };
  });
  const lost = outcome.type === 'lost';
  const end: readonly Bar[] = lost
    ? [{ from: span.to, to: span.to, tone: 'bad', thick: true, says: `${name}: ${outcome.reason}` }]
    : [];
  return { label: name, mark: lost ? 'bad' : 'good', bars: [line, ...running, ...still, ...end] };
}
