/**
 * What the pulse side reports, put into alerts. Pure: the news before and now decide, nothing is sent here.
 */
import type { Alert } from '../alerts/catalogue.js';
import type { Config } from '../config/model.js';
import type { FromPulse, PeerReport, Transition } from '../pulse/face.js';

/** Alerts for one message of the pulse side. `before` is the peer as it was known until now. */
export function alertsOf(
  message: FromPulse,
  before: PeerReport | undefined,
  config: Config,
  peerName: string,
): readonly Alert[] {
  switch (message.type) {
    case 'role':
      return roleAlerts(message.transition, peerName);
    case 'peer':
      return peerAlerts(message.peer, message.silentMillis, before, config, peerName);
    case 'path':
      return [{ id: message.alive ? 'path-back' : 'path-lost', path: message.path, peer: peerName }];
    case 'vipAnswered':
      return [{ id: 'vip-answered', address: message.address, mac: message.mac }];
    case 'fault':
      return [{ id: 'fault', operation: message.operation, reason: message.reason }];
    case 'started':
      return message.realtime ? [] : [{ id: 'realtime-refused', reason: message.detail }];
    case 'handover':
    case 'report':
    case 'stopped':
      return [];
  }
}

function roleAlerts(transition: Transition, peer: string): readonly Alert[] {
  const { from, to, reason, term } = transition;
  if (to === 'active') {
    const tookMillis = Math.round(Math.max(0, ...transition.steps.map(({ at }) => at - transition.at)));
    const role: Alert = { id: 'role-active', reason, from, term, tookMillis };
    const silentMillis = Math.round(transition.silentMillis);
    return reason === 'peerDead' ? [{ id: 'takeover', reason, peer, silentMillis, term }, role] : [role];
  }
  // The end of a backup is no news about roles.
  return to === 'backup' || from === 'active' ? [{ id: 'role-backup', reason, from, term }] : [];
}

function peerAlerts(
  now: PeerReport,
  silentMillis: number,
  before: PeerReport | undefined,
  config: Config,
  peer: string,
): readonly Alert[] {
  const alerts: Alert[] = [];
  if (before?.alive === true && !now.alive)
    alerts.push({ id: 'peer-lost', peer, silentMillis: Math.round(silentMillis) });
  if (before?.alive !== true && now.alive) alerts.push({ id: 'peer-back', peer });
  if (now.fingerprint !== before?.fingerprint) alerts.push(...configAlerts(now, config, peer));
  return alerts;
}

/** What is to be said of the peer's config, when either has changed. */
export function configAlerts(peer: PeerReport | undefined, config: Config, name: string): readonly Alert[] {
  if (peer?.alive !== true) return [];
  if (sameConfig(peer.fingerprint, config)) return [{ id: 'config-agrees', peer: name }];
  return [{ id: 'config-differs', peer: name, ours: shortFingerprint(config), theirs: peer.fingerprint }];
}

/** The eight bytes of the fingerprint that travel in the pulse, in hex. */
export function shortFingerprint(config: Config): string {
  return config.fingerprint.slice(0, 16);
}

/** Whether the peer's pulse names our config; true as long as it has not been heard. */
export function sameConfig(theirs: string, config: Config): boolean {
  return theirs === '' || theirs === shortFingerprint(config);
}
