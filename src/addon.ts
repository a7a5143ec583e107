/**
 * Loads the native addon (native/) and says what it exports, as it is: numbers in, counts and negative errnos
 * out. Only native.ts uses it; it decides nothing about sockets.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ExitStatus, Fatal } from './fatal.js';

/** What the addon's socket class does. Every number returned is a count or a negative errno. */
export interface NativeSocket {
  open(domain: number, type: number, protocol: number): number;
  bind(address: Uint8Array): number;
  connect(address: Uint8Array): number;
  setOption(level: number, name: number, value: Uint8Array): number;
  getOption(level: number, name: number, value: Uint8Array): number;
  localAddress(address: Uint8Array): number;
  attachFilter(program: Uint8Array): number;
  send(data: Uint8Array, to: Uint8Array | undefined): number;
  sendBatch(datas: readonly Uint8Array[], to: Uint8Array | undefined): number;
  /**
   * Fills `count` strides of `slab` and of struct sockaddr_storage in `senders`; `lengths` gets three numbers
   * per datagram: its bytes, its sender's bytes, and 1 when it was truncated.
   */
  receive(slab: Uint8Array, senders: Uint8Array, lengths: Int32Array, stride: number, count: number): number;
  /** Calls `wake` whenever something waits, an error included, until `stop`. */
  start(wake: () => void): number;
  stop(): void;
  ref(): void;
  unref(): void;
  close(): void;
}

/** The module's exports. */
export interface Addon {
  readonly Socket: new () => NativeSocket;
  setThreadScheduler(policy: number, priority: number): number;
  lockMemory(): number;
  monotonicMillis(): number;
  /** Strings that each end with a zero byte, the program's path first. */
  execute(words: Uint8Array): number;
}

let loaded: Addon | undefined;

/**
 * The addon, loaded at the first use: commands that need no socket work without it. Found beside `src` and
 * `dist` alike. Throws Fatal when it is not built or does not load.
 */
export function addon(): Addon {
  loaded ??= load(fileURLToPath(new URL('../native/build/Release/ftpair.node', import.meta.url)));
  return loaded;
}

function load(file: string): Addon {
  const cure = 'run npm run build:addon';
  if (!existsSync(file)) {
    throw new Fatal(ExitStatus.system, `the native addon is not built: ${file} does not exist`, cure);
  }
  try {
    return createRequire(import.meta.url)(file) as Addon;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fatal(ExitStatus.system, `the native addon ${file} does not load: ${reason}`, cure);
  }
}
