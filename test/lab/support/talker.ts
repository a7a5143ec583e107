/** A client in a namespace that says whatever it is told on control connections, and opens data connections by hand. */
import { spawnIn } from '../../../src/lab/ip-command.js';
import { createLineSplitter } from '../../../src/drill/session-wire.js';

export type TalkerOrder =
  | { readonly do: 'open'; readonly host: string; readonly port: number; readonly from?: string }
  | {
      readonly do: 'say';
      readonly id: number;
      /** Byte for byte; empty to listen only. */
      readonly text: string;
      readonly replies: number;
      readonly within: number;
    }
  | { readonly do: 'ends'; readonly id: number }
  | { readonly do: 'close'; readonly id: number }
  | {
      readonly do: 'dial';
      readonly host: string;
      readonly port: number;
      readonly from?: string;
      readonly within: number;
    };

/** What a data connection has brought; `bytes` is undefined when it did not open in time. */
export interface Heard {
  readonly bytes: number | undefined;
  readonly sha256: string;
}

/** One control connection. */
export interface Conversation {
  /** Sends text as it is and returns the next replies, `226 Done.`, fewer when 5 seconds have passed. */
  say(text: string, replies?: number): Promise<string[]>;
  ends(): Promise<{ local: string; remote: string }>;
  close(): Promise<void>;
}

export interface Talker {
  /** Connects and reads the greeting. */
  open(host: string, port?: number, from?: string): Promise<Conversation>;
  /** Opens a data connection and reads it to its end, or for `within` milliseconds. */
  dial(host: string, port: number, within?: number): Promise<Heard>;
}

/** Starts one; it ends with this process or with its lab. */
export function startTalker(namespace: string): Talker {
  const main = new URL('talker-main.ts', import.meta.url).pathname;
  const child = spawnIn(namespace, process.execPath, ['--import', 'tsx', main], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  const split = createLineSplitter((line) => {
    const { id, answer, problem } = JSON.parse(line) as { id: number; answer?: unknown; problem?: string };
    if (problem === undefined) asked.get(id)?.resolve(answer);
    else asked.get(id)?.reject(new Error(problem));
    asked.delete(id);
  });
  child.stdout?.setEncoding('utf8').on('data', split);
  child.stdin?.on('error', () => undefined);
  let last = 0;
  const tell = (order: TalkerOrder): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked.set((last += 1), { resolve, reject });
      child.stdin?.write(`${JSON.stringify({ id: last, order })}\n`);
    });
  return {
    open: async (host, port = 21, from) => {
      const id = (await tell({ do: 'open', host, port, ...(from !== undefined && { from }) })) as number;
      const say = async (text: string, replies = 1): Promise<string[]> =>
        (await tell({ do: 'say', id, text, replies, within: 5000 })) as string[];
      await say('', 1);
      return {
        say,
        ends: async () => (await tell({ do: 'ends', id })) as { local: string; remote: string },
        close: async () => {
          await tell({ do: 'close', id });
        },
      };
    },
    dial: async (host, port, within = 1000) => (await tell({ do: 'dial', host, port, within })) as Heard,
  };
}
