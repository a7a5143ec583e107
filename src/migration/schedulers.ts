/** The schedulers of LVS and what stands for them here. Pure. */

/** A scheduler of ours, and how far it is the one that was asked for. */
export interface SchedulerChoice {
  readonly scheduler: 'rr' | 'wrr' | 'lc' | 'wlc' | 'sh';
  /** Nothing: it is the same. */
  readonly difference?: { readonly lost: boolean; readonly why: string };
}

const near = (scheduler: SchedulerChoice['scheduler'], why: string): SchedulerChoice => ({
  scheduler,
  difference: { lost: false, why },
});
const lost = (why: string): SchedulerChoice => ({ scheduler: 'wlc', difference: { lost: true, why } });

const CACHES =
  'it sends a destination address to one server, for clusters of caches: a VIP has one destination';

const CHOICES: Readonly<Record<string, SchedulerChoice>> = {
  rr: { scheduler: 'rr' },
  wrr: { scheduler: 'wrr' },
  lc: { scheduler: 'lc' },
  wlc: { scheduler: 'wlc' },
  sh: { scheduler: 'sh' },
  sed: near('wlc', 'both count sessions by weight'),
  nq: near('wlc', 'both count sessions by weight'),
  twos: near('wlc', 'two servers by lot, and the one with fewer sessions, approaches it'),
  mh: near('sh', 'both choose by a hash of the client, and a server that leaves moves its own clients only'),
  dh: lost(CACHES),
  lblc: lost(CACHES),
  lblcr: lost(CACHES),
  fo: lost('one server gets everything while it is up'),
  ovf: lost('one server is filled before the next'),
};

/** What stands for a scheduler of LVS; nothing for a word that is none. */
export function schedulerFor(word: string): SchedulerChoice | undefined {
  return Object.hasOwn(CHOICES, word) ? CHOICES[word] : undefined;
}

/** Every scheduler of LVS that is known here. */
export const SCHEDULERS: readonly string[] = Object.keys(CHOICES);
