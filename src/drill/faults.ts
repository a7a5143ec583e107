/**
 * What each scenario breaks, and the word to the guardian before it does. It never touches the daemon's own tables, and waits
 * for nothing that follows.
 */
import { assertNever } from '../assert.js';
import type { Config, DirectorConfig, RealServer } from '../config/model.js';
import { runNft } from '../dataplane/nft.js';
import { ExitStatus, Fatal } from '../fatal.js';
import type { Guardian } from './guardian.js';
import type { Scenario } from './record.js';
import { encodeRecipe, type Recipe } from './restart.js';
import { processMark } from './system.js';
import type { Talk } from './talk.js';
import type { ProcessMark } from './undo.js';

/** Filters of a drill are in tables of this name, so that they are known and removed. */
export const DRILL_TABLE = 'ftpair_drill';

export interface FaultSetting {
  readonly config: Config;
  /** This router. */
  readonly self: DirectorConfig;
  readonly talk: Talk;
  /** The daemon's process. */
  readonly pid: number;
  /** For `crash`: how it is brought back. */
  readonly recipe: Recipe | undefined;
  /** For `server-down`: the addresses of the server that is cut off. */
  readonly cutOff: readonly RealServer[];
}

/** Does it, and returns what was done in a sentence. Throws `Fatal` when it was refused. */
export async function applyFault(
  scenario: Scenario,
  setting: FaultSetting,
  guardian: Guardian,
): Promise<string> {
  switch (scenario) {
    case 'handover':
    case 'back':
      return handOver(setting.talk);
    case 'crash':
      if (setting.recipe === undefined) throw new Error('a crash without a way back');
      await guardian.register({ type: 'start', recipe: encodeRecipe(setting.recipe) });
      process.kill(setting.pid, 'SIGKILL');
      return `daemon ${setting.pid} killed`;
    case 'freeze':
      await guardian.register({ type: 'continue', process: markOf(setting.pid) });
      process.kill(setting.pid, 'SIGSTOP');
      return `daemon ${setting.pid} stopped`;
    case 'isolate': {
      const link = setting.self.private.interface;
      await filter(guardian, isolation(link), true);
      return `${link} cut`;
    }
    case 'pulse-cut':
      await filter(guardian, pulseCut(setting.config.pulse.port), false);
      return `UDP port ${setting.config.pulse.port} dropped on all links`;
    case 'server-down':
      await filter(guardian, serverCut(setting.cutOff), false);
      return `TCP of ${setting.cutOff.map(({ name, address }) => `${name} (${address})`).join(', ')} dropped`;
    default:
      return assertNever(scenario);
  }
}

async function handOver(talk: Talk): Promise<string> {
  const { accepted, detail } = await talk.handover();
  if (accepted) return `handover accepted: ${detail}`;
  throw new Fatal(
    ExitStatus.no,
    `the handover was refused: ${detail}`,
    'see "ftpair status" on both routers, and try again when they are in sync',
  );
}

async function filter(guardian: Guardian, ruleset: string, arp: boolean): Promise<void> {
  await guardian.register({ type: 'table', family: 'inet', name: DRILL_TABLE });
  if (arp) await guardian.register({ type: 'table', family: 'arp', name: DRILL_TABLE });
  await runNft(ruleset);
}

/** Before connection tracking on the way in, and last on the way out: nothing else sees what is dropped. */
function tableText(family: 'inet' | 'arp', inRule: string, outRule: string): string {
  const [inHook, outHook] = family === 'inet' ? ['prerouting', 'postrouting'] : ['input', 'output'];
  return [
    `table ${family} ${DRILL_TABLE} {`,
    `  chain in { type filter hook ${inHook} priority -500; ${inRule}; }`,
    `  chain out { type filter hook ${outHook} priority 500; ${outRule}; }`,
    '}',
    '',
  ].join('\n');
}

/** The ruleset that cuts a link for all of IP and ARP. */
export function isolation(link: string): string {
  const rules = [`iifname "${link}" drop`, `oifname "${link}" drop`] as const;
  return tableText('inet', ...rules) + tableText('arp', ...rules);
}

/** The ruleset that drops the pulse, and nothing else. */
export function pulseCut(port: number): string {
  return tableText('inet', `udp dport ${port} drop`, `udp dport ${port} drop`);
}

/** The ruleset that drops TCP of servers. Echo stays: the other router reaches no more servers than this one. */
export function serverCut(servers: readonly RealServer[]): string {
  const rule = (side: 'saddr' | 'daddr'): string =>
    servers
      .map(
        ({ address }) => `${address.includes(':') ? 'ip6' : 'ip'} ${side} ${address} meta l4proto tcp drop`,
      )
      .join('; ');
  return tableText('inet', rule('saddr'), rule('daddr'));
}

function markOf(pid: number): ProcessMark {
  const mark = processMark(pid);
  if (mark === undefined)
    throw new Fatal(ExitStatus.unreachable, `the daemon ${pid} is gone`, 'look at "systemctl status ftpair"');
  return mark;
}
