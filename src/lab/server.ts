/**
 * One real FTP server in its namespace: started with its own view of /etc/passwd and /srv (private mounts, the
 * host's files are never touched), awaited until it greets, stopped, started again.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, type Finished, killAllIn, runIn, spawnIn } from './ip-command.js';
import { prepared, serversDirectory } from './paths.js';
import type { Addresses, ServerKind, ServerPlan } from './plan.js';
import { type ServerSetting, serverFiles, type TlsSetting } from './server-files.js';

/** A real server of the lab. */
export interface LabServer {
  readonly kind: ServerKind;
  readonly address: Addresses;
  readonly namespace: string;
  /** Starts it and waits until it greets with 220. */
  start(): Promise<void>;
  /** Kills it and every session of it at once. */
  kill(): void;
  /** Runs a program beside it. */
  run(command: string, args: readonly string[], input?: string): Promise<Finished>;
  /** What it printed. Most servers say nothing unless something is wrong. */
  log(): string;
}

/** Where the lab's things are. */
export interface ServerPlaces {
  /** Directory of this server alone. */
  readonly directory: string;
  /** The file tree that becomes /srv. */
  readonly tree: string;
  /** The file that becomes /etc/passwd. */
  readonly passwd: string;
}

// `ip netns exec` gives the program a mount namespace of its own already: these mounts end with the server.
const MOUNT_AND_RUN = 'mount --bind "$1" /etc/passwd && mount --bind "$2" /srv && shift 2 && exec "$@"';

// One line of greeting on stdout, or the last complaint of the shell on stderr.
const AWAIT_GREETING = `
for attempt in $(seq 200); do
  if exec 3<>"/dev/tcp/$1/21" && read -r -t 2 line <&3 && [[ $line == 220* ]]; then exit 0; fi
  sleep 0.05
done
exit 1`;

async function awaitGreeting(plan: ServerPlan, log: () => string): Promise<void> {
  const { status } = await runIn(plan.machine.namespace, 'bash', [
    '-c',
    AWAIT_GREETING,
    'greeting',
    plan.address.v4,
  ]);
  if (status !== 0) throw new CommandError(`${plan.kind} on ${plan.address.v4}:21`, 'no greeting', log());
}

/** Prepares a server of the lab; nothing runs until `start`. @throws Fatal when it is not unpacked. */
export function createServer(
  plan: ServerPlan,
  places: ServerPlaces,
  ratePerSecond: number,
  tls?: TlsSetting,
): LabServer {
  const { kind } = plan;
  const { namespace } = plan.machine;
  prepared(join('.lab', 'servers', kind, 'usr', 'sbin', kind));
  mkdirSync(join(places.directory, 'empty'), { recursive: true, mode: 0o755 });
  const setting: ServerSetting = {
    package: join(serversDirectory, kind),
    directory: places.directory,
    ratePerSecond,
    ipv6: plan.address.v6 !== undefined,
    tls,
  };
  const files = serverFiles(kind, setting);
  if (files.config) writeFileSync(files.config.path, files.config.text, { mode: 0o644 });
  const logFile = join(places.directory, 'output.log');
  const log = (): string => readFileSync(logFile, 'utf8');
  const launch = (): ChildProcess => {
    const output = openSync(logFile, 'a');
    const args = ['-c', MOUNT_AND_RUN, 'server', places.passwd, places.tree, files.command, ...files.args];
    const child = spawnIn(namespace, 'sh', args, { stdio: ['ignore', output, output] });
    child.on('error', () => undefined);
    closeSync(output);
    return child;
  };
  return {
    kind,
    namespace,
    address: plan.address,
    start: async () => {
      launch().unref();
      await awaitGreeting(plan, log);
    },
    kill: () => {
      killAllIn(namespace);
    },
    run: (command, args, input) => runIn(namespace, command, args, input),
    log,
  };
}
