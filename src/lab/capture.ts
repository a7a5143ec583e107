/**
 * What went over a lab's two LANs, kept: with FTPAIR_CAPTURE=DIRECTORY in the environment, every lab that is raised leaves
 * TOKEN-public.pcap and TOKEN-private.pcap there. Without it nothing runs.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnIn } from './ip-command.js';
import type { Plan } from './plan.js';

/** Begins to capture in the namespace of the wires; ends with it. What was seen is written at once. */
export function capture(plan: Plan, directory = process.env['FTPAIR_CAPTURE']): void {
  if (directory === undefined || directory === '') return;
  mkdirSync(directory, { recursive: true });
  for (const lan of ['public', 'private']) {
    const file = resolve(join(directory, `${plan.token}-${lan}.pcap`));
    // -U: a packet is in the file as soon as it was seen; the lab's janitor kills whatever runs in its namespaces.
    spawnIn(plan.wire, 'tcpdump', ['-i', lan, '-U', '-Z', 'root', '-w', file], { stdio: 'ignore' });
  }
}
