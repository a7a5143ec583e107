/** The last probe of each server as lines below its service: those that failed, or all with the time of each step. Pure. */
import type { ProbeView, ServiceView } from '../control/status.js';
import { table, type Paint } from './paint.js';
import { durationWords } from './words.js';

/** `all`: also those that were good, and every step's time. */
export function probeLines({ servers }: ServiceView, paint: Paint, all: boolean): string[] {
  const rows = servers.flatMap(({ name, probe }) => {
    if (probe === undefined || (probe.ok && !all)) return [];
    const outcome = probe.ok ? paint('ok', 'good') : paint(failureOf(probe), 'bad');
    const when = `${probe.totalMillis.toFixed(1)} ms, ${durationWords(probe.agoMillis)} ago`;
    return [[paint(name), outcome, paint(when), ...(all ? [paint(stepsOf(probe))] : [])]];
  });
  if (rows.length === 0) return [];
  const titles = ['last probe of', 'outcome', 'took', ...(all ? ['steps (ms)'] : [])];
  return table([titles.map((title) => paint(title, 'faint')), ...rows]);
}

function failureOf({ reason, step, detail }: ProbeView): string {
  return `${reason} at ${step}${detail === '' ? '' : `: ${detail}`}`;
}

function stepsOf({ steps }: ProbeView): string {
  return steps
    .map(({ step, mode, millis }) => `${mode === undefined ? step : `${mode} ${step}`} ${millis.toFixed(1)}`)
    .join(', ');
}
