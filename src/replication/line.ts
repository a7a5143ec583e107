/**
 * The journal's line to the peer: sockets, seal and version. It says what has come and whether the peer is heard, and counts what it drops;
 * what a message means is the replicator's business.
 */
import { type Incoming, readIncoming } from '../journal/incoming.js';
import { JournalLinks, type JournalPath } from '../journal/links.js';
import { PeerVersion } from '../journal/version.js';
import { type Channel, createChannel, type Opened } from '../seal/channel.js';
import { type Millis, millis } from '../time.js';

export interface LineOptions {
  readonly paths: readonly JournalPath[];
  readonly port: number;
  readonly key: Uint8Array;
  readonly self: 0 | 1;
  /** 16 random bytes of this daemon run. */
  readonly boot: Uint8Array;
  readonly now: () => Millis;
  /** The peer has begun anew: its numbers start over. */
  readonly onNewSession: () => void;
  /** `returned`: it was not heard just before, or is another run. */
  readonly onIncoming: (incoming: Incoming, returned: boolean) => void;
  /** All that came together has been told. */
  readonly onTurn: () => void;
  /** In which version the peer writes. Called when it is first heard, and on every change. */
  readonly onVersion: (theirs: number | undefined) => void;
  /** What it writes is not understood: it is as good as silent. */
  readonly onUnheard: () => void;
}

const NEVER = millis(-1e9);
/** Without a valid datagram for this long the peer's journal counts as gone. */
const PEER_SILENCE = millis(1000);

export class JournalLine {
  readonly #options: LineOptions;
  readonly #channel: Channel;
  readonly #links: JournalLinks;
  readonly #drops = new Map<string, number>();
  readonly #version = new PeerVersion();
  #heardAt = NEVER;

  /** Binds the journal's sockets; throws SystemError when they cannot be had. */
  constructor(options: LineOptions) {
    this.#options = options;
    const { key, self, boot, paths, port, now } = options;
    this.#channel = createChannel({ key, self, label: 'journal', boot });
    this.#links = new JournalLinks(paths, port, now);
  }

  /** From now on what comes is told. */
  start(): void {
    this.#links.start((datagrams) => {
      const fresh = datagrams.filter((datagram) => this.#received(this.#channel.open(datagram)));
      this.#options.onTurn();
      return fresh.length > 0;
    });
  }

  send(payloads: readonly Uint8Array[]): void {
    if (payloads.length === 0) return;
    this.#links.send(payloads.flatMap((payload) => this.#channel.seal(this.#links.stream, payload)));
  }

  get heard(): boolean {
    return this.#options.now() - this.#heardAt < PEER_SILENCE;
  }

  /** Why nothing of the peer is understood, as a clause for the status; undefined where it is. */
  get obstacle(): string | undefined {
    return this.#version.obstacle;
  }

  /** Counts something that was dropped, or got lost. */
  drop(reason: string): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1);
  }

  /** Datagrams by the reason for which they were dropped. */
  dropped(): Readonly<Record<string, number>> {
    const { strangers, sendErrors } = this.#links;
    return {
      ...Object.fromEntries(this.#drops),
      ...(strangers > 0 && { stranger: strangers }),
      ...(sendErrors > 0 && { notSent: sendErrors }),
    };
  }

  close(): void {
    this.#links.close();
  }

  /** True for what this run of the peer has just sent. */
  #received(opened: Opened): boolean {
    if (!opened.ok) this.drop(opened.reason);
    // A hello carries nothing; the next keepalive offers its sender a session.
    if (!opened.ok || opened.fresh === 'hello') return false;
    if (opened.newSession) this.#options.onNewSession();
    if (!this.#understands(opened.payload)) return true;
    const returned = opened.newSession || !this.heard;
    this.#heardAt = this.#options.now();
    this.#options.onIncoming(readIncoming(opened.payload), returned);
    return true;
  }

  /** A peer that writes another version is as good as silent on the journal: nothing of it is guessed. */
  #understands(payload: Buffer): boolean {
    const before = this.#version.theirs;
    const understood = this.#version.understands(payload);
    if (this.#version.theirs !== before) this.#options.onVersion(this.#version.theirs);
    if (understood) return true;
    this.drop('version');
    this.#heardAt = NEVER;
    this.#options.onUnheard();
    return false;
  }
}
