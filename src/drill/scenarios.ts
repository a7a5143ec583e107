/** What each scenario is: what it does, what clients notice, how it is taken back, what must become of the role. Pure words. */
import { insidePrefix } from '../config/address.js';
import type { Config } from '../config/model.js';
import type { Scenario } from './record.js';

export interface ScenarioPlan {
  /** Needs `--destructive`: something is broken on purpose, for a short time. */
  readonly destructive: boolean;
  /** It can be done only on the router that is active. */
  readonly onActive: boolean;
  /** What must become of the role. */
  readonly role: 'moves' | 'stays' | 'may move';
  readonly does: string;
  readonly clients: string;
  readonly undone: string;
}

const STALL = 'transfers stand still for a moment and go on; no session is lost';
const BACK = 'the role stays where it went: "ftpair drill back" returns it';

/** Every scenario. */
export const SCENARIO_PLANS: Readonly<Record<Scenario, ScenarioPlan>> = {
  handover: {
    destructive: false,
    onActive: false,
    role: 'moves',
    does: 'moves the active role to the other router, as "ftpair handover" does',
    clients: 'next to nothing: a few milliseconds of silence',
    undone: BACK,
  },
  back: {
    destructive: false,
    onActive: false,
    role: 'moves',
    does: 'moves the active role to the other router once more, back to where it was',
    clients: 'next to nothing: a few milliseconds of silence',
    undone: 'nothing is left to undo',
  },
  crash: {
    destructive: true,
    onActive: true,
    role: 'moves',
    does: "kills this router's daemon (SIGKILL)",
    clients: STALL,
    undone: `the daemon is started again; ${BACK}`,
  },
  freeze: {
    destructive: true,
    onActive: true,
    role: 'moves',
    does: "stops this router's daemon (SIGSTOP)",
    clients: STALL,
    undone: `the daemon goes on (SIGCONT); ${BACK}`,
  },
  isolate: {
    destructive: true,
    onActive: true,
    role: 'moves',
    does: "cuts this router's private link by a filter of its own (table ftpair_drill)",
    clients: STALL,
    undone: `the filter is removed; ${BACK}`,
  },
  'pulse-cut': {
    destructive: true,
    onActive: false,
    role: 'stays',
    does: 'drops the pulse on all paths by a filter of its own (table ftpair_drill)',
    clients: 'nothing: the role must not move',
    undone: 'the filter is removed',
  },
  'server-down': {
    destructive: true,
    onActive: true,
    role: 'stays',
    does: 'drops TCP from and to one real server by a filter of its own (table ftpair_drill)',
    clients:
      'sessions on that server stand still until the end of the drill, and may end; the others notice nothing',
    undone: 'the filter is removed',
  },
};

/**
 * The order of `all`: it ends where it began, and every step finds the role where it needs it.
 * @param isolate whether a cut private link is noticed at all (`noticesIsolation`)
 */
export function allScenarios(activeHere: boolean, isolate: boolean): readonly Scenario[] {
  const cut: readonly Scenario[] = isolate ? ['back', 'isolate'] : [];
  const broken: readonly Scenario[] = ['crash', 'back', 'freeze', ...cut];
  if (activeHere) return ['handover', 'back', 'server-down', 'pulse-cut', ...broken, 'back'];
  return ['handover', 'server-down', 'pulse-cut', ...broken];
}

/** Carriers stay up behind a cut: only a tracked address of the private LAN that falls silent tells of it. */
export function noticesIsolation(config: Pick<Config, 'track' | 'gateways'>): boolean {
  return config.track.some((address) => config.gateways.some((gateway) => insidePrefix(address, gateway)));
}
