/**
 * One run of the peer as a channel knows it: its boot id, its latest epoch, the two keys, and what was heard
 * of it already. Keys are derived when they are first needed. Decides nothing.
 */
import { directionalKey } from './keys.js';
import { ReplayWindow } from './window.js';

/** Who we are, for deriving keys. */
export interface Own {
  /** The shared key, 32 bytes. */
  readonly key: Uint8Array;
  /** Our index in the config. */
  readonly self: 0 | 1;
  /** Keeps channels apart that use the same shared key: `pulse`, `journal`. */
  readonly label: string;
  /** 16 random bytes, new in every run of the daemon. */
  readonly boot: Uint8Array;
}

interface EpochKey {
  readonly epoch: number;
  readonly key: Uint8Array;
}

export class Peer {
  readonly boot: Buffer;
  readonly #own: Own;
  #epoch = 0;
  #sealKey: EpochKey | undefined;
  /** For our current epoch and the one before. */
  #openKeys: readonly EpochKey[] = [];
  readonly #windows: (ReplayWindow | undefined)[] = [];

  constructor(own: Own, boot: Uint8Array) {
    this.#own = own;
    this.boot = Buffer.from(boot);
  }

  /** The peer's epoch that we seal for. */
  get epoch(): number {
    return this.#epoch;
  }

  /** An authenticated datagram named the peer's epoch; a late datagram does not turn it back. */
  learnEpoch(epoch: number): void {
    this.#epoch = Math.max(this.#epoch, epoch);
  }

  sealKey(): Uint8Array {
    if (this.#sealKey?.epoch !== this.#epoch) {
      const { key, label, self, boot } = this.#own;
      const scope = { from: self, senderBoot: boot, receiverBoot: this.boot, receiverEpoch: this.#epoch };
      this.#sealKey = { epoch: this.#epoch, key: directionalKey(key, label, scope) };
    }
    return this.#sealKey.key;
  }

  /** What this run of the peer seals with for the given epoch of ours. */
  openKey(epoch: number): Uint8Array {
    const known = this.#openKeys.find((entry) => entry.epoch === epoch);
    if (known !== undefined) return known.key;
    const { key, label, self, boot } = this.#own;
    const from = self === 0 ? 1 : 0;
    const scope = { from, senderBoot: this.boot, receiverBoot: boot, receiverEpoch: epoch } as const;
    const derived = directionalKey(key, label, scope);
    this.#openKeys = [{ epoch, key: derived }, ...this.#openKeys.slice(0, 1)];
    return derived;
  }

  /** Counters are the run's, not the key's: the window outlives a change of epoch. */
  window(stream: number): ReplayWindow {
    return (this.#windows[stream] ??= new ReplayWindow());
  }
}
