/** `ftpair explain`: asks for the status and for the sessions that a failover would lose, and prints what follows. It judges nothing. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LostReason } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import { ExitStatus } from '../fatal.js';
import { explanation, type Section, type SessionCounts } from './explain-text.js';
import { createPaint } from './paint.js';
import type { Screen } from './screen.js';
import { gatherSessions } from './sessions.js';
import { askStatus } from './talk.js';

/** After a change the daemon looks again within a second. */
const ASK_AGAIN = { times: 12, everyMillis: 200 } as const;

export interface ExplainOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
}

/** `ok` whatever it says. Throws `Fatal` (`unreachable`) when there is no answer that can be understood. */
export async function explainCommand(options: ExplainOptions, screen: Screen): Promise<ExitStatus> {
  const view = await settledStatus(options.runtimeDir);
  const sections = explanation(view, await counts(options.runtimeDir));
  if (options.json) screen.out(`${JSON.stringify({ node: view.node, sections }, missingAsNull, 2)}\n`);
  else screen.out(renderExplanation(sections, screen.colour));
  return ExitStatus.ok;
}

async function settledStatus(runtimeDir: string): Promise<StatusView> {
  let view = await askStatus(runtimeDir);
  for (let tries = 0; view.outlook === undefined && tries < ASK_AGAIN.times; tries++) {
    await pause(ASK_AGAIN.everyMillis);
    view = await askStatus(runtimeDir);
  }
  return view;
}

async function counts(runtimeDir: string): Promise<SessionCounts> {
  const all = { json: false, limit: 0, client: undefined, server: undefined, lost: true };
  const { known, sessions } = await gatherSessions({ runtimeDir, ...all });
  const lost: Partial<Record<LostReason, number>> = {};
  for (const { reason } of sessions) if (reason !== undefined) lost[reason] = (lost[reason] ?? 0) + 1;
  return { known, lost };
}

/** The whole text; ends with a newline. */
export function renderExplanation(sections: readonly Section[], colour: boolean): string {
  const paint = createPaint(colour);
  return sections
    .map(({ title, sentences }) => {
      const lines = sentences.flatMap(({ text, tone, cure }) => [
        `  ${paint(text, tone)}`,
        ...(cure === undefined ? [] : [`    cure: ${paint(cure)}`]),
      ]);
      return `${[paint(title, 'title'), ...lines].join('\n')}\n`;
    })
    .join('\n');
}

/** Every key is there for scripts. */
function missingAsNull(_key: string, value: unknown): unknown {
  return value === undefined ? null : value;
}
