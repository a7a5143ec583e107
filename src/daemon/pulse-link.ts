/**
 * The work side's end of the pulse side: starts the worker thread and carries the few messages of pulse/face.ts.
 * An error over there is one of ours: the process ends, the lease runs out, and the peer takes over.
 */
import { Worker } from 'node:worker_threads';
import type { FromPulse, PulseStart, ToPulse } from '../pulse/face.js';

export interface PulseLink {
  post(message: ToPulse): void;
  /** Ends the thread, whatever it does. */
  terminate(): Promise<void>;
}

/** Starts the pulse side. `onError` gets what the thread died of; it is not called for `terminate`. */
export function startPulse(
  start: PulseStart,
  onMessage: (message: FromPulse) => void,
  onError: (error: Error) => void,
): PulseLink {
  const worker = new Worker(new URL('./pulse-thread.js', import.meta.url), { workerData: start });
  let ending = false;
  worker.on('message', onMessage);
  worker.on('error', (error) => {
    if (!ending) onError(error instanceof Error ? error : new Error(String(error)));
  });
  worker.on('exit', (code) => {
    if (!ending) onError(new Error(`the pulse side ended by itself with status ${code}`));
  });
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    terminate: async () => {
      ending = true;
      await worker.terminate();
    },
  };
}
