/**
 * The faults' table for the README: medians and worst of all runs, as Markdown. Pure: results in, text out.
 */
import type { Fault } from '../../lab/support/faults-list.js';
import type { RoundSeen } from '../../lab/support/faults-rounds.js';
import type { Seen } from '../../lab/support/faults-run.js';
import { median, worst } from '../numbers.js';

/** One run of a fault. */
export interface FaultRun extends Seen {
  /** The longest time in which a client's echo requests (one every millisecond) to the VIP were lost, in milliseconds. */
  readonly outage: number;
  /** The pair was whole again afterwards: one active, one backup in sync. */
  readonly settled: boolean;
}

/** All runs of one fault. */
export interface FaultResult {
  readonly fault: Pick<Fault, 'id' | 'title' | 'serves' | 'alerts' | 'noAlerts'>;
  readonly runs: readonly FaultRun[];
}

const HEAD = [
  '| fault | serves afterwards | VIP lost, median (ms) | worst | two answer, worst | alone again after, worst | as stated |',
  '|---|---|---|---|---|---|---|',
];

const whole = (value: number | undefined): string => {
  if (value === undefined) return '–';
  return Number.isFinite(value) ? value.toFixed(0) : 'never';
};

function serves({ serves: who }: FaultResult['fault']): string {
  switch (who) {
    case 'active':
      return 'the same';
    case 'backup':
      return 'the other one';
    case 'either':
      return 'one of them';
  }
}

/** The addresses are where they should be, on both LANs, the pair is whole, and the alerts are those that must come. */
export function asStated({ serves: stated, alerts, noAlerts }: FaultResult['fault'], run: FaultRun): boolean {
  const [one, other] = run.after;
  const there = stated === 'either' ? one === 'active' || one === 'backup' : one === stated;
  const said = alerts.every((alert) => run.alerts.includes(alert));
  const wrong = noAlerts.some((alert) => run.alerts.includes(alert));
  return there && one === other && run.settled && said && !wrong;
}

function row({ fault, runs }: FaultResult): string {
  const of = (figure: keyof Pick<FaultRun, 'outage' | 'overlap' | 'alone'>): readonly number[] =>
    runs.map((run) => run[figure]);
  const good = runs.filter((run) => asStated(fault, run)).length;
  const cells = [
    fault.title,
    serves(fault),
    whole(median(of('outage'))),
    whole(worst(of('outage'))),
    whole(worst(of('overlap'))),
    whole(worst(of('alone'))),
    `${good} of ${runs.length}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function roundsRow(rounds: readonly RoundSeen[]): string {
  const good = rounds.filter(
    ({ serves: [one, other] }) => one === other && (one === 'alpha' || one === 'beta'),
  );
  const cells = [
    'both daemons ended and started again, in random order',
    'one of them',
    '–',
    '–',
    whole(worst(rounds.map(({ overlap }) => overlap))),
    whole(worst(rounds.map(({ alone }) => alone))),
    `${good.length} of ${rounds.length}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The table, as lines of Markdown, and how far its figures can be trusted. */
export function tableLines(results: readonly FaultResult[], rounds: readonly RoundSeen[]): readonly string[] {
  const stalls = results.flatMap(({ runs }) => runs.map(({ ownStall }) => ownStall));
  return [
    ...HEAD,
    ...results.map(row),
    ...(rounds.length === 0 ? [] : [roundsRow(rounds)]),
    '',
    `The instruments' own longest stall: median ${whole(median(stalls))} ms, worst ${whole(worst(stalls))} ms.`,
  ];
}
