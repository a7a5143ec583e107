/**
 * One config for both directors: what differs from the peer's, and how a file is taken up by both, or by neither. The file is checked
 * over there before anything changes; the peer takes it up first, then this director; only then both write their files. Whoever took
 * it up and hears no more goes back by itself.
 */
import { z } from 'zod';
import { assertNever } from '../assert.js';
import { configChange, type ConfigChange, type ConfigDiff } from '../control/config-change.js';
import { configDifferences } from '../config/difference.js';
import { type Millis, millis } from '../time.js';
import { type FileUndo, replaceFile } from './config-file.js';
import { changedKey, type Examined, type Reloader } from './reload.js';

const question = z.discriminatedUnion('type', [
  z.object({ type: z.literal('config') }),
  z.object({ type: z.literal('prepare'), text: z.string() }),
  z.object({ type: z.literal('commit') }),
  z.object({ type: z.literal('confirm') }),
  z.object({ type: z.literal('revert') }),
]);

const theirConfig = z.object({ text: z.string() });
const done = z.object({ ok: z.boolean(), detail: z.string() });
type Done = z.output<typeof done>;

/** A look at a file. */
const CHECK_LIMIT = millis(5000);
/** Taking one up: a large rule set, and clients to be remembered, take their time in the kernel. */
const TAKE_LIMIT = millis(40_000);
/** Who has taken a file up and is not told within this that both have goes back: longer than the other one needs for its part. */
export const CONFIRM_LIMIT = millis(45_000);

export interface ExchangeOptions {
  readonly file: string;
  readonly node: string;
  readonly peer: string;
  readonly reloader: Reloader;
  /** Asks the peer; undefined when it does not answer within `limit`. */
  readonly ask: (question: unknown, limit: Millis) => Promise<unknown>;
  readonly onFault: (operation: string, error: unknown) => void;
}

/** A file that the peer has sent. */
interface Staged {
  readonly text: string;
  readonly examined: Examined;
  /** What ran before it. */
  readonly before: string;
  taken: boolean;
  written: FileUndo | undefined;
}

export class ConfigExchange {
  readonly #o: ExchangeOptions;
  #staged: Staged | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #pushing = false;

  constructor(options: ExchangeOptions) {
    this.#o = options;
  }

