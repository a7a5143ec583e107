/** The newest alerts, kept for whoever asks later: screens, the web page, drills. Bounded, and sends nothing anywhere. */
import type { Alert, Severity } from './catalogue.js';
import type { Told } from './fanout.js';

export interface RecentAlert {
  /** Counts up by one from 1. */
  readonly number: number;
  readonly id: Alert['id'];
  readonly severity: Severity;
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  /** CLOCK_MONOTONIC milliseconds, and the wall clock at the same moment. */
  readonly at: number;
  readonly time: Date;
}

/** So many are remembered. */
export const RECENT_LIMIT = 200;

export class RecentAlerts {
  #last = 0;
  #alerts: readonly RecentAlert[] = [];

  /** Of a line for many, it is one alert here too: nobody's view is flooded. */
  note({ notice: { alert, at, time }, description: { severity, text, fields } }: Told): void {
    const facts = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const entry = { number: (this.#last += 1), id: alert.id, severity, text, fields: facts, at, time };
    this.#alerts = [...this.#alerts, entry].slice(-RECENT_LIMIT);
  }

  /** Those with a greater number than `after`, the oldest first. */
  since(after: number): readonly RecentAlert[] {
    return this.#alerts.filter(({ number }) => number > after);
  }
}
