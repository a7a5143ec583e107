/**
 * A channel without cryptography, for speed: it knows runs by growing numbers and refuses what an earlier run of
 * the peer had sent. Hellos are not needed: everything counts as fresh.
 */
import type { Sealer } from '../../../src/pulse/conversation.js';

export function plainChannel(run: number): Sealer {
  let peerRun = -1;
  return {
    seal: (_, payload) => [Buffer.concat([Uint8Array.of(run), payload])],
    open: (bytes) => {
      const from = bytes[0] ?? 0;
      if (from < peerRun) return { ok: false, reason: 'epoch' };
      const newSession = from > peerRun;
      peerRun = from;
      const payload = Buffer.from(bytes.subarray(1));
      return { ok: true, fresh: 'session', stream: 0, payload, newSession, peerBoot: String(from) };
    },
  };
}
