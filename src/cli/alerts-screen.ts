/** The alerts' part of the status screen: what is open, and what does not reach its target. Pure. */
import type { AlertsView, AlertTargetView, HookView } from '../control/alerts-view.js';
import type { Paint } from './paint.js';
import { countWords, durationWords } from './words.js';

export function alertsSection(
  { raised, collapsed, suppressed, open, targets, hooks }: AlertsView,
  paint: Paint,
): string[] {
  const counts = [
    `${raised} raised`,
    ...(collapsed === 0 ? [] : [`${collapsed} told as repeats`]),
    ...(suppressed === 0 ? [] : [`${suppressed} in summaries only`]),
  ];
  const state = open.length === 0 ? paint('none open', 'good') : paint(`${open.length} open`, 'warn');
  return [
    `${paint('Alerts', 'title')}: ${state}, ${paint(counts.join(', '))}`,
    ...open.map(({ id, subject, agoMillis }) =>
      paint(`  ${subject === '' ? id : `${id} ${subject}`} for ${durationWords(agoMillis)}`, 'warn'),
    ),
    ...targets.map((target) => targetLine(target, paint)),
    ...hooks.map((hook) => hookLine(hook, paint)),
  ];
}

function targetLine({ name, sent, waiting, dropped, connection }: AlertTargetView, paint: Paint): string {
  const down = connection !== undefined && connection.state !== 'connected';
  const facts = [
    ...(down ? [connection.reason === '' ? connection.state : `down: ${connection.reason}`] : []),
    `${sent} sent`,
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
    ...(connection === undefined || connection.repeated === 0 ? [] : [`${connection.repeated} sent again`]),
  ];
  return `  ${paint(`to ${name}: ${facts.join(', ')}`, down || waiting > 0 || dropped > 0 ? 'warn' : 'plain')}`;
}

function hookLine({ hook, succeeded, failed, waiting, dropped, trouble }: HookView, paint: Paint): string {
  const facts = [
    `run ${countWords(succeeded + failed, 'time')}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
  ];
  return `  ${paint(`hook ${hook}: ${facts.join(', ')}`, trouble !== '' || dropped > 0 ? 'warn' : 'plain')}`;
}
