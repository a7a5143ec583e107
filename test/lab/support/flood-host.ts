/**
 * A pulse side as pulse-host.ts runs it, whose main thread raises ten thousand alerts a second: repeats, different ones, and
 * critical ones that always pass, to a collector that reads nothing and to one that is not there. The news of the pulse side are
 * raised among them. Once told `sync` it begins, and says again and
 * again what that costs.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import pino from 'pino';
import type { Alert } from '../../../src/alerts/catalogue.js';
import { createAlerts } from '../../../src/alerts/sinks.js';
import type { Config } from '../../../src/config/model.js';
import { alertsOf } from '../../../src/daemon/news.js';
import type { FromPulse } from '../../../src/pulse/face.js';
import { millis, monotonicNow } from '../../../src/time.js';

/** What a flood cost. */
export interface FloodFigures {
  readonly type: 'figures';
  readonly raised: number;
  readonly failed: number;
  /** Alerts that were told, beside those that always pass. */
  readonly toldOfOthers: number;
  readonly seconds: number;
  /** Microseconds of one `raise`. */
  readonly medianMicros: number;
  readonly p99Micros: number;
  readonly grownMebibytes: number;
  /** From the pulse side's own clock at its takeover until the alert was with the targets. */
  readonly takeoverToldMillis?: number | undefined;
  readonly waiting: readonly number[];
}

const PER_SECOND = 10_000;
const PEER = 'd0';

const deaf = createServer((socket) => {
  socket.pause();
  socket.on('error', () => undefined);
}).listen(0, '127.0.0.1');
await once(deaf, 'listening');
const { port } = deaf.address() as AddressInfo;

const { config } = JSON.parse(process.argv[2] ?? '') as { config: Config };
let othersTold = 0;
let toldAt: number | undefined;
const alerts = createAlerts({
  config: {
    ...{ local: undefined, facility: 'daemon' },
    remote: [
      { protocol: 'tcp', address: '127.0.0.1', port },
      { protocol: 'udp', address: '127.0.0.1', port: 9 },
      { protocol: 'tcp', address: '192.0.2.1', port: 514 },
    ],
  },
  ...{ host: 'd1', pid: process.pid, logger: pino({ enabled: false }), run: 'flood' },
  ...{ now: monotonicNow, wallClock: () => new Date() },
  listeners: [
    ({ notice: { alert } }) => {
      if (alert.id === 'takeover') toldAt = monotonicNow();
      if (alert.id === 'fault' || alert.id === 'path-lost' || alert.id === 'path-back') othersTold += 1;
    },
  ],
});

const micros: number[] = [];
let raised = 0;
let before = 0;
let began = monotonicNow();
let tookOverAt = 0;

function alertOf(number: number): Alert {
  switch (number % 4) {
    case 0:
      return { id: 'path-lost', path: 'public', peer: PEER };
    case 1:
      return { id: 'path-back', path: 'public', peer: PEER };
    case 2:
      return { id: 'fault', operation: `operation ${number}`, reason: 'EIO' };
    default:
      return { id: 'no-server', service: 'ftp' };
  }
}

function raiseDue(): void {
  const due = ((monotonicNow() - began) / 1000) * PER_SECOND;
  while (raised < due) {
    const from = process.hrtime.bigint();
    alerts.raise(alertOf((raised += 1)));
    micros.push(Number(process.hrtime.bigint() - from) / 1000);
  }
  setImmediate(raiseDue);
}

/** News that come from the worker, told by pulse-host.ts to the standard output, are heard here on their way. */
function hear(message: FromPulse): void {
  if (message.type === 'role' && message.transition.to === 'active') tookOverAt = message.transition.at;
  for (const alert of alertsOf(message, undefined, config, PEER)) alerts.raise(alert);
}

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (line: string) => {
  hear(JSON.parse(line) as FromPulse);
  return write(line);
};

await import('../pulse-host.js');

createInterface({ input: process.stdin }).on('line', (line) => {
  if ((JSON.parse(line) as { type: string }).type !== 'sync') return;
  began = monotonicNow();
  before = process.memoryUsage.rss();
  raiseDue();
  setInterval(() => write(`${JSON.stringify(figuresNow())}\n`), 500);
});

function figuresNow(): FloodFigures {
  const sorted = micros.toSorted((a, b) => a - b);
  const counters = alerts.counters();
  return {
    type: 'figures',
    ...{ raised: counters.raised, failed: counters.failed, toldOfOthers: othersTold },
    seconds: millis(monotonicNow() - began) / 1000,
    medianMicros: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99Micros: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    grownMebibytes: (process.memoryUsage.rss() - before) / 2 ** 20,
    takeoverToldMillis: toldAt === undefined ? undefined : toldAt - tookOverAt,
    waiting: counters.targets.map(({ waiting }) => waiting),
  };
}
