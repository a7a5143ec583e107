/**
 * One takeover, step by step, from two witnesses: the status of the director that took over (steps counted from its
 * decision), and the wire at the client (ARP questions and announcements, with absolute times). The first gratuitous
 * ARP is on both lists and joins them.
 */
import type { TransitionView } from '../../../src/control/status.js';
import type { DirectorName } from '../../../src/lab/plan.js';
import type { Span } from './figures.js';
import type { ObserverReport } from './observer-main.js';
import type { Pair } from './pair.js';

/** Something that happened, in milliseconds from the last answer before the cut. */
export interface Moment {
  readonly what: string;
  readonly at: number;
}

/** How the steps of a status are called here. */
const WORDS: Readonly<Record<string, string>> = {
  silentSince: 'last pulse heard',
  probed: 'suspect; asks the LAN',
  addressUp: 'address up',
  leased: 'lease started',
  announced: 'announced to the peer',
  gratuitous: 'gratuitous ARP sent',
};

/** Joins what was seen; in the order of time. Pure. */
export function moments(
  wire: ObserverReport,
  silence: Span,
  takeover: TransitionView | undefined,
): readonly Moment[] {
  const during = ({ at }: { at: number }): boolean => at > silence.from && at < silence.to + 5;
  const firstGratuitous = wire.announcements.find(during);
  const seen = [
    ...wire.probes
      .filter(during)
      .map(({ at }, index) => ({ what: `ARP probe ${index + 1} on the wire`, at })),
    ...(firstGratuitous === undefined
      ? []
      : [{ what: 'gratuitous ARP at the client', at: firstGratuitous.at }]),
    { what: 'first answered probe', at: silence.to },
  ];
  const steps = takeover?.steps ?? [];
  const sent = steps.find(({ step }) => step === 'gratuitous');
  // The decision on the wire's clock: the frame arrives as soon as it is sent.
  const decided =
    firstGratuitous === undefined || sent === undefined ? undefined : firstGratuitous.at - sent.atMillis;
  const told =
    decided === undefined
      ? []
      : [
          { what: 'decided', at: decided },
          ...steps.map(({ step, atMillis }) => ({ what: WORDS[step] ?? step, at: decided + atMillis })),
        ];
  const all = [{ what: 'last answered probe', at: silence.from }, ...told, ...seen];
  return all
    .sort((a, b) => a.at - b.at)
    .map(({ what, at }) => ({ what, at: Math.round((at - silence.from) * 100) / 100 }));
}

/** The moments of a takeover that has just happened. Of keepalived, only what the wire shows. */
export async function momentsOf(
  pair: Pair,
  survivor: DirectorName,
  wire: ObserverReport,
  silence: Span,
): Promise<readonly Moment[]> {
  if (pair.system === 'keepalived') return moments(wire, silence, undefined);
  const { history } = await pair.director(survivor).status();
  return moments(
    wire,
    silence,
    history.findLast(({ to }) => to === 'active'),
  );
}

/** Lines for people: the time of each moment and what has passed since the one before. */
export function timelineLines(title: string, list: readonly Moment[]): readonly string[] {
  const rows = list.map(({ what, at }, index) => {
    const passed = at - (list[index - 1]?.at ?? at);
    return `  ${at.toFixed(2).padStart(9)}  ${passed.toFixed(2).padStart(8)}  ${what}`;
  });
  return [title, '         ms    passed  what', ...rows];
}
