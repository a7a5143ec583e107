/** A timeline as text, one line for each moment. Pure. */
import { reasonClause } from '../alerts/reasons.js';
import { createPaint, type Paint, type Tone } from './paint.js';
import type { Moment } from './timeline.js';
import { countWords, durationWords } from './words.js';

/** The whole text; ends with a newline. `known` is how many moments there are, shown or not. */
export function renderTimeline(
  node: string,
  moments: readonly Moment[],
  known: number,
  colour: boolean,
): string {
  const paint = createPaint(colour);
  const width = Math.max(0, ...moments.map(({ agoMillis }) => ago(agoMillis).length));
  const lines = moments.flatMap((moment) => {
    const when = `${paint(moment.time.slice(0, 23).replace('T', ' '), 'faint')}  ${paint(ago(moment.agoMillis).padStart(width))}`;
    return [`${when}  ${momentWords(moment, paint)}`, ...stepLines(moment, paint)];
  });
  const among = moments.length < known ? ` of ${known}; more with --limit` : '';
  return `${[...lines, paint(`${countWords(moments.length, 'moment')} on ${node}${among} (times in UTC)`)].join('\n')}\n`;
}

function ago(agoMillis: number): string {
  return `${durationWords(agoMillis)} ago`;
}

const TONES: Readonly<Record<string, Tone>> = {
  crit: 'bad',
  err: 'bad',
  warning: 'warn',
  notice: 'plain',
  info: 'faint',
};

function momentWords(moment: Moment, paint: Paint): string {
  if (moment.kind === 'role')
    return `${paint(`${moment.from} → ${moment.to}`, 'title')} ${paint(`because ${reasonClause(moment.reason)}`)}`;
  const tone = Object.hasOwn(TONES, moment.severity) ? TONES[moment.severity] : undefined;
  return `${paint(moment.id, tone ?? 'plain')} ${paint(moment.text)}`;
}

/** Steps of a change of role, with the milliseconds from its decision. */
function stepLines(moment: Moment, paint: Paint): string[] {
  if (moment.kind !== 'role' || moment.steps.length === 0) return [];
  const steps = moment.steps.map(({ step, atMillis }) => `${step} ${atMillis.toFixed(1)}`).join(', ');
  return [`    ${paint(`${steps} (ms)`, 'faint')}`];
}
