/** What one scenario has come to so far, and the record of it. It acts only on what it was given: guardians, probes, the watch. */
import { programVersion } from '../control/version.js';
import { monotonicNow } from '../time.js';
import type { Field } from './field.js';
import type { Guardian } from './guardian.js';
import type { Muster } from './muster.js';
import {
  type DrillRecord,
  type ProbeRecord,
  RECORD_FORMAT,
  type Scenario,
  type SessionRecord,
} from './record.js';
import type { DrillSetting } from './setting.js';
import { NOBODY, type Watch } from './watch.js';

export interface Run {
  readonly scenario: Scenario;
  readonly setting: DrillSetting;
  /** CLOCK_MONOTONIC milliseconds, as all times here. */
  readonly start: number;
  readonly guardians: Guardian[];
  readonly troubles: string[];
  /** Sessions beside those of the muster. */
  readonly further: SessionRecord[];
  field: Field | undefined;
  watch: Watch | undefined;
  muster: Muster | undefined;
  faultAt: number | undefined;
  interrupted: string | undefined;
  /** Who was active before the fault. */
  readonly activeBefore: string;
  step(text: string, at?: number): void;
  /** A step that went wrong. */
  trouble(text: string): void;
  /** Lets a guardian go, unless that was done; what it could not undo is trouble. True when everything was undone now. */
  release(guardian: Guardian): Promise<boolean>;
  /** Reads the probes for the last time and stops watching. */
  collect(): Promise<void>;
  record(): DrillRecord;
}

/** Begins now. */
export function createRun(scenario: Scenario, setting: DrillSetting): Run {
  const start = monotonicNow();
  const startedAt = new Date().toISOString();
  const steps: { at: number; text: string }[] = [];
  const released = new Set<Guardian>();
  const probes: ProbeRecord[] = [];
  const run: Run = {
    ...{ scenario, setting, start, guardians: [], troubles: [], further: [] },
    ...{ field: undefined, watch: undefined, muster: undefined, faultAt: undefined, interrupted: undefined },
    get activeBefore() {
      const roles = run.watch?.roles ?? [];
      const until = (run.faultAt ?? Infinity) - start;
      return roles.filter(({ at }) => at <= until).at(-1)?.active ?? NOBODY;
    },
    step: (text, at = monotonicNow()) => {
      steps.push({ at: Math.round(at - start), text });
      setting.progress.step(text);
    },
    trouble: (text) => {
      run.troubles.push(text);
      run.step(text);
    },
    release: async (guardian) => {
      if (released.has(guardian)) return false;
      released.add(guardian);
      const left = await guardian.release();
      for (const each of left) run.trouble(`not undone: ${each}`);
      return left.length === 0;
    },
    collect: async () => {
      for (const probe of run.field?.probes ?? []) {
        const report = await probe.probe.report().catch(() => undefined);
        if (report !== undefined) probes.push(probeRecord(probe, report, start));
      }
      await run.watch?.stop();
    },
    record: () => ({
      ...{ format: RECORD_FORMAT, version: programVersion(), scenario, startedAt },
      durationMillis: Math.round(monotonicNow() - start),
      node: setting.self.name,
      peer: setting.peer.name,
      faultAt: run.faultAt === undefined ? undefined : Math.round(run.faultAt - start),
      roles: run.watch?.roles ?? [],
      probes,
      sessions: [...(run.muster?.records(start, run.faultAt) ?? []), ...run.further],
      steps,
      events: run.watch?.events ?? [],
      troubles: [...run.troubles],
      interrupted: run.interrupted,
    }),
  };
  return run;
}

function probeRecord(
  { address, kind, everyMillis }: Field['probes'][number],
  report: Awaited<ReturnType<Field['probes'][number]['probe']['report']>>,
  start: number,
): ProbeRecord {
  const { sent, answered, ownStallMillis, silences } = report;
  const tenths = (value: number): number => Math.round(value * 10) / 10;
  return {
    ...{ address, kind, everyMillis, sent, answered, ownStallMillis: tenths(ownStallMillis) },
    silences: silences.map(({ from, to }) => ({ from: tenths(from - start), to: tenths(to - start) })),
  };
}
