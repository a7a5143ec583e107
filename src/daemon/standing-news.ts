/** What becomes of a changed standing: its alerts, and whether the server's sessions are to end. Pure. */
import type { Alert } from '../alerts/catalogue.js';
import type { Config, VirtualService } from '../config/model.js';
import type { ServerStanding, StandingChange } from '../rotation/board.js';
import type { StandingReason } from '../rotation/standing.js';
import type { Disagreement, DisagreementNews } from '../rotation/disagreement.js';

/** The step at which our own nanny's verdict on a server fell; undefined where it is up or not known. */
export type StepOf = (service: string, server: string) => string | undefined;

/** Alerts for all changes of one moment, in their order. */
export function standingAlerts(
  changes: readonly StandingChange[],
  services: readonly VirtualService[],
  stepOf: StepOf = () => undefined,
): readonly Alert[] {
  return changes.flatMap((change, index) => {
    const later = changes.slice(index + 1).some((other) => other.service === change.service);
    const service = services.find(({ name }) => name === change.service);
    return [
      ...healthAlerts(change, stepOf),
      ...orderAlerts(change),
      ...(later ? [] : lastAlerts(change, service)),
    ];
  });
}

/** Whether the change is of the share alone, by the time that has passed: worth no line. */
export function isSlowStep({ from, to }: StandingChange): boolean {
  return from?.reason === 'slowStart' && (to.reason === 'slowStart' || to.reason === 'ok');
}

/** Our own nanny has found the server down, it gets no new sessions, and the config ends those that run. */
export function mustEnd({ from, to }: StandingChange, service: VirtualService | undefined): boolean {
  return isFailure(to, service) && !isFailure(from, service);
}

/** As `mustEnd`, of what is rather than of what has changed. Hearsay ends no sessions. */
export function isFailure(
  standing: ServerStanding | undefined,
  service: VirtualService | undefined,
): boolean {
  const failed = standing?.reason === 'down' && standing.belief.by === 'own';
  return failed && service?.rotation.onFailure === 'end';
}

/** `kept`: fails its checks and gets new sessions nevertheless. */
function healthOf(standing: ServerStanding | undefined): 'unknown' | 'up' | 'down' | 'kept' {
  if (standing?.belief.verdict === 'down') return standing.weight > 0 ? 'kept' : 'down';
  return standing?.belief.verdict ?? 'unknown';
}

function healthAlerts(
  { service, server, address, from, to }: StandingChange,
  stepOf: StepOf,
): readonly Alert[] {
  const health = healthOf(to);
  if (health === healthOf(from)) return [];
  const { reason, by } = to.belief;
  const step = by === 'own' ? stepOf(service, server) : undefined;
  switch (health) {
    case 'down':
      return [{ id: 'server-down', service, server, address, reason, ...(step !== undefined && { step }) }];
    case 'kept':
      return [{ id: 'server-held', service, server, address, reason, because: to.reason }];
    case 'up':
      if (to.weight > 0) return [{ id: 'server-up', service, server, address }];
      // Its failure is over, although an operator's order keeps new sessions away.
      return from?.belief.verdict === 'down'
        ? [{ id: 'server-up', service, server, address, because: to.reason }]
        : [];
    case 'unknown':
      return [];
  }
}

/** What an operator ordered, as a word: empty where the checks decide. */
function orderOf(standing: ServerStanding | undefined): string {
  const reason = standing?.reason ?? 'ok';
  return ORDERED.includes(reason) ? reason : '';
}

const ORDERED: readonly string[] = [
  'drained',
  'forcedUp',
  'forcedDown',
  'noWeight',
] satisfies StandingReason[];

function orderAlerts({ service, server, address, from, to }: StandingChange): readonly Alert[] {
  const [before, now] = [orderOf(from), orderOf(to)];
  const reweighed = from?.reason === to.reason && from.weight !== to.weight && to.reason !== 'slowStart';
  if (from === undefined || (before === now && !reweighed)) return [];
  const order = now === '' ? (reweighed ? `weight ${to.weight}` : 'auto') : now;
  return [{ id: 'server-ordered', service, server, address, order }];
}

/** The last server of a service has left, or one has come: news if it is the first, which the conditions know. */
function lastAlerts(
  { service, from, to, serving }: StandingChange,
  known?: VirtualService,
): readonly Alert[] {
  if (to.weight > 0) return from?.weight === 0 ? [{ id: 'service-back', service }] : [];
  if (serving > 0 || from?.weight === 0) return [];
  const sorry = known?.rotation.sorry;
  return [
    sorry === undefined
      ? { id: 'no-server', service }
      : { id: 'sorry-server', service, address: sorry.address },
  ];
}

/** One director alone cannot reach a server: the alert names it, and its link. */
export function disagreementAlerts(news: DisagreementNews, { nodes }: Config, self: 0 | 1): readonly Alert[] {
  const peer = nodes[self === 0 ? 1 : 0];
  const differs = ({ service, server, suspect }: Disagreement): Alert => {
    const [alone, witness] = suspect === 'own' ? [nodes[self], peer] : [peer, nodes[self]];
    const link = alone.private.interface;
    return { id: 'verdicts-differ', service, server, suspect: alone.name, link, witness: witness.name };
  };
  const agree = ({ service, server }: Disagreement): Alert => ({ id: 'verdicts-agree', service, server });
  return [...news.begun.map(differs), ...news.over.map(agree)];
}
