/**
 * The sessions of a drill: which there are, opening them, and what they have lived through as records. It knows the fault only
 * as a time.
 */
import type { Family, VirtualService } from '../config/model.js';
import { type DataMode, dataModes } from './announced.js';
import type { Cargo, ContenderKind, Contest } from './contender.js';
import type { SessionMoment, SessionRecord, Span } from './record.js';

/** A session that is to take part: its kind and the service that it talks to. */
export interface Member {
  readonly kind: ContenderKind;
  readonly service: VirtualService;
}

/** PASV and PORT cannot tell IPv6 addresses (RFC 2428 §1). */
const MODES: Readonly<Record<Family, readonly DataMode[]>> = { 4: dataModes, 6: ['EPSV', 'EPRT'] };

/** Every mode in every moment, as many times as wanted. Names are unique. */
export function crewFor(
  services: readonly VirtualService[],
  cargo: Pick<Cargo, 'upload'>,
  times: number,
): readonly Member[] {
  const moments: readonly SessionMoment[] = [
    'idle',
    'announced',
    'download',
    ...(cargo.upload === undefined ? [] : (['upload'] as const)),
  ];
  return services.flatMap((service) =>
    Array.from({ length: times }, (_, round) => round + 1).flatMap((round) =>
      MODES[service.family].flatMap((mode) =>
        moments.map((moment) => {
          const parts = [
            ...(services.length > 1 ? [`IPv${service.family}`] : []),
            mode,
            moment,
            ...(times > 1 ? [String(round)] : []),
          ];
          return { kind: { name: parts.join(' '), mode, moment }, service };
        }),
      ),
    ),
  );
}

/** Only longer silences are told one by one. */
const STALL_MILLIS = 20;

/** When things happened, on CLOCK_MONOTONIC in milliseconds. */
export interface Times {
  readonly start: number;
  readonly fault: number | undefined;
  readonly opened: number;
  readonly ended: number;
}

/** The record of one session. */
export function sessionRecord(kind: ContenderKind, contest: Contest, times: Times): SessionRecord {
  const { start, fault } = times;
  const span = ({ from, to }: Span): Span => ({ from: Math.round(from - start), to: Math.round(to - start) });
  const { transfer, gaps, bytes, lost } = contest;
  const running = kind.moment === 'download' || kind.moment === 'upload';
  const longest = (which: (gap: Span) => boolean): number | undefined => {
    if (transfer === undefined || !running || fault === undefined) return undefined;
    return Math.round(Math.max(0, ...gaps.filter(which).map(({ from, to }) => to - from)));
  };
  return {
    name: kind.name,
    mode: kind.mode,
    moment: kind.moment,
    span: span({ from: times.opened, to: times.ended }),
    transfer: transfer && span(transfer),
    bytes,
    stalls: gaps.filter(({ from, to }) => to - from > STALL_MILLIS).map(span),
    stallBeforeMillis: longest(({ to }) => to <= (fault ?? 0)),
    stallAcrossMillis: longest(({ to }) => to > (fault ?? 0)),
    outcome: lost === undefined ? { type: 'survived' } : { type: 'lost', reason: lost },
  };
}
