/**
 * What may pass from the public to the private LAN: the services' sessions, answers to what the servers began, and nothing else
 * unless the config says so. Other interfaces of the router, and the way out, are left alone. Pure text.
 */
import type { Config, DirectorConfig } from '../config/model.js';
import { chain, dataMark, mark } from './nft-words.js';

/** The counter of what was dropped for being no session of a service. */
export const STRANGERS = 'strangers';
/** The counter of data channels that were announced on a port below 1024. */
export const PRIVILEGED = 'privileged';

/**
 * The chain and its counters. Only beginnings are dropped: a director that has just taken over knows nothing of the servers' own
 * connections to the outside, and must let their packets through to learn them. Nobody gets in without a beginning.
 */
export function forwardChain(config: Config, self: DirectorConfig): string[] {
  const inwards = `iifname "${self.public.interface}" oifname "${self.private.interface}"`;
  const strange = `${inwards} ct mark != { ${mark()}, ${dataMark()} } ct state new`;
  return [
    `counter ${STRANGERS} { }`,
    `counter ${PRIVILEGED} { }`,
    ...chain('forward', 'type filter hook forward priority filter', [
      // A 227 that a client has talked a server into could name any port of it. No server listens for data on these.
      `${inwards} ct mark ${mark()} ct state related tcp dport 0-1023 counter name "${PRIVILEGED}" drop`,
      ...(config.forward === 'services'
        ? [
            `${strange} tcp flags & (syn | ack | rst | fin) == syn counter name "${STRANGERS}" drop`,
            `${strange} meta l4proto != tcp counter name "${STRANGERS}" drop`,
          ]
        : []),
    ]),
  ];
}
