/**
 * `ftpair drill`: asks whether it may, runs the scenarios, prints what came of them, keeps the records. What a drill does is in
 * the room drill; here is only the command around it.
 */
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { loadConfig } from '../config/load.js';
import { formatComplaint } from '../config/complaint.js';
import type { Config } from '../config/model.js';
import { conduct, type Conducted } from '../drill/conduct.js';
import { createInterruption, type Interruption } from '../drill/interruption.js';
import { prepareDrill, type DrillWishes } from '../drill/prepare.js';
import type { DrillRecord, Scenario } from '../drill/record.js';
import { allScenarios, noticesIsolation, SCENARIO_PLANS } from '../drill/scenarios.js';
import type { DrillSetting } from '../drill/setting.js';
import { keepRecord, recordText } from '../drill/store.js';
import { createTalk, type Talk } from '../drill/talk.js';
import { timeline } from '../drill/timeline.js';
import { type DrillLimits, judge } from '../drill/verdict.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { type Millis, monotonicNow } from '../time.js';
import { listHistory } from './drill-history.js';
import { liveProgress } from './drill-live.js';
import { drillLines } from './drill-report.js';
import { listenForSignals, quietWhenGone } from './drill-signals.js';
import type { Screen } from './screen.js';
import { controlSocket } from './talk.js';

export interface DrillOptions {
  readonly scenario: Scenario | 'all';
  readonly config: string;
  readonly node: string | undefined;
  readonly runtimeDir: string;
  readonly yes: boolean;
  readonly destructive: boolean;
  readonly duration: Millis;
  readonly sessions: number;
  readonly server: string | undefined;
  /** A path, or `-` for standard output. */
  readonly json: string | undefined;
  /** A path for the picture of the last scenario. */
  readonly svg: string | undefined;
  readonly directory: string | undefined;
  readonly maxOutage: Millis | undefined;
  readonly maxStall: Millis | undefined;
  /** Only list what was kept. */
  readonly history: boolean;
}

/** `ok` when every session came through and all is as it was; `no` when not, or when the pair is not ready. */
export async function drillCommand(options: DrillOptions, given: Screen): Promise<ExitStatus> {
  const interruption = createInterruption();
  const ending = listenForSignals(interruption);
  const screen = quietWhenGone(given, ending, options.json === '-');
  try {
    return await drill(options, screen, given, interruption);
  } finally {
    ending.done();
  }
}

async function drill(
  options: DrillOptions,
  screen: Screen,
  plain: Screen,
  interruption: Interruption,
): Promise<ExitStatus> {
  const config = configFrom(options.config);
  if (options.history)
    return listHistory(options.directory ?? join(config.stateDir, 'drills'), options.json, screen, plain);
  const node = nodeIndex(config, options.node);
  const talk = createTalk(controlSocket(options.runtimeDir));
  const scenarios = await scenariosFor(options.scenario, talk, config, screen);
  const live = liveProgress(screen, screen.stage?.size !== undefined && options.json !== '-', monotonicNow);
  const wishes: DrillWishes = {
    stock: { reference: undefined },
    ...{ node, talk, scenarios, interruption, destructive: options.destructive },
    ...{ durationMillis: options.duration, times: options.sessions, server: options.server },
    progress: live,
  };
  const setting = await ready(config, wishes, screen);
  if (setting === undefined) return ExitStatus.no;
  announce(scenarios, screen);
  if (!options.yes && !(await agreed(screen))) return ExitStatus.no;
  const directory = options.directory ?? join(config.stateDir, 'drills');
  const limits = { maxOutageMillis: options.maxOutage, maxStallMillis: options.maxStall };
  const results = await runAll(config, wishes, setting, screen, { directory, limits, live });
  if (options.json !== undefined)
    writeJson(
      options.json,
      results.map(({ record }) => record),
      plain,
    );
  const last = results.at(-1);
  if (options.svg !== undefined && last !== undefined)
    writeFileSync(options.svg, timeline(last.record), { mode: 0o644 });
  const good = results.length === scenarios.length && results.every(({ record }) => judge(record, limits).ok);
  return good ? ExitStatus.ok : ExitStatus.no;
}

