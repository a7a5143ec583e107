/** Is the pair ready for a drill? Every reason against it, each with its cure. Pure: what the daemon said in, words out. */
import type { StatusView } from '../control/status.js';
import type { Scenario } from './record.js';
import { SCENARIO_PLANS } from './scenarios.js';

/** One reason against a drill. */
export interface Obstacle {
  readonly problem: string;
  readonly cure: string;
}

/** What of the wishes matters here. */
export interface Wishes {
  readonly scenarios: readonly Scenario[];
  readonly destructive: boolean;
  /** The service that is drilled. */
  readonly service: string;
  /** For `server-down`: its name, where one was given. */
  readonly server: string | undefined;
  /** A cut private link is noticed (`noticesIsolation`). */
  readonly isolationNoticed: boolean;
}

/** Everything that is in the way, in the order in which it is best mended. */
export function obstacles(status: StatusView, wishes: Wishes): readonly Obstacle[] {
  return [...peerObstacles(status), ...roleObstacles(status, wishes), ...serverObstacles(status, wishes)];
}

const obstacle = (problem: string, cure: string): Obstacle => ({ problem, cure });

function peerObstacles({ node, role, peer, sync }: StatusView): readonly Obstacle[] {
  const both = 'see "ftpair status" on both routers';
  if (!peer.alive)
    return [
      obstacle(`${peer.name} is not heard`, `start the daemon on ${peer.name}, or mend the pulse paths`),
    ];
  const found: Obstacle[] = [];
  const differs = peer.versions.filter(({ ours, theirs }) => theirs !== ours).map(({ format }) => format);
  if (differs.length > 0)
    found.push(
      obstacle(
        `${node} and ${peer.name} speak different versions of the ${differs.join(' and the ')}`,
        'run the same release on both',
      ),
    );
  if (!peer.sameConfig)
    found.push(
      obstacle(`${node} and ${peer.name} have different configs`, 'copy the file, and restart the backup'),
    );
  for (const path of peer.paths.filter(({ alive }) => !alive))
    found.push(obstacle(`the pulse path ${path.name} is silent`, `mend the link ${path.name}`));
  const roles = [role, peer.role].sort().join(' and ');
  if (roles !== 'active and backup')
    found.push(obstacle(`the roles are ${role} here and ${peer.role} on ${peer.name}`, both));
  const inSync = role === 'active' ? peer.inSync : sync.inSync;
  if (!inSync)
    found.push(
      obstacle(`${role === 'active' ? peer.name : node} is not in sync`, 'wait until it is, or ' + both),
    );
  if (role === 'active' && !peer.ready)
    found.push(obstacle(`${peer.name} is not ready to be active`, `see "ftpair status" on ${peer.name}`));
  return found;
}

function roleObstacles({ node, role, peer }: StatusView, wishes: Wishes): readonly Obstacle[] {
  const [first] = wishes.scenarios;
  const destructive = wishes.scenarios.filter((scenario) => SCENARIO_PLANS[scenario].destructive);
  const found: Obstacle[] = [];
  if (wishes.scenarios.includes('isolate') && !wishes.isolationNoticed)
    found.push(
      obstacle(
        'no address of the private LAN is tracked: nobody would notice that it is cut, and the role would stay',
        'add one that always answers to `track`, best the switch or each real server',
      ),
    );
  if (destructive.length > 0 && !wishes.destructive)
    found.push(
      obstacle(
        `${destructive.join(', ')} ${destructive.length === 1 ? 'breaks' : 'break'} something on purpose`,
        'add --destructive',
      ),
    );
  if (first !== undefined && SCENARIO_PLANS[first].onActive && role !== 'active')
    found.push(
      obstacle(
        `${first} is done on the active router, and ${node} is ${role}`,
        `run this on ${peer.name}, which is ${peer.role}`,
      ),
    );
  return found;
}

function serverObstacles({ services }: StatusView, wishes: Wishes): readonly Obstacle[] {
  const down = services.filter(({ servers }) => !servers.some(({ up }) => up));
  const found = down.map(({ name }) =>
    obstacle(`the service ${name} has no server that is up`, 'see "ftpair servers"'),
  );
  if (!wishes.scenarios.includes('server-down')) return found;
  const servers = services.find(({ name }) => name === wishes.service)?.servers ?? [];
  const up = servers.filter((server) => server.up).map(({ name }) => name);
  if (up.length < 2)
    found.push(
      obstacle(
        `server-down needs two servers of ${wishes.service} that are up, and there is ${up.length}`,
        'bring another one up, or choose another scenario',
      ),
    );
  if (wishes.server !== undefined && !up.includes(wishes.server))
    found.push(
      obstacle(`${wishes.service} has no server ${wishes.server} that is up`, `use one of ${up.join(', ')}`),
    );
  return found;
}

/** After a drill: is all as healthy as it was before? Undefined for yes, else what is missing. */
export function unsettled(status: StatusView | undefined, upBefore: readonly string[]): string | undefined {
  if (status === undefined) return 'the daemon here does not answer';
  const [first] = peerObstacles(status);
  if (first !== undefined) return first.problem;
  const up = serversUp(status);
  const missing = upBefore.filter((name) => !up.includes(name));
  return missing.length === 0 ? undefined : `${missing.join(', ')} not up again`;
}

/** `SERVICE/SERVER` of all that are up. */
export function serversUp({ services }: StatusView): readonly string[] {
  return services.flatMap(({ name, servers }) =>
    servers.filter(({ up }) => up).map((server) => `${name}/${server.name}`),
  );
}