  /** What the peer runs otherwise. Throws Error when it does not answer. */
  async diff(): Promise<ConfigDiff> {
    const { node, peer, reloader } = this.#o;
    const theirs = theirConfig.safeParse(await this.#o.ask({ type: 'config' }, CHECK_LIMIT));
    if (!theirs.success) throw new Error(unanswered(peer));
    return { node, peer, changes: configDifferences(reloader.text, theirs.data.text).map(changedKey) };
  }

  /** Both take a text up and write it into their files, or neither does. Never throws. */
  async push(text: string, name: string): Promise<ConfigChange> {
    const { reloader } = this.#o;
    const own = reloader.examine(text, name);
    if (!isUsable(own)) return own.answer;
    const refused = (detail: string): ConfigChange => ({ ...own.answer, outcome: 'refused', detail });
    if (this.#pushing || this.#staged?.taken === true) return refused('another config is on its way');
    this.#pushing = true;
    try {
      return await this.#push(text, own);
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    } finally {
      this.#pushing = false;
    }
  }

  async #push(text: string, own: Examined): Promise<ConfigChange> {
    const { file, peer, reloader } = this.#o;
    const before = reloader.text;
    const refused = (detail: string): ConfigChange => ({ ...own.answer, outcome: 'refused', detail });
    const back = async (detail: string): Promise<ConfigChange> => {
      const here = await reloader.restore(before);
      await this.#tell('revert', CHECK_LIMIT);
      return refused(here.outcome === 'refused' ? `${detail}; and here: ${here.detail}` : detail);
    };
    const theirs = configChange.safeParse(await this.#o.ask({ type: 'prepare', text }, CHECK_LIMIT));
    if (!theirs.success) return refused(unanswered(peer));
    if (theirs.data.outcome !== 'wouldApply' && theirs.data.outcome !== 'unchanged')
      return { ...theirs.data, detail: `${peer}: ${theirs.data.detail || theirs.data.outcome}` };
    const taken = await this.#tell('commit', TAKE_LIMIT);
    if (taken === undefined)
      return back(`${unanswered(peer)}; if it has taken it up, it goes back by itself`);
    if (!taken.ok) return refused(`${peer}: ${taken.detail}`);
    const here = own.ok ? await reloader.take(own, text) : own.answer;
    if (here.outcome === 'refused') return back(here.detail);
    const confirmed = await this.#tell('confirm', CHECK_LIMIT);
    if (confirmed?.ok !== true)
      return back(confirmed === undefined ? unanswered(peer) : `${peer}: ${confirmed.detail}`);
    try {
      replaceFile(file, text);
      // Where it is new to one of the two alone, what it changes there.
      return own.ok
        ? here
        : {
            ...own.answer,
            outcome: theirs.data.outcome === 'unchanged' ? 'unchanged' : 'applied',
            changes: theirs.data.changes,
          };
    } catch (error) {
      return back(String(error));
    }
  }

  async #tell(type: 'commit' | 'confirm' | 'revert', limit: Millis): Promise<Done | undefined> {
    return done.safeParse(await this.#o.ask({ type }, limit)).data;
  }

  /** Answers what the peer asks. */
  async answer(asked: unknown): Promise<unknown> {
    const parsed = question.safeParse(asked);
    if (!parsed.success) return { ok: false, detail: 'not understood: this director runs another release' };
    switch (parsed.data.type) {
      case 'config':
        return { text: this.#o.reloader.text };
      case 'prepare':
        return this.#prepare(parsed.data.text);
      case 'commit':
        return this.#commit();
      case 'confirm':
        return this.#confirm();
      case 'revert':
        return this.#revert();
      default:
        return assertNever(parsed.data);
    }
  }

  async #prepare(text: string): Promise<ConfigChange> {
    const { file, node, reloader } = this.#o;
    const examined = reloader.examine(text, `${node}:${file}`);
    if (this.#pushing || this.#staged?.taken === true)
      return { ...examined.answer, outcome: 'refused', detail: 'another config is on its way' };
    if (isUsable(examined))
      this.#staged = { text, examined, before: reloader.text, taken: false, written: undefined };
    return Promise.resolve(examined.answer);
  }

  async #commit(): Promise<Done> {
    const staged = this.#staged;
    if (staged === undefined) return { ok: false, detail: 'no config was sent before' };
    staged.taken = true;
    // From here on: whoever sent it may die at any moment.
    this.#deadline = setTimeout(() => {
      this.#o.onFault(
        'take up the config of the peer',
        'it was not confirmed; the one before it holds again',
      );
      void this.#revert();
    }, CONFIRM_LIMIT);
    const { examined, text } = staged;
    const change = examined.ok ? await this.#o.reloader.take(examined, text) : examined.answer;
    if (change.outcome !== 'refused') return { ok: true, detail: '' };
    this.#forget();
    return { ok: false, detail: change.detail };
  }

  async #confirm(): Promise<Done> {
    const staged = this.#staged;
    if (staged?.taken !== true) return { ok: false, detail: 'nothing was taken up' };
    try {
      staged.written = replaceFile(this.#o.file, staged.text);
    } catch (error) {
      await this.#revert();
      return { ok: false, detail: String(error) };
    }
    clearTimeout(this.#deadline);
    staged.taken = false;
    return { ok: true, detail: '' };
  }

  /** Also of what was confirmed: the other one may have failed to write its file. */
  async #revert(): Promise<Done> {
    const staged = this.#staged;
    this.#forget();
    if (staged === undefined) return { ok: true, detail: '' };
    try {
      staged.written?.();
    } catch (error) {
      this.#o.onFault(`write ${this.#o.file}`, error);
    }
    const { outcome, detail } = await this.#o.reloader.restore(staged.before);
    if (outcome === 'refused') this.#o.onFault('go back to the config before', detail);
    return { ok: outcome !== 'refused', detail };
  }

  #forget(): void {
    clearTimeout(this.#deadline);
    this.#staged = undefined;
  }

  close(): void {
    clearTimeout(this.#deadline);
  }
}

/** Good, if perhaps nothing new. */
function isUsable({ answer: { outcome } }: Examined): boolean {
  return outcome === 'wouldApply' || outcome === 'unchanged';
}

function unanswered(peer: string): string {
  return `${peer} did not answer: it is down, or runs another release, or the journal does not reach it`;
}