/** One after the other, each on a pair that is ready; the first that ends badly is the last. */
async function runAll(
  config: Config,
  wishes: DrillWishes,
  first: DrillSetting,
  screen: Screen,
  {
    directory,
    limits,
    live,
  }: {
    readonly directory: string;
    readonly limits: DrillLimits;
    readonly live: { readonly end: () => void };
  },
): Promise<readonly Conducted[]> {
  const results: Conducted[] = [];
  for (const scenario of wishes.scenarios) {
    const again = { ...wishes, scenarios: [scenario] };
    const setting = results.length === 0 ? first : await ready(config, again, screen);
    if (setting === undefined) break;
    screen.out(`\n${scenario}\n`);
    const result = await conduct(scenario, setting).finally(live.end);
    results.push(result);
    const path = keepRecord(directory, result.record);
    screen.out(drillLines(result.record, limits, screen.colour));
    screen.out(`  record    ${path}\n  picture   ${path.replace(/json$/, 'svg')}\n`);
    if (!judge(result.record, limits).ok) break;
  }
  return results;
}

async function scenariosFor(
  wanted: Scenario | 'all',
  talk: Talk,
  config: Config,
  screen: Screen,
): Promise<readonly Scenario[]> {
  if (wanted !== 'all') return [wanted];
  const { status } = await talk.status();
  const isolate = noticesIsolation(config);
  if (!isolate)
    screen.err(
      'ftpair: isolate is left out: `track` has no address of the private LAN, so nobody would notice\n',
    );
  return allScenarios(status.role === 'active', isolate);
}

async function ready(config: Config, wishes: DrillWishes, screen: Screen): Promise<DrillSetting | undefined> {
  const prepared = await prepareDrill(config, wishes);
  if (prepared.ok) return prepared.setting;
  for (const { problem, cure } of prepared.obstacles)
    screen.err(`ftpair: no drill: ${problem}\n  cure: ${cure}\n`);
  return undefined;
}

function announce(scenarios: readonly Scenario[], screen: Screen): void {
  for (const scenario of new Set(scenarios)) {
    const { does, clients, undone } = SCENARIO_PLANS[scenario];
    screen.out(`${scenario}: ${does}\n  clients   ${clients}\n  undone    ${undone}\n`);
  }
  if (scenarios.length > 1) screen.out(`in this order: ${scenarios.join(', ')}\n`);
}

async function agreed(screen: Screen): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Fatal(ExitStatus.usage, 'a drill asks before it begins, and there is no terminal', 'add --yes');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C at the question: nothing has begun.
  const answer = await asking.question('Begin? [y/N] ').catch(() => '');
  asking.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  screen.err('ftpair: nothing was done\n');
  return false;
}

function configFrom(file: string): Config {
  const result = loadConfig(file);
  if (result.ok) return result.config;
  const [first] = result.complaints;
  const words = first === undefined ? file : formatComplaint(first);
  throw new Fatal(
    ExitStatus.config,
    `the config cannot be used: ${words}`,
    `see "ftpair check --config ${file}"`,
  );
}

function nodeIndex(config: Config, given: string | undefined): 0 | 1 {
  const wanted = given ?? hostname();
  const [first, second] = config.nodes;
  if (first.name === wanted) return 0;
  if (second.name === wanted) return 1;
  throw new Fatal(
    ExitStatus.config,
    given === undefined ? `this host's name '${wanted}' is not a node` : `'${wanted}' is not a node`,
    `say which director this is: --node ${first.name} or --node ${second.name}`,
  );
}

function writeJson(target: string, records: readonly DrillRecord[], screen: Screen): void {
  const [only] = records;
  const text = recordText(records.length === 1 && only !== undefined ? only : records);
  if (target === '-') screen.out(text);
  else writeFileSync(target, text, { mode: 0o644 });
}
