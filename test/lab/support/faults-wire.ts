/**
 * What can be wrong on the wire between two directors that are both well: pulses that are dropped, lost or doubled on
 * their way, and a path that carries everything except from one director to the other. Rules for nft in the
 * namespace of the wires; nothing is done to the directors.
 */
import { ip, nftIn } from '../../../src/lab/ip-command.js';
import type { Lab } from '../../../src/lab/lab.js';
import type { DirectorName } from '../../../src/lab/plan.js';

/** UDP ports of pulse and journal, as the lab's config file has them by default. */
const PORTS = '{ 7390, 7391 }';

/** A director's cables where they enter the bridges, for nft. */
function ends(lab: Lab, name: DirectorName): string {
  return `{ ${lab.plan.directors[name].machine.cables.map(({ wireEnd }) => `"${wireEnd}"`).join(', ')} }`;
}

function load(lab: Lab, rules: readonly string[]): void {
  nftIn(
    lab.plan.wire,
    [
      'table bridge faults',
      'delete table bridge faults',
      'table bridge faults {',
      '  chain forward {',
      '    type filter hook forward priority 0',
      ...rules.map((rule) => `    ${rule}`),
      '  }',
      '}',
      '',
    ].join('\n'),
  );
}

/** Pulse and journal of these directors reach nobody; everything else does. */
export function cutPulse(lab: Lab, from: readonly DirectorName[]): void {
  load(
    lab,
    from.map((name) => `iifname ${ends(lab, name)} udp dport ${PORTS} counter drop`),
  );
}

/** Nothing goes from one director to the other, either way; servers and clients reach both. */
export function partition(lab: Lab): void {
  const [alpha, beta] = [ends(lab, 'alpha'), ends(lab, 'beta')];
  load(lab, [
    `iifname ${alpha} oifname ${beta} counter drop`,
    `iifname ${beta} oifname ${alpha} counter drop`,
  ]);
}

/**
 * So many in a hundred datagrams of pulse and journal are lost, and as many (chosen independently) come twice. The
 * double is made where the original enters the wire, and comes even where the original is lost.
 */
export function loseAndDouble(lab: Lab, percent: number): void {
  const chance = `numgen random mod 100 < ${percent}`;
  load(lab, [`udp dport ${PORTS} ${chance} counter drop`]);
  const pairs = (['alpha', 'beta'] as const).flatMap((name) => {
    const other = name === 'alpha' ? 'beta' : 'alpha';
    const to = lab.plan.directors[other].machine.cables;
    return lab.plan.directors[name].machine.cables.map(
      ({ wireEnd }, index) => [wireEnd, to[index]?.wireEnd ?? ''] as const,
    );
  });
  const chains = pairs.map(([from, to], index) =>
    [
      `  chain double${index} {`,
      `    type filter hook ingress device "${from}" priority 0`,
      `    udp dport ${PORTS} ${chance} counter dup to "${to}"`,
      '  }',
    ].join('\n'),
  );
  nftIn(lab.plan.wire, ['table netdev faults {', ...chains, '}', ''].join('\n'));
}

/** How many packets each rule of ours has met so far. */
function met(lab: Lab): readonly number[] {
  const shown = ip(['netns', 'exec', lab.plan.wire, 'nft', 'list', 'ruleset']);
  const ours = shown.split('\n}').filter((table) => table.includes(' faults {'));
  return ours.flatMap((table) =>
    [...table.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets)),
  );
}

/** The wire carries everything again. @throws Error when a rule has met nothing: then there was no fault. */
export function mendWire(lab: Lab): void {
  const counts = met(lab);
  const lines = ['bridge', 'netdev'].map(
    (family) => `table ${family} faults\ndelete table ${family} faults\n`,
  );
  nftIn(lab.plan.wire, lines.join(''));
  if (counts.length === 0 || counts.includes(0))
    throw new Error(`the fault on the wire did not happen: packets met ${counts.join(', ')}`);
}
