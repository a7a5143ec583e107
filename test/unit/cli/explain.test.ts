/** What `ftpair explain` says. Whether it is true, test/lab/explain tries out. */
import { describe, expect, it } from 'vitest';
import { renderExplanation } from '../../../src/cli/explain.js';
import { explanation, type SessionCounts } from '../../../src/cli/explain-text.js';
import { HINDRANCES } from '../../../src/cli/explain-words.js';
import type { OutlookView, StatusView } from '../../../src/control/status.js';
import { VIEW } from '../control/view.js';

const OUTLOOK: OutlookView = {
  mode: 'active',
  doubt: undefined,
  hindrance: undefined,
  ifPeerDied: { serves: 'here', because: undefined, withinMillis: 0 },
  ifThisDied: { serves: 'peer', because: undefined, withinMillis: 300 },
  handover: { possible: true, obstacle: undefined },
  fitter: undefined,
};
const WELL: StatusView = {
  ...VIEW,
  peer: {
    ...VIEW.peer,
    alive: true,
    role: 'backup',
    ready: true,
    inSync: true,
    versions: [],
    paths: VIEW.peer.paths.map((path) => ({ ...path, alive: true })),
  },
  services: VIEW.services.map((service) => ({ ...service, servers: service.servers.slice(0, 1) })),
  warnings: [],
  outlook: OUTLOOK,
};
const BACKUP: StatusView = {
  ...WELL,
  role: 'backup',
  reason: 'peerActive',
  peer: { ...WELL.peer, role: 'active' },
  outlook: {
    ...OUTLOOK,
    mode: 'backup',
    ifPeerDied: { ...OUTLOOK.ifThisDied, serves: 'here' },
    ifThisDied: { ...OUTLOOK.ifPeerDied, serves: 'peer' },
  },
};
const NONE: SessionCounts = { known: 0, lost: {} };

function lines(view: StatusView, sessions = NONE): string[] {
  return renderExplanation(explanation(view, sessions), false).split('\n');
}

describe('an active whose pair is well', () => {
  it('is explained in four parts', () => {
    expect(lines(WELL, { known: 5, lost: {} })).toEqual([
      'Why alpha is active',
      '  alpha is active since 2 min 3 s, because the peer is silent on every path and nobody answers for the virtual address.',
      '',
      'If beta died now',
      '  alpha goes on serving: the clients notice nothing. But nobody would stand behind it.',
      '',
      'If alpha died now',
      '  beta takes over, about 300 ms after the last pulse of alpha.',
      '  All 5 sessions go on.',
      '',
      '"ftpair handover" now',
      '  It would be accepted: beta becomes active, and no session is lost.',
      '',
    ]);
  });

  it('names the sessions that would be lost, and what helps', () => {
    expect(lines(WELL, { known: 5, lost: { tableFull: 2 } }).slice(7, 10)).toEqual([
      '  beta takes over, about 300 ms after the last pulse of alpha.',
      "  2 of 5 sessions are not safe: the backup's table is full.",
      '    cure: raise nf_conntrack_max and nf_conntrack_expect_max on the backup',
    ]);
  });

  it('says that a role would come back', () => {
    const fitter = { who: 'here', because: 'uplinkDown' } as const;
    expect(lines({ ...WELL, outlook: { ...OUTLOOK, fitter } })).toContain(
      '  The role would come back to alpha as soon as it is in sync: it reaches more of the tracked addresses.',
    );
  });
});

describe('a backup', () => {
  it('says whom it follows, and that it would take over', () => {
    expect(lines(BACKUP, { known: 1, lost: {} })).toEqual([
      'Why alpha is not active',
      '  alpha is backup since 2 min 3 s, because the peer is active.',
      '  beta is active and heard, so alpha follows it.',
      '',
      'If beta died now',
      '  alpha takes over, about 300 ms after the last pulse of beta.',
      '  The one session goes on.',
      '',
      'If alpha died now',
      '  beta goes on serving: the clients notice nothing. But nobody would stand behind it.',
      '',
      '"ftpair handover" now',
      '  It would be accepted: alpha becomes active, and no session is lost.',
      '',
    ]);
  });

  it('that is not in sync says what stands in the way of a handover', () => {
    const outlook = {
      ...OUTLOOK,
      mode: 'backup',
      handover: { possible: false, obstacle: 'This director is not in sync.' },
    };
    expect(lines({ ...BACKUP, outlook, sync: { ...BACKUP.sync, inSync: false } })).toContain(
      '  It would be refused. This director is not in sync.',
    );
  });

  it.each(Object.keys(HINDRANCES))('that could not be active (%s) says so, and what to do', (because) => {
    const nobody = { serves: 'nobody', because, withinMillis: 0 } as const;
    const said = lines({ ...BACKUP, outlook: { ...OUTLOOK, hindrance: because, ifPeerDied: nobody } });
    const at = said.indexOf('If beta died now') + 1;
    expect(said[at]).toBe(
      `  Nobody would serve: alpha ${HINDRANCES[because]?.clause ?? ''}. Every session would be lost.`,
    );
    expect(said[at + 1]).toMatch(/^ {4}cure: ./);
  });

  it('that waits because somebody answers for the address says so', () => {
    const said = lines({ ...BACKUP, outlook: { ...OUTLOOK, mode: 'held' } });
    expect(said[2]).toBe(
      '  beta is silent on every pulse path, and yet somebody answers for the virtual address: alpha waits.',
    );
    expect(said[3]).toMatch(/^ {4}cure: ./);
  });
});

describe('what is not known', () => {
  it('is not guessed', () => {
    const unheard = { serves: 'unknown', because: 'unheard', withinMillis: 0 } as const;
    expect(lines({ ...WELL, outlook: { ...OUTLOOK, ifThisDied: unheard } })[7]).toBe(
      '  That lies with beta, which is not heard: if it is dead, nobody would serve; if only the pulse paths are cut, it takes over, without the sessions.',
    );
    expect(lines({ ...WELL, outlook: undefined })).toContain('  Not known at this moment.');
  });
});

describe('besides', () => {
  it('names dead paths, another config, other versions, missing priority and servers, with what to do', () => {
    const view: StatusView = {
      ...VIEW,
      outlook: OUTLOOK,
      realtime: false,
      peer: { ...VIEW.peer, alive: true, sameConfig: false },
    };
    const said = lines(view);
    expect(said.slice(said.indexOf('Besides') + 1).filter((line) => !line.includes('cure:'))).toEqual([
      '  beta is not heard on private; 1 of 2 pulse paths is left.',
      '  beta runs with another config.',
      '  beta writes version 3 of the journal, this director version 2: no session is replicated.',
      '  The pulse side has no real-time priority, so failures are noticed later.',
      '  the peer is lost',
      '  Service ftp gives no new sessions to s2 (down).',
      '',
    ]);
  });
});
