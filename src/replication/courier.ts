/**
 * Asks the peer's daemon something long and brings its answer, over the journal's datagrams. Lost ones are sent again; each question
 * is worked on once, however often it comes. What is asked is not known here.
 */
import { randomInt } from 'node:crypto';
import { encodeParcel, type ParcelPart, ParcelParts } from '../journal/parcel.js';
import { type Millis, millis } from '../time.js';

/** Until everything is sent again. */
const AGAIN = millis(250);
/** Questions whose answers are kept for their repetitions. */
const KEPT = 16;

export interface CourierOptions {
  readonly send: (payloads: readonly Uint8Array[]) => void;
  /** Whether the peer is heard: nobody else will answer. */
  readonly heard: () => boolean;
  /** Answers a question of the peer's; a rejection is a mistake of ours, and nothing is answered. */
  readonly answer: (question: unknown) => Promise<unknown>;
  readonly onFault: (error: unknown) => void;
}

interface Question {
  readonly parts: ParcelParts;
  /** Undefined while parts are missing; empty while it is worked on. */
  answer: readonly Buffer[] | undefined;
}

interface Waiting {
  readonly parts: ParcelParts;
  readonly done: (value: unknown) => void;
}

export class Courier {
  readonly #options: CourierOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #questions = new Map<number, Question>();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** The peer's answer; undefined when none has come within `limit`, or before the peer fell silent. */
  async ask(question: unknown, limit: Millis): Promise<unknown> {
    const id = randomInt(0xffff_ffff);
    const payloads = encodeParcel({ answer: false, id }, question);
    let again: NodeJS.Timeout | undefined;
    let late: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve) => {
        this.#waiting.set(id, { parts: new ParcelParts(), done: resolve });
        again = setInterval(() => {
          if (this.#options.heard()) this.#options.send(payloads);
          else resolve(undefined);
        }, AGAIN);
        late = setTimeout(resolve, limit);
        this.#options.send(payloads);
      });
    } finally {
      clearInterval(again);
      clearTimeout(late);
      this.#waiting.delete(id);
    }
  }

  /** A part that has come. */
  took(part: ParcelPart): void {
    if (part.answer) this.#answered(part);
    else this.#asked(part);
  }

  #answered(part: ParcelPart): void {
    const waiting = this.#waiting.get(part.id);
    const whole = waiting?.parts.take(part);
    if (typeof whole === 'object') waiting?.done(whole.value);
  }

  #asked(part: ParcelPart): void {
    const known = this.#questions.get(part.id);
    if (known?.answer !== undefined) {
      // Once for each time that the whole question comes again.
      if (part.part === part.parts - 1) this.#options.send(known.answer);
      return;
    }
    const question = known ?? this.#remember(part.id);
    const whole = question.parts.take(part);
    if (typeof whole !== 'object') return;
    question.answer = [];
    this.#options
      .answer(whole.value)
      .then((answer) => {
        question.answer = encodeParcel({ answer: true, id: part.id }, answer);
        this.#options.send(question.answer);
      })
      .catch(this.#options.onFault);
  }

  #remember(id: number): Question {
    const question: Question = { parts: new ParcelParts(), answer: undefined };
    this.#questions.set(id, question);
    for (const old of [...this.#questions.keys()].slice(0, -KEPT)) this.#questions.delete(old);
    return question;
  }
}
