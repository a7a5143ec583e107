/**
 * Whether an answer is the wanted one: a prefix or a regular expression, over bytes that may still be coming. Pure.
 */
import type { WantedAnswer } from '../config/model.js';

/** No more than this of an answer is looked at: bounds what a regular expression may cost. */
export const MAX_ANSWER = 4096;

/** `more`: it may still become the wanted one. `heard` has one character per byte (latin1). */
export function compare(wanted: WantedAnswer, heard: string): 'yes' | 'no' | 'more' {
  const looked = heard.slice(0, MAX_ANSWER);
  const missed = heard.length > MAX_ANSWER ? 'no' : 'more';
  if (wanted.type === 'pattern') {
    return new RegExp(wanted.source).test(Buffer.from(looked, 'latin1').toString('utf8')) ? 'yes' : missed;
  }
  const prefix = Buffer.from(wanted.text, 'utf8').toString('latin1');
  if (looked.startsWith(prefix)) return 'yes';
  return prefix.startsWith(looked) ? missed : 'no';
}
