/** An operator's wish to move the role, from the question to the pulse side's answer: one at a time, and never without an end. */
import type { HandoverResult } from '../control/schema.js';
import { millis } from '../time.js';

const LIMIT = millis(10_000);

export class HandoverRequest {
  #finish: ((result: HandoverResult) => void) | undefined;

  /** Resolves with the answer. Nobody is asked (`ask`) while another question is open, or where there is an `obstacle`. */
  ask(obstacle: string | undefined, ask: () => void): Promise<HandoverResult> {
    if (this.#finish !== undefined)
      return Promise.resolve({ accepted: false, detail: 'another handover is under way' });
    if (obstacle !== undefined) return Promise.resolve({ accepted: false, detail: obstacle });
    return new Promise<HandoverResult>((resolve) => {
      const late = setTimeout(() => {
        finish({ accepted: false, detail: 'the pulse side did not answer in time' });
      }, LIMIT);
      const finish = (result: HandoverResult): void => {
        clearTimeout(late);
        this.#finish = undefined;
        resolve(result);
      };
      this.#finish = finish;
      ask();
    });
  }

  /** The pulse side's answer. Nothing happens where nobody asked. */
  answered(result: HandoverResult): void {
    this.#finish?.(result);
  }
}
