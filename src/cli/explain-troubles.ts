/** What else weakens the pair at this moment, for `ftpair explain`: each with what to do about it. Pure. */
import type { StatusView } from '../control/status.js';
import type { Sentence } from './explain-text.js';

/** Nothing where all is well. */
export function troubles(view: StatusView): readonly Sentence[] {
  return [...pathTroubles(view), ...pairTroubles(view), ...serverTroubles(view)];
}

function pathTroubles({ peer }: StatusView): readonly Sentence[] {
  const dead = peer.paths.filter(({ alive }) => !alive);
  if (!peer.alive || dead.length === 0) return [];
  const names = dead.map(({ name }) => name).join(', ');
  const left = peer.paths.length - dead.length;
  return [
    {
      text: `${peer.name} is not heard on ${names}; ${left} of ${peer.paths.length} pulse paths ${left === 1 ? 'is' : 'are'} left.`,
      tone: 'warn',
      cure: 'see cables, switch ports and filters between the two directors on that network',
    },
  ];
}

function pairTroubles({ peer, realtime, warnings }: StatusView): readonly Sentence[] {
  const versions = peer.versions.filter(({ ours, theirs }) => theirs !== undefined && theirs !== ours);
  return [
    ...(peer.sameConfig
      ? []
      : [
          warn(
            `${peer.name} runs with another config.`,
            'bring the same file to both, then restart the backup',
          ),
        ]),
    ...versions.map(({ format, ours, theirs }) =>
      warn(
        `${peer.name} writes version ${theirs ?? '?'} of the ${format}, this director version ${ours}: no session is replicated.`,
        'bring both directors to the same version, the backup first',
      ),
    ),
    ...(realtime
      ? []
      : [
          warn(
            'The pulse side has no real-time priority, so failures are noticed later.',
            'give the service CAP_SYS_NICE',
          ),
        ]),
    ...warnings.map((text) => warn(text, undefined)),
  ];
}

function serverTroubles({ services }: StatusView): readonly Sentence[] {
  return services.flatMap(({ name, servers }) => {
    const out = servers.filter(({ effectiveWeight }) => effectiveWeight === 0);
    if (out.length === 0) return [];
    const names = out.map((server) => `${server.name} (${server.standing})`).join(', ');
    const text =
      out.length === servers.length
        ? `Service ${name} has no server for new sessions: ${names}.`
        : `Service ${name} gives no new sessions to ${names}.`;
    const tone = out.length === servers.length ? 'bad' : 'warn';
    return [{ text, tone, cure: `see "ftpair servers ${out[0]?.name ?? ''}"` } as const];
  });
}

function warn(text: string, cure: string | undefined): Sentence {
  return { text, tone: 'warn', cure };
}
