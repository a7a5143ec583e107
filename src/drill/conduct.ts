/**
 * One scenario from its beginning to its end: lay out the field, let the sessions run, do the fault, measure, undo, see the pair
 * healthy again. Whatever happens, both guardians are let go at the end, and what was seen by then is told.
 */
import { randomBytes } from 'node:crypto';
import { HOLD_DOWN } from '../nanny/fitness.js';
import { millis, monotonicNow } from '../time.js';
import { pause, until } from '../until.js';
import { crewFor } from './crew.js';
import { applyFault } from './faults.js';
import { type Field, layOut, loadCargo } from './field.js';
import { type Guardian, postGuardian } from './guardian.js';
import { Interrupted } from './interruption.js';
import { muster } from './muster.js';
import { serversUp, unsettled } from './readiness.js';
import type { DrillRecord, Scenario } from './record.js';
import { recipeOf, standardFilesOf } from './restart.js';
import { createRun, type Run } from './run.js';
import { SCENARIO_PLANS } from './scenarios.js';
import { chooseServer, type Cut, testNewSessions } from './server-cut.js';
import type { DrillSetting } from './setting.js';
import type { Seen } from './talk.js';
import { neighbourMac, watchPair, type Watch } from './watch.js';

/** What came of a scenario. */
export interface Conducted {
  readonly record: DrillRecord;
  /** What went wrong beside the sessions: not undone, not healthy again, the role not where it should be. */
  readonly troubles: readonly string[];
}

/** How long everything runs before the fault. */
const STEADY = millis(700);
/**
 * Before the fault no transfer begins for so long: a channel that is opened in the very moment in which a daemon dies cannot be known
 * to the other router, and would say nothing about this pair.
 */
const HELD = millis(300);
/** How long the role, or a verdict, may take. */
const MOVE_LIMIT = millis(15_000);
const SETTLE_LIMIT = millis(60_000);
/** What may pass beside the duration until the fault must be undone, and until everything must be gone. */
const FAULT_MARGIN = 90_000;
const WHOLE_MARGIN = 240_000;

/** Runs one scenario on a pair that is ready. Throws `Fatal` where it turns out that it cannot; all is undone then, too. */
export async function conduct(scenario: Scenario, setting: DrillSetting): Promise<Conducted> {
  const run = createRun(scenario, setting);
  const overdue = (): void => {
    setting.interruption.interrupt("the dead man's timer ran out, and everything was undone");
  };
  const guardian = await postGuardian(millis(setting.durationMillis + WHOLE_MARGIN), overdue);
  run.guardians.push(guardian);
  try {
    await course(run, guardian, overdue);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    run.interrupted = error.reason;
    run.step(`interrupted: ${error.reason}`);
  } finally {
    await tidy(run);
  }
  return { record: run.record(), troubles: run.troubles };
}

async function course(run: Run, guardian: Guardian, overdue: () => void): Promise<void> {
  const { setting, scenario } = run;
  const before = await setting.talk.status();
  const field = await layOut(setting, guardian);
  run.field = field;
  run.step(
    `a client of its own on ${setting.lan.name}: ${setting.drill.addresses.map(({ address }) => address).join(', ')}`,
  );
  const watch = follow(run, field);
  run.watch = watch;
  const token = randomBytes(3).toString('hex');
  const cargo = await loadCargo(setting, field, token);
  const sessions = await muster(setting, field, crewFor(setting.services, cargo, setting.times), cargo);
  run.muster = sessions;
  run.step(`${sessions.ports.size} sessions are under way`);
  const cut = scenario === 'server-down' ? await chooseServer(run, before.status, sessions) : undefined;
  await setting.interruption.race(pause(STEADY));
  sessions.hold();
  await setting.interruption.race(pause(HELD));
  const release = await breakIt(run, before, cut, overdue);
  sessions.go();
  const came = await outcome(run, watch, cut);
  // What was to come has not: no longer than necessary.
  if (!came) await release();
  sessions.use();
  if (cut !== undefined && came) await testNewSessions(run, field, cut);
  const rest = (run.faultAt ?? 0) + setting.durationMillis - monotonicNow();
  await setting.interruption.race(pause(millis(Math.max(0, rest))));
  await sessions.end();
  await release();
  await settle(run, serversUp(before.status));
}

