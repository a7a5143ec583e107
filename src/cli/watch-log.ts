/** What `ftpair watch` prints where no screen is: one line, or one JSON object, for each change. Pure. */
import { oneLine } from '../alerts/text.js';
import { standLine } from './watch-changes.js';
import type { Watched } from './watch-look.js';

/** One thing that happened. `status` stands where the reader may have missed something: at the begin, and after a time without an answer. */
export interface WatchLine {
  readonly time: string;
  readonly node: string;
  /** As in Change, or `start`, `away`, `back`. */
  readonly subject: string;
  readonly text: string;
  readonly event?: object;
  readonly status?: object;
}

/** What there is to say after a look; nothing while nothing changes. */
export function linesAfter(before: Watched, after: Watched, time: Date): readonly WatchLine[] {
  const node = after.view?.node ?? '';
  const line = (
    subject: string,
    text: string,
    more: Pick<WatchLine, 'event' | 'status'> = {},
  ): WatchLine => ({
    ...{ time: time.toISOString(), node, subject, text },
    ...more,
  });
  if (after.away !== undefined) return before.away === undefined ? [line('away', after.away.problem)] : [];
  const { view } = after;
  if (view === undefined) return [];
  const begin = before.view === undefined ? 'start' : before.away === undefined ? undefined : 'back';
  const stand = begin === undefined ? [] : [line(begin, standLine(view), { status: view })];
  return [
    ...stand,
    ...after.changes.flatMap(({ subject, text }) => {
      if (text === undefined) return [];
      const event = after.events.find(({ number }) => subject === `event:${number}`);
      return [event === undefined ? line(subject, text) : line('event', text, { event })];
    }),
  ];
}

/** For people and for logger(1). */
export function textOf({ time, text }: WatchLine): string {
  return `${time} ${oneLine(text)}\n`;
}

/** For scripts: one object on one line. */
export function jsonOf(line: WatchLine): string {
  return `${JSON.stringify(line, (_, part: unknown) => (part === undefined ? null : part))}\n`;
}
