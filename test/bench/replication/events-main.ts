/**
 * Instrument: hears the kernel's events of our services in the namespace that it runs in and writes down when each came.
 * Words: reset, report (Heard[]), and `lost`: how often the kernel dropped events before they were read.
 */
import type { ConntrackEvent } from '../../../src/conntrack/events.js';
import { expectationKey } from '../../../src/conntrack/expectation.js';
import { ConntrackListener } from '../../../src/conntrack/listener.js';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';
import { millis, monotonicNow } from '../../../src/time.js';
import { hundredths, serveInstrument } from '../instrument.js';
import type { Heard } from './lag.js';

let heard: Heard[] = [];
let lost = 0;

function note(event: ConntrackEvent, at: number): void {
  switch (event.type) {
    case 'flowNew':
    case 'flowDestroy':
      heard.push([event.type, tupleKey(event.flow.orig), at]);
      break;
    case 'expectationNew':
      heard.push([event.type, expectationKey(event.expectation), at]);
      break;
    case 'flowUpdate':
    case 'expectationDestroy':
      break;
  }
}

new ConntrackListener(
  CT_MARK,
  (events) => {
    const at = hundredths(monotonicNow());
    for (const event of events) note(event, at);
  },
  () => {
    lost += 1;
  },
  millis(0),
);

serveInstrument((word) => {
  switch (word) {
    case 'reset':
      [heard, lost] = [[], 0];
      return null;
    case 'report':
      return heard;
    case 'lost':
      return lost;
    default:
      return null;
  }
});
