/**
 * The lab's client machine: any program in its namespace, scripted FTP sessions and the probe of the VIP. The two
 * helpers are processes of their own, because a network namespace belongs to a process.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Target } from '../drill/control-connection.js';
import {
  type RemoteProbe,
  type RemoteSession,
  RemoteSessions,
  type Spawner,
  startProbe,
} from '../drill/remote.js';
import { type Finished, runIn, spawnIn } from './ip-command.js';
import { prepared } from './paths.js';
import type { Addresses, Plan } from './plan.js';

export type { RemoteProbe, RemoteSession };

/** The client machine. */
export interface LabClient {
  readonly namespace: string;
  /** All its addresses: the choice of a real server may depend on which one is used. */
  readonly addresses: readonly Addresses[];
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  run(command: string, args: readonly string[], input?: string): Promise<Finished>;
  /** Opens a scripted session: connected, logged in, binary. Default target: the VIP's port 21. */
  session(target?: Partial<Target>): Promise<RemoteSession>;
  /** Sends an ICMP echo request every few milliseconds; default to the VIP. */
  probe(address?: string): RemoteProbe;
}

/** The client of a plan. Starts nothing yet. */
export function createClient(plan: Plan): LabClient {
  const { machine, addresses } = plan.client;
  const { namespace } = machine;
  const spawner: Spawner = (command, args, options) => spawnIn(namespace, command, args, options);
  let sessions: RemoteSessions | undefined;
  return {
    namespace,
    addresses,
    spawn: (command, args, options) => spawnIn(namespace, command, args, options),
    run: (command, args, input) => runIn(namespace, command, args, input),
    session: async (target = {}) => {
      if (sessions?.alive !== true)
        sessions = new RemoteSessions(spawner, prepared('dist/drill/session-main.js'));
      return sessions.open({ host: plan.vip.v4, ...target });
    },
    probe: (address = plan.vip.v4) => startProbe(spawner, prepared('dist/drill/probe-main.js'), [address]),
  };
}
