/**
 * A page on loopback whose daemon is made up: every text of others is hostile, and there are ten thousand sessions, or none. For what
 * no lab can bring about.
 *   node --import tsx web-host-main.ts PORT SESSIONS
 */
import { parseConfig } from '../../../src/config/load.js';
import { monotonicNow } from '../../../src/time.js';
import { startWeb } from '../../../src/web/start.js';
import { change, GOOD } from '../../unit/config/good.js';
import { crowd, EVENTS, FULL, poisoned, sources } from '../../unit/web/daemon.js';

const [port = '0', sessions = '0'] = process.argv.slice(2);
const section = `web: { listen: [127.0.0.1], port: ${port} }\nservices:`;
const parsed = parseConfig(change('services:', section, GOOD), 'ftpair.yaml');
if (!parsed.ok || parsed.config.web === undefined) throw new Error(JSON.stringify(parsed));

const everybody = crowd(Number(sessions));
const control = everybody.sessions.length;
const status = poisoned({ ...FULL, sessions: { control, data: 0, announced: 0 } }, []);
const events = poisoned(EVENTS, [EVENTS.events[0]?.time ?? '']);

startWeb({
  ...{ config: parsed.config, web: parsed.config.web, self: 0 },
  clocks: { now: monotonicNow, wallNow: () => Date.now() },
  onTrouble: (_address, trouble) => {
    console.log(trouble ?? 'ready');
  },
  sources: sources({
    status: () => status,
    events: () => events,
    sessions: ({ after = 0, limit }) => {
      const end = after + limit;
      const next = end < everybody.known ? end : undefined;
      return Promise.resolve({
        ok: true,
        value: { ...everybody, sessions: everybody.sessions.slice(after, end), next },
      });
    },
  }),
});
