/**
 * `npm run demo`: raises the lab, starts the pair, runs real downloads through it, cuts the active director's power in
 * the middle, and shows what the clients noticed. Ends with 0 only if every promise was kept, and leaves nothing behind.
 */
import type { StatusView } from '../control/status.js';
import { Fatal } from '../fatal.js';
import { millis, monotonicNow } from '../time.js';
import type { RemoteProbe, RemoteSession } from './client.js';
import { content } from './content.js';
import { type Downloads, startDownloads } from './demo-downloads.js';
import { progressLine, report, type TransferLine } from './demo-report.js';
import { createScreen } from './demo-screen.js';
import { isEnding } from './guard.js';
import { type Lab, raiseLab } from './lab.js';
import type { DirectorName } from './plan.js';
import type { TransferResult } from '../drill/session.js';
import { pause, until } from '../until.js';

const RATE = 3 * 1_048_576;
/** The power goes when every download has come this far. */
const CUT_AT = 0.35;

const screen = createScreen(process.stdout);
// Told to end: the lab is being taken down, and what the transfers look like meanwhile means nothing.
const say = (line: string): void => {
  if (!isEnding()) screen.line(line);
};

interface Pair {
  readonly active: DirectorName;
  readonly backup: DirectorName;
}

const names: readonly DirectorName[] = ['alpha', 'beta'];

function ready(active: StatusView, backup: StatusView): boolean {
  const servers = active.services.flatMap((service) => service.servers);
  return (
    active.role === 'active' &&
    backup.role === 'backup' &&
    backup.sync.inSync &&
    servers.every(({ up }) => up)
  );
}

/** Waits until one director is active, the other one in sync, and every server is up. */
function settled(lab: Lab): Promise<Pair> {
  return until(
    async () => {
      const [alpha, beta] = await Promise.all([
        lab.director('alpha').status(),
        lab.director('beta').status(),
      ]);
      if (ready(alpha, beta)) return { active: 'alpha', backup: 'beta' } as const;
      return ready(beta, alpha) && ({ active: 'beta', backup: 'alpha' } as const);
    },
    { what: 'one director is active and the other in sync', within: millis(20_000), every: millis(100) },
  );
}

function show(downloads: Downloads, note: string): void {
  if (isEnding()) return;
  const { bytes: total } = content.big;
  screen.redraw(
    downloads.all.map(({ mode, bytes, ended }) => {
      const state = ended ? (ended.status === 0 ? 'done' : `curl ended with ${ended.status}`) : note;
      return progressLine(mode, bytes, total, state);
    }),
  );
}

/** Redraws until the condition holds or all downloads have ended. */
async function watch(downloads: Downloads, note: string, enough: () => boolean): Promise<void> {
  let next = 0;
  while (!enough() && downloads.all.some(({ ended }) => !ended)) {
    if (monotonicNow() >= next) {
      show(downloads, note);
      next = monotonicNow() + screen.everyMillis;
    }
    await pause(millis(20));
  }
  show(downloads, note);
}

/** Opens the channel that the lost director announced, as soon as the other one is active. */
async function useAnnounced(
  lab: Lab,
  session: RemoteSession,
  survivor: DirectorName,
): Promise<TransferResult> {
  const active = async (): Promise<boolean> => (await lab.director(survivor).status()).role === 'active';
  await until(active, { what: `${survivor} is active`, within: millis(20_000), every: millis(5) });
  return session.retrieve(content.middle.name);
}

/** The announced channel's line; a failure is a line too. */
function announcedLine(outcome: TransferResult | Error): TransferLine {
  const { bytes: expectedBytes, sha256 } = content.middle;
  const base = { mode: 'PASV, announced before', client: 'scripted', expectedBytes, stallBefore: undefined };
  if (outcome instanceof Error)
    return { ...base, bytes: 0, checksumRight: false, stallAfter: 0, complaint: outcome.message };
  const checksumRight = outcome.sha256 === sha256 && outcome.final.code === 226;
  const complaint = checksumRight ? '' : `${outcome.final.code} ${outcome.final.text}`;
  return { ...base, bytes: outcome.bytes, checksumRight, stallAfter: outcome.stallMillis, complaint };
}

function curlLines(downloads: Downloads): readonly TransferLine[] {
  const { bytes: expectedBytes, sha256 } = content.big;
  return downloads.all.map(({ mode, bytes, stallBefore, stallAfter, ended }) => {
    const checksumRight = ended?.status === 0 && ended.sha256 === sha256;
    return {
      mode,
      client: 'curl',
      bytes,
      expectedBytes,
      checksumRight,
      stallBefore,
      stallAfter,
      complaint: ended?.complaint ?? '',
    };
  });
}

/** The story in order; returns whether every promise was kept. */
async function failover(lab: Lab, { active, backup }: Pair): Promise<boolean> {
  const probe: RemoteProbe = lab.client.probe();
  const session = await lab.client.session({ localAddress: lab.client.addresses[4]?.v4 ?? '' });
  const port = await session.prepare('PASV');
  say(`a client has been told to use ${lab.vip}:${port} for data (227), and waits`);
  say('four real clients download 32 MiB each, at most 3 MiB/s:');
  const downloads = startDownloads(lab, content.big);
  await watch(downloads, `through ${active}`, () =>
    downloads.all.every(({ bytes }) => bytes > CUT_AT * content.big.bytes),
  );
  const memory = names.map((name) => ({ name, mebibytes: lab.director(name).residentMebibytes() }));
  await probe.report();
  downloads.split();
  lab.powerOff(active);
  screen.settle();
  say(`POWER CUT: ${active} is gone`);
  const announced = useAnnounced(lab, session, backup).catch((error: unknown) => error as Error);
  await watch(downloads, `through ${backup}`, () => false);
  await downloads.done;
  const outcome = await announced;
  screen.settle();
  const [seen, status] = [await probe.report(), await lab.director(backup).status()];
  const takeover = status.history.findLast(({ to }) => to === 'active');
  const { lines, kept } = report({
    lost: active,
    survivor: backup,
    role: status.role,
    reason: takeover?.reason ?? status.reason,
    steps: takeover?.steps ?? [],
    outageMillis: seen.silentMillis,
    probeStallMillis: seen.ownStallMillis,
    transfers: [...curlLines(downloads), announcedLine(outcome)],
    memory,
  });
  say('');
  for (const line of lines) say(line);
  return kept;
}

async function main(): Promise<number> {
  say('raising the lab: two directors, three FTP servers and a client in network namespaces');
  const lab = await raiseLab({ ratePerSecond: RATE });
  try {
    for (const name of names) lab.director(name).start();
    const pair = await settled(lab).catch((error: unknown) => {
      for (const name of names)
        say(`${name} said: ${lab.director(name).log().split('\n').slice(-6).join('\n')}`);
      throw error;
    });
    say(`${pair.active} is active, ${pair.backup} is backup and in sync; the VIP is ${lab.vip}`);
    return (await failover(lab, pair)) ? 0 : 1;
  } finally {
    await lab.down();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // Told to end: what breaks because the lab is being taken down is no news.
  if (!isEnding()) {
    process.exitCode = 1;
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Fatal) console.error(`  cure: ${error.cure}`);
  }
}
