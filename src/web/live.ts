/**
 * Live data by server-sent events (HTML standard, §9.2): one picture a second for all who listen, none while nobody does. Each
 * listener gets the parts that differ from what it has; who does not read gets nothing more, and is dropped in the end.
 */
import type { ServerResponse } from 'node:http';

/** What there is to tell: text by name. */
export type Parts = ReadonlyMap<string, string>;

export interface LiveOptions {
  /** Makes the picture; may throw, then this second is left out. */
  readonly picture: () => { readonly at: string; readonly parts: Parts };
  readonly every: number;
  readonly mostListeners: number;
}

/** So many pictures may pass a listener by until it is dropped. */
const MOST_MISSED = 10;
/** After so many pictures without a difference something is said nevertheless: who has gone is found so. */
const QUIET_PICTURES = 10;

interface Listener {
  readonly response: ServerResponse;
  /** What it has. The texts are shared between all listeners. */
  parts: Parts;
  missed: number;
  quiet: number;
}

export class Live {
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly o: LiveOptions) {}

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Whether there is room for one more. */
  get hasRoom(): boolean {
    return this.#listeners.size < this.o.mostListeners;
  }

  /** Takes a response whose head has been written. The first picture goes out at once. */
  add(response: ServerResponse): void {
    const listener = { response, parts: new Map<string, string>(), missed: 0, quiet: 0 };
    this.#listeners.add(listener);
    const gone = (): void => {
      this.#drop(listener);
    };
    response.on('close', gone).on('error', gone);
    response.write('retry: 3000\n\n');
    this.#tell([listener]);
    this.#timer ??= setInterval(() => {
      this.#tell([...this.#listeners]);
    }, this.o.every).unref();
  }

  /** Ends all of them. */
  close(): void {
    for (const listener of [...this.#listeners]) this.#drop(listener);
  }

  #drop(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.response.destroy();
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(listeners: readonly Listener[]): void {
    let picture: ReturnType<LiveOptions['picture']>;
    try {
      picture = this.o.picture();
    } catch {
      // The next one may be better; who looks sees how old the picture is.
      return;
    }
    for (const listener of listeners) this.#tellOne(listener, picture.at, picture.parts);
  }

  #tellOne(listener: Listener, at: string, parts: Parts): void {
    const { response } = listener;
    if (response.writableNeedDrain) {
      listener.missed += 1;
      if (listener.missed >= MOST_MISSED) this.#drop(listener);
      return;
    }
    listener.missed = 0;
    const news = [...parts].filter(([name, text]) => listener.parts.get(name) !== text);
    listener.quiet = news.length === 0 ? listener.quiet + 1 : 0;
    if (news.length === 0 && listener.quiet < QUIET_PICTURES) return;
    listener.quiet = 0;
    listener.parts = parts;
    const data = JSON.stringify({ at, parts: Object.fromEntries(news) });
    response.write(`event: parts\ndata: ${data}\n\n`);
  }
}
