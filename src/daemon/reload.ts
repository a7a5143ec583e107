/**
 * A new config for a running director: read, checked whole, compared with what runs, and taken up or refused whole. One at a time.
 * It decides what may be taken up; taking it up is the director's.
 */
import { formatComplaint, type Complaint } from '../config/complaint.js';
import { configDifferences, type Difference } from '../config/difference.js';
import { parseConfig, readConfigText } from '../config/load.js';
import type { Config } from '../config/model.js';
import type { ChangedKey, ConfigChange } from '../control/config-change.js';

export interface ReloaderOptions {
  readonly file: string;
  /** What the director was started with. */
  readonly text: string;
  /** Takes a config up, or throws and changes nothing. */
  readonly apply: (config: Config) => Promise<void>;
}

/** A text that may be taken up, and what it changes; or why not. */
export type Examined =
  | { readonly ok: true; readonly config: Config; readonly answer: ConfigChange }
  | { readonly ok: false; readonly answer: ConfigChange };

export class Reloader {
  readonly #o: ReloaderOptions;
  /** What runs. */
  #text: string;
  #busy = false;

  constructor(options: ReloaderOptions) {
    this.#o = options;
    this.#text = options.text;
  }

  get text(): string {
    return this.#text;
  }

  /** Reads the file again. `dry`: says what would change, and changes nothing. Never throws. */
  async reload(dry: boolean): Promise<ConfigChange> {
    const { file } = this.#o;
    const read = readConfigText(file);
    if (!read.ok) return answer(file, 'invalid', { complaints: read.complaints });
    const examined = this.examine(read.text, file);
    if (!examined.ok || dry) return examined.answer;
    return this.take(examined, read.text);
  }

  /** Whether a text could be taken up now. `file` names it in the complaints. */
  examine(text: string, file: string): Examined {
    const parsed = parseConfig(text, file);
    if (!parsed.ok) return { ok: false, answer: answer(file, 'invalid', parsed) };
    const facts = { complaints: parsed.warnings, changes: configDifferences(this.#text, text) };
    if (facts.changes.length === 0) return { ok: false, answer: answer(file, 'unchanged', facts) };
    if (facts.changes.some(({ restart }) => restart))
      return { ok: false, answer: answer(file, 'restart', facts) };
    return { ok: true, config: parsed.config, answer: answer(file, 'wouldApply', facts) };
  }

  /** Goes back to a text that ran before. Never throws. */
  async restore(text: string): Promise<ConfigChange> {
    const examined = this.examine(text, this.#o.file);
    return examined.ok ? this.take(examined, text) : examined.answer;
  }

  /** Takes up what was examined. Never throws: a refusal is an answer, and nothing has changed. */
  async take(examined: Examined & { readonly ok: true }, text: string): Promise<ConfigChange> {
    const refused = (detail: string): ConfigChange => ({ ...examined.answer, outcome: 'refused', detail });
    if (this.#busy) return refused('another config is being taken up at this moment');
    this.#busy = true;
    try {
      await this.#o.apply(examined.config);
      this.#text = text;
      return { ...examined.answer, outcome: 'applied' };
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    } finally {
      this.#busy = false;
    }
  }
}

function answer(
  file: string,
  outcome: ConfigChange['outcome'],
  facts: {
    readonly complaints?: readonly Complaint[];
    readonly warnings?: readonly Complaint[];
    readonly changes?: readonly Difference[];
  },
): ConfigChange {
  const complaints = (facts.complaints ?? facts.warnings ?? []).map(formatComplaint);
  return { outcome, file, complaints, changes: (facts.changes ?? []).map(changedKey), detail: '' };
}

/** As JSON has it. */
export function changedKey({ path, before, after, restart }: Difference): ChangedKey {
  return { path, before: before ?? null, after: after ?? null, restart };
}
