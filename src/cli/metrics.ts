/** `ftpair metrics`: prints the daemon's figures for Prometheus, for collectors that read files. */
import { request } from '../control/client.js';
import { parseMetrics } from '../control/schema.js';
import { ExitStatus } from '../fatal.js';
import { millis } from '../time.js';
import type { Screen } from './screen.js';
import { controlSocket, understood } from './talk.js';

const LIMIT = millis(3000);

/** Throws `Fatal` (`unreachable`) when there is no answer that can be understood. */
export async function metricsCommand(runtimeDir: string, screen: Screen): Promise<ExitStatus> {
  const answer = await request(controlSocket(runtimeDir), 'GET', '/metrics', LIMIT);
  screen.out(understood(answer, parseMetrics(answer.body)).text);
  return ExitStatus.ok;
}
