/** Which format a text is in, by the words at the beginning of its lines. Pure. */
import { KEEPALIVED_BLOCKS } from './keepalived/keywords.js';
import { PIRANHA_KEYS } from './piranha/left-out.js';

export const FORMATS = ['piranha', 'keepalived'] as const;
export type Format = (typeof FORMATS)[number];

/** The format whose words the text uses; nothing where it uses those of neither. */
export function recogniseFormat(text: string): Format | undefined {
  const piranha = new Set(PIRANHA_KEYS);
  const keepalived = new Set(KEEPALIVED_BLOCKS);
  const votes: Record<Format, number> = { piranha: 0, keepalived: 0 };
  for (const line of text.split('\n')) {
    const [first = '', second] = line.trim().slice(0, 200).split(/\s+/, 2);
    if (second === '=' && piranha.has(first)) votes.piranha++;
    if (first === 'virtual' || first === 'failover') votes.piranha++;
    if (keepalived.has(first.replace(/\{$/, ''))) votes.keepalived += 2;
  }
  if (votes.piranha === 0 && votes.keepalived === 0) return undefined;
  return votes.piranha >= votes.keepalived ? 'piranha' : 'keepalived';
}