function follow(run: Run, { machine }: Field): Watch {
  const { setting, start } = run;
  const [service] = setting.services;
  return watchPair({
    ...{ talk: setting.talk, node: setting.self.name, peer: setting.peer.name, start },
    ownMac: setting.lan.mac,
    holderMac: () => neighbourMac(machine.holder, service?.address ?? ''),
    changed: (active) => {
      setting.progress.role(active);
    },
  });
}

/** Does the fault; what is returned undoes it. */
async function breakIt(
  run: Run,
  before: Seen,
  cut: Cut | undefined,
  overdue: () => void,
): Promise<() => Promise<void>> {
  const { scenario, setting } = run;
  const { pid } = before;
  const crash = scenario === 'crash';
  const recipe = crash ? await recipeOf(pid, setting.talk.socket) : undefined;
  const files = crash ? standardFilesOf(pid) : [];
  const limit = millis(setting.durationMillis + FAULT_MARGIN);
  const guardian = await postGuardian(limit, overdue, files);
  run.guardians.push(guardian);
  const { config, self, talk } = setting;
  run.faultAt = monotonicNow();
  const what = await applyFault(
    scenario,
    { config, self, talk, pid, recipe, cutOff: cut?.servers ?? [] },
    guardian,
  );
  run.step(what, run.faultAt);
  return async () => {
    if ((await run.release(guardian)) && SCENARIO_PLANS[scenario].destructive) run.step('undone');
  };
}

/** Waits for what the scenario must bring about. Did it come? */
async function outcome(run: Run, watch: Watch, cut: Cut | undefined): Promise<boolean> {
  const { setting, scenario } = run;
  const { role } = SCENARIO_PLANS[scenario];
  if (role === 'moves') {
    const other = setting.self.name === run.activeBefore ? setting.peer.name : setting.self.name;
    const moved = await passes(run, `${other} is active`, () => watch.active === other);
    if (moved) run.step(`${other} is active`);
    else run.trouble(`the role has not moved within ${MOVE_LIMIT / 1000} s`);
    return moved;
  }
  if (cut !== undefined) {
    const seen = await passes(run, 'the verdict is down', () => cut.isDown(watch.seen?.status));
    if (seen) run.step(`${cut.name} is out of rotation`);
    else run.trouble(`${cut.name} was not found to be down within ${MOVE_LIMIT / 1000} s`);
    return seen;
  }
  await setting.interruption.race(pause(millis(setting.durationMillis / 2)));
  return true;
}

async function passes(run: Run, what: string, ask: () => boolean): Promise<boolean> {
  const wait = until(ask, { what, within: MOVE_LIMIT, every: millis(5) });
  return run.setting.interruption.race(
    wait.then(
      () => true,
      () => false,
    ),
  );
}

/** The pair must be as healthy as before, and says so. */
async function settle(run: Run, upBefore: readonly string[]): Promise<void> {
  const { talk, interruption } = run.setting;
  const begun = monotonicNow();
  const state: { missing: string | undefined } = { missing: 'no answer' };
  const wait = until(
    async () => {
      state.missing = unsettled((await talk.glance())?.status, upBefore);
      return state.missing === undefined;
    },
    { what: 'the pair is healthy', within: SETTLE_LIMIT, every: millis(100) },
  );
  await interruption.race(wait.catch(() => undefined));
  if (state.missing === undefined)
    run.step(`healthy and in sync again after ${Math.round(monotonicNow() - begun)} ms`);
  else run.trouble(`not healthy ${SETTLE_LIMIT / 1000} s later: ${state.missing}`);
  if (run.scenario === 'isolate') await quiet(run);
  const { role } = SCENARIO_PLANS[run.scenario];
  const active = run.watch?.active;
  if (role === 'stays' && active !== run.activeBefore)
    run.trouble(`the role has moved to ${active ?? '?'}, and should have stayed`);
  if (role === 'moves' && active === run.activeBefore)
    run.trouble(`the role has returned to ${active} by itself`);
}

/** An address that was lost counts against this router for some time: until then the role would not come back to stay. */
async function quiet(run: Run): Promise<void> {
  await run.setting.interruption.race(pause(millis(HOLD_DOWN + 2000)));
  run.step('the tracked addresses count again');
}

/** Lets go of everything, faults first. */
async function tidy(run: Run): Promise<void> {
  await run.collect();
  run.field?.clear();
  for (const guardian of run.guardians.toReversed()) await run.release(guardian);
}
