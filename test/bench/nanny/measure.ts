/** What is measured of the nannies: their cost while all is well, and how soon they find a dead server. */
import type { HealthCheck } from '../../../src/config/model.js';
import { pause, until } from '../../../src/until.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { FTP } from '../../unit/nanny/request.js';
import { cpuOf, residentOf } from '../meter.js';
import { raise } from './stand.js';

/** The default check of the config, but for its times. */
export function checkOf(interval: number, timeout: number): HealthCheck {
  return {
    interval: millis(interval),
    retry: millis(Math.min(1000, interval)),
    timeout: millis(timeout),
    limits: {},
    rise: 2,
    fall: 3,
    source: undefined,
    probe: { ...FTP, user: 'anonymous', password: 'ftpair@', data: { command: 'list', path: '.' } },
  };
}

export interface Cost {
  readonly servers: number;
  readonly interval: number;
  readonly seconds: number;
  /** Probes a second, whole dialogues. */
  readonly rate: number;
  readonly bad: number;
  /** Of one core, 0 to 1. */
  readonly core: number;
  readonly mebibytes: number;
}

/** CPU seconds of a process that does nothing but probe, from the second round of probes on. */
export async function measureCost(servers: number, interval: number, seconds: number): Promise<Cost> {
  const stand = await raise(servers, checkOf(interval * 1000, Math.min(3000, interval * 900)));
  try {
    const everyServer = (): boolean => stand.verdicts.length >= servers;
    await until(everyServer, { what: 'every server was judged', within: millis(interval * 3000 + 20_000) });
    await pause(millis(interval * 1000));
    const [before, cpu, from] = [await stand.tally(), cpuOf([stand.pid]), monotonicNow()];
    await pause(millis(seconds * 1000));
    const [after, used, to] = [await stand.tally(), cpuOf([stand.pid]) - cpu, monotonicNow()];
    const took = (to - from) / 1000;
    const probes = after.probes - before.probes;
    return {
      servers,
      interval,
      seconds: took,
      rate: probes / took,
      bad: probes - (after.good - before.good),
      core: used / took,
      mebibytes: residentOf([stand.pid]),
    };
  } finally {
    await stand.end();
  }
}

export type Death = 'close' | 'silence';

export interface Detection {
  readonly interval: number;
  readonly timeout: number;
  readonly death: Death;
  /** Milliseconds from the death to the verdict, one for each server. */
  readonly took: readonly number[];
}

/**
 * Lets all servers die at one moment and waits for the verdicts: their probes are spread over an interval, so every distance
 * between a death and the next probe is met.
 */
export async function measureDetection(check: HealthCheck, death: Death, deaths: number): Promise<Detection> {
  const stand = await raise(deaths, check);
  const { interval, timeout, fall } = check;
  try {
    const judged = (): boolean => stand.verdicts.length >= deaths;
    await until(judged, { what: 'every server was judged', within: millis(interval * 2 + 20_000) });
    const diedAt = monotonicNow();
    for (let index = 0; index < deaths; index++) stand.die(index, death);
    const down = (): boolean => stand.verdicts.filter(({ up }) => !up).length >= deaths;
    await until(down, { what: 'every server was down', within: millis((interval * 2 + timeout) * fall) });
    const took = stand.verdicts.flatMap(({ up, at }) => (up ? [] : [at - diedAt]));
    return { interval, timeout, death, took };
  } finally {
    await stand.end();
  }
}
