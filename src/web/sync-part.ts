/** Replication and sessions in numbers, on the page. Pure. */
import type { StatusView } from '../control/status.js';
import { countWords, measuredWords, reasonsWords } from '../words.js';
import { html, type Html } from './escape.js';
import { badge, facts, table, verdict } from './pieces.js';

const DIRECTIONS: Readonly<Record<StatusView['sync']['direction'], string>> = {
  sending: 'sending to the peer',
  receiving: 'receiving from the peer',
  none: 'neither sending nor receiving',
};

export function syncPart({ sync }: StatusView): Html {
  const { lag } = sync;
  const detail = sync.detail === '' ? undefined : html` (${sync.detail})`;
  return html`<h2>Replication</h2>
    ${facts([
      ['state', [verdict(sync.inSync, 'in sync', 'not in sync'), detail]],
      ['direction', DIRECTIONS[sync.direction]],
      ['replicated', `${countWords(sync.flows, 'flow')}, ${countWords(sync.expectations, 'expectation')}`],
      ['backlog', sync.backlog],
      [
        'lag',
        lag &&
          `${lag.p50.toFixed(1)} ms in the middle, p99 ${lag.p99.toFixed(1)}, longest ${lag.max.toFixed(1)}`,
      ],
      ['resends, resyncs, repairs', `${sync.resends}, ${sync.resyncs}, ${sync.repairs}`],
      ['lost here', counted(sync.dropped)],
      ['refused by this kernel', counted(sync.refused)],
      ['refused and healed', counted(sync.healed)],
    ])}`;
}

function counted(counts: Readonly<Record<string, number>>): Html | undefined {
  const words = reasonsWords(counts);
  return words === '' ? undefined : badge(words, 'warn');
}

/** Tracked addresses; empty where there are none. */
export function trackedPart({ tracked }: StatusView): Html {
  if (tracked.length === 0) return html``;
  const rows = tracked.map(({ address, alive, echoMillis }) => [
    address,
    verdict(alive, 'answers', 'silent'),
    measuredWords(echoMillis),
  ]);
  return html`<h2>Tracked addresses</h2>
    ${table('Uplinks and others, by ICMP echo', ['address', 'state', 'echo'], rows)}`;
}

/** How many there are; the list is a page of its own. */
export function sessionsPart({ sessions }: StatusView): Html {
  const { control, data, announced } = sessions;
  return html`<h2>Sessions</h2>
    <p>
      <strong>${countWords(control, 'session')}</strong>, ${countWords(data, 'data channel')} open,
      ${announced} announced. <a href="/sessions">List of the sessions, and which would survive</a>
    </p>`;
}
