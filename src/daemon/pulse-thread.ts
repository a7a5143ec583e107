/**
 * Entry of the pulse side's worker thread: real-time priority first, then the adapters, then a loop of one timer
 * and the sockets' wake-ups around PulseSide. After its start it never spawns, logs or touches files. An error
 * that is thrown here is a mistake of ours: the main thread ends the process, and the peer takes over.
 */
import { randomBytes } from 'node:crypto';
import { getSystemErrorName } from 'node:util';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../assert.js';
import type { Config, DirectorConfig, LinkConfig } from '../config/model.js';
import { lockMemory, SCHED_FIFO, SCHED_RESET_ON_FORK, setThreadScheduler } from '../native.js';
import { Conversation } from '../pulse/conversation.js';
import type { FromPulse, PulseStart, ToPulse } from '../pulse/face.js';
import type { Hands } from '../pulse/hands.js';
import { type PulseLimits, pulseLimits } from '../pulse/limits.js';
import { UdpPath } from '../pulse/paths.js';
import { FINGERPRINT_BYTES } from '../pulse/payload.js';
import { PulseSide } from '../pulse/side.js';
import { createChannel } from '../seal/channel.js';
import { millis, monotonicNow } from '../time.js';
import { placements } from '../vip/face.js';
import { Floating } from '../vip/floating.js';

/** Above everything ordinary, far below what the kernel itself runs at. */
const PRIORITY = 10;

/**
 * Asks the kernel for real-time priority and to keep the program's pages in memory, and says in words what came of
 * it. Without either, a stall of ours may be long, and so must the silence limit be.
 */
function becomeRealtime(): { readonly realtime: boolean; readonly detail: string } {
  const refusals = [
    refusal(`SCHED_FIFO ${PRIORITY}`, setThreadScheduler(SCHED_FIFO | SCHED_RESET_ON_FORK, PRIORITY)),
    refusal('locked memory', lockMemory()),
  ].filter((words) => words !== '');
  if (refusals.length === 0) return { realtime: true, detail: `SCHED_FIFO ${PRIORITY}, locked in memory` };
  return { realtime: false, detail: `${refusals.join(', ')}; the silence limit is three times as long` };
}

function refusal(what: string, result: number): string {
  return result < 0 ? `${what} refused: ${getSystemErrorName(result)}` : '';
}

/** The link of a path: `public`, `private` or one of `extra`. The config has checked the names. */
function linkOf(director: DirectorConfig, path: string): LinkConfig {
  const link =
    path === 'public' ? director.public : path === 'private' ? director.private : director.extra[path];
  invariant(link !== undefined, `${director.name} has a link named ${path}`);
  return link;
}

function openPaths(config: Config, self: 0 | 1, floating: Floating, wake: () => void): UdpPath[] {
  const own = config.nodes[self];
  const peer = config.nodes[self === 0 ? 1 : 0];
  return config.pulse.paths.map((name) => {
    const link = linkOf(own, name);
    const peerAddress = linkOf(peer, name).address;
    const options = {
      name,
      own: link,
      peer: peerAddress,
      port: config.pulse.port,
      forgetPeer: () => {
        floating.forgetNeighbour(link.interface, peerAddress);
      },
    };
    return new UdpPath(options, wake);
  });
}

function openHands({ config, self, leaseToken }: PulseStart, port: MessagePort, wake: () => void): Hands {
  const own = config.nodes[self];
  const lease = { port: config.pulse.port + 2, token: leaseToken };
  const links = [own.public.interface, own.private.interface];
  const floating = new Floating(placements(config, own), links, lease, wake);
  return {
    paths: openPaths(config, self, floating, wake),
    addresses: floating,
    links: floating.links,
    now: monotonicNow,
    post: (message: FromPulse) => {
      port.postMessage(message);
    },
  };
}

function openConversation({ config, self, key }: PulseStart, limits: PulseLimits): Conversation {
  const channel = createChannel({ key, self, label: 'pulse', boot: randomBytes(16) });
  const constants = {
    interval: limits.interval,
    silence: limits.silence,
    fingerprint: config.fingerprint.slice(0, 2 * FINGERPRINT_BYTES),
  };
  return new Conversation(channel, constants, config.pulse.paths.length);
}

/** Runs until the process ends; a director that has stopped goes on saying goodbye. */
function run(start: PulseStart, port: MessagePort): void {
  const { realtime, detail } = becomeRealtime();
  const limits = pulseLimits(start.config.pulse, realtime);
  let timer: NodeJS.Timeout | undefined;
  let side: PulseSide | undefined = undefined;
  const wake = (message?: ToPulse): void => {
    if (side === undefined) return;
    clearTimeout(timer);
    const next = side.wake(message);
    timer = setTimeout(wake, Math.max(0, Math.ceil(millis(next - monotonicNow()))));
  };
  const hands = openHands(start, port, () => {
    wake();
  });
  side = new PulseSide(start.self, limits, openConversation(start, limits), hands);
  hands.post({ type: 'started', realtime, detail });
  port.on('message', (message: ToPulse) => {
    wake(message);
  });
  wake();
}

invariant(parentPort !== null, 'the pulse side runs in a worker thread');
run(workerData as PulseStart, parentPort);
