/** `ftpair history`: changes of role and alerts of the running daemon on one timeline. It asks and prints; it judges nothing. */
import { request } from '../control/client.js';
import { eventsUrl } from '../control/events.js';
import { parseEvents } from '../control/schema.js';
import { ExitStatus } from '../fatal.js';
import { millis } from '../time.js';
import { renderTimeline } from './history-screen.js';
import type { Screen } from './screen.js';
import { askStatus, controlSocket, understood } from './talk.js';
import { timeline } from './timeline.js';

const EVENTS_LIMIT = millis(3000);

export interface HistoryOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
  /** The newest so many; 0 for all. */
  readonly limit: number;
}

/** Throws `Fatal` (`unreachable`) without an answer that can be understood. */
export async function historyCommand(options: HistoryOptions, screen: Screen): Promise<ExitStatus> {
  const { runtimeDir, json, limit } = options;
  // Before the question, so that no change of role stands behind the alert that tells of it.
  const asked = new Date();
  const view = await askStatus(runtimeDir);
  const answer = await request(controlSocket(runtimeDir), 'GET', eventsUrl(0), EVENTS_LIMIT);
  const { events } = understood(answer, parseEvents(answer.body));
  const moments = timeline(view.history, events, asked);
  const shown = limit === 0 ? moments : moments.slice(-limit);
  if (json) screen.out(`${JSON.stringify({ node: view.node, timeline: shown }, undefined, 2)}\n`);
  else screen.out(renderTimeline(view.node, shown, moments.length, screen.colour));
  return ExitStatus.ok;
}
