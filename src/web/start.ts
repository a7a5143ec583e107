/**
 * The page of a running director: its listeners, opened until they hold. An address that is not there yet, a port that is taken or
 * a token that cannot be read is a complaint and another try, never a failed start of the daemon.
 */
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Config, WebConfig } from '../config/model.js';
import { liveParts } from './overview.js';
import { Live } from './live.js';
import { listen } from './listener.js';
import { Pace } from './pace.js';
import { namesOf, placesOf } from './places.js';
import { Routes } from './routes.js';
import { type Clocks, Snapshots } from './snapshot.js';
import type { WebSources } from './sources.js';
import { readToken } from './token.js';

export interface WebOptions {
  readonly config: Config;
  readonly web: WebConfig;
  readonly self: 0 | 1;
  readonly sources: WebSources;
  readonly clocks: Clocks;
  /** Told of each new trouble, and with undefined when an address is served. */
  readonly onTrouble: (address: string, trouble: string | undefined) => void;
}

/** A page that is being served. */
export interface Web {
  /** What keeps which address from being served. */
  troubles(): readonly string[];
  /** Stops at once, whoever is looking. Never rejects. */
  close(): Promise<void>;
}

const RETRY_MILLIS = 5000;
const PICTURE_MILLIS = 1000;
const MOST_LISTENERS = 20;
/** Of all callers together. */
const REQUESTS_PER_SECOND = 50;
const REQUESTS_AT_ONCE = 100;

/** Begins to listen, in its own time. */
export function startWeb(options: WebOptions): Web {
  const { config, web, self, sources, clocks } = options;
  const snapshots = new Snapshots(sources, clocks);
  const live = new Live({
    picture: () => {
      const { overview, wallNow } = snapshots.get();
      return { at: new Date(wallNow).toISOString().slice(11, 19), parts: liveParts(overview) };
    },
    every: PICTURE_MILLIS,
    mostListeners: MOST_LISTENERS,
  });
  const drills = join(config.stateDir, 'drills');
  const routes = new Routes({ sources, snapshots, drills, metrics: web.metrics });
  const pace = new Pace(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE, clocks.now());
  const places = placesOf(config, self).map(
    (address) =>
      new Place(address, options.onTrouble, (onFailure) => {
        const token = tokenOf(web);
        const gate = { names: namesOf(config), token, pace };
        return listen({ address, port: web.port, gate, routes, live, now: clocks.now, onFailure });
      }),
  );
  return {
    troubles: () => places.flatMap(({ trouble }) => trouble ?? []),
    close: async () => {
      live.close();
      await Promise.all(places.map((place) => place.close()));
    },
  };
}

function tokenOf({ tokenFile }: WebConfig): string | undefined {
  if (tokenFile === undefined) return undefined;
  const read = readToken(tokenFile);
  // Without the secret nothing is served: a page that should be guarded must not stand open.
  if (!read.ok) throw new Error(read.problem);
  return read.token;
}

type Open = (onFailure: (error: Error) => void) => Promise<Server>;

/** One address, and the tries to serve it. */
class Place {
  trouble: string | undefined;
  #server: Server | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #opening: Promise<void>;

  constructor(
    private readonly address: string,
    private readonly onTrouble: WebOptions['onTrouble'],
    private readonly open: Open,
  ) {
    this.#opening = this.#try();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#opening;
    const server = this.#server;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  async #try(): Promise<void> {
    try {
      this.#server = await this.open((error) => {
        this.#failed(error);
      });
      this.#says(undefined);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#says(`the web page is not served on ${this.address}: ${error instanceof Error ? error.message : String(error)}`);
    this.#server?.close();
    this.#server = undefined;
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#opening = this.#try();
    }, RETRY_MILLIS).unref();
  } // prettier-ignore

  #says(trouble: string | undefined): void {
    if (trouble === this.trouble && trouble !== undefined) return;
    this.trouble = trouble;
    this.onTrouble(this.address, trouble);
  }
}
