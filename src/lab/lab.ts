/**
 * The lab: two directors, real FTP servers and a client in network namespaces of this machine, on two LANs that are
 * bridges in a namespace of their own. Raised, cut, mended and taken down without a trace; the host's own network is
 * never touched. Needs root and what src/lab/setup.sh prepares.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { addressLines, bridgeLines, kernelSettings, mainsSwitch, plugLines } from './cabling.js';
import { makeCertificate } from './certificate.js';
import { createClient, type LabClient } from './client.js';
import { configText } from './config-text.js';
import { makeTree } from './content.js';
import { createDirector, type LabDirector } from './director.js';
import { isEnding, postGuard, refuseWhileEnding } from './guard.js';
import { addNamespaces, ipBatch, mustRunIn, nftIn } from './ip-command.js';
import { labDirectory } from './paths.js';
import {
  type DirectorName,
  type Machine,
  machinesOf,
  namespacesOf,
  type Plan,
  planLab,
  type PlanOptions,
  type ServerKind,
} from './plan.js';
import { createPower, type Power } from './power.js';
import { createServer, type LabServer } from './server.js';
import { passwdFile } from './server-files.js';
import { catchSyslog } from './syslog-catch.js';
import { capture } from './capture.js';

/** What can be chosen about a lab. Everything has a default. */
export interface LabOptions extends PlanOptions {
  /** Part of every name, at most eight letters and digits. Default: random, as it should be where labs may meet. */
  readonly token?: string;
  /** Limit of one transfer on the servers, bytes per second: makes a transfer last. Default none. */
  readonly ratePerSecond?: number;
  /** Settings below `pulse` in the config, such as `{ interval: '20ms' }`. */
  readonly pulse?: Readonly<Record<string, unknown>>;
  /** Settings of every service in the config, such as `{ min_servers: 1 }`. */
  readonly service?: Readonly<Record<string, unknown>>;
  /** Settings below `check` in the config. */
  readonly check?: Readonly<Record<string, unknown>>;
  /** Top-level keys of the config, such as `services`; they win over the lab's. */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * The servers speak FTP over TLS as well, and the services are in mode passive_range, with a range for each server or, for
   * `shared`, one that the config takes for everybody's. Not with proftpd.
   */
  readonly tls?: boolean | 'shared';
  /** Each director reads a copy of the config of its own, `configFile`; otherwise both read the same file. */
  readonly ownConfigs?: boolean;
}

/** A raised lab. */
export interface Lab extends Power {
  readonly plan: Plan;
  /** The virtual IP, without prefix. */
  readonly vip: string;
  /** Path of the ftpair.yaml that both directors read, or have copies of. */
  readonly config: string;
  /** Directory that everybody's uploads land in. */
  readonly incoming: string;
  readonly client: LabClient;
  director(name: DirectorName): LabDirector;
  /** @throws Error for a server that this lab was not asked for. */
  server(kind: ServerKind): LabServer;
  /** Syslog lines of both directors so far, oldest first. */
  readonly syslog: readonly string[];
  /** Removes the lab: processes by pid, namespaces by name, the temporary directory. */
  down(): Promise<void>;
}

/** Brings one machine to life: kernel settings, cables, addresses. */
export async function bootMachine(plan: Plan, machine: Machine): Promise<void> {
  const settings = kernelSettings().map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`);
  await mustRunIn(machine.namespace, 'sh', ['-c', settings.join(' && ')]);
  ipBatch(plan.wire, plugLines(machine));
  ipBatch(machine.namespace, addressLines(machine));
}

/** The files that belong to the lab as a whole. */
interface Files {
  readonly directory: string;
  readonly config: string;
  readonly tree: string;
  readonly passwd: string;
  readonly syslog: string;
}

function writeFiles(plan: Plan, directory: string, options: LabOptions): Files {
  const at = (name: string): string => join(directory, name);
  const files = {
    directory,
    config: at('ftpair.yaml'),
    tree: at('tree'),
    passwd: at('passwd'),
    syslog: at('log'),
  };
  makeTree(files.tree);
  mkdirSync(join(files.tree, 'incoming'));
  // The user `ftp` of the servers' own /etc/passwd.
  chownSync(join(files.tree, 'incoming'), 65534, 65534);
  writeFileSync(files.passwd, passwdFile(readFileSync('/etc/passwd', 'utf8')), { mode: 0o644 });
  const keyFile = at('pair.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`);
  chmodSync(keyFile, 0o600);
  const { pulse = {}, check = {}, service = {}, config = {}, tls = false } = options;
  if (tls !== false) makeCertificate(certificateIn(directory), plan.vip.v4);
  const lab = { keyFile, syslog: files.syslog, stateDir: at('state') };
  writeFileSync(files.config, configText(plan, { ...lab, pulse, check, service, config, tls }));
  return files;
}

function certificateIn(directory: string): string {
  return join(directory, 'tls.pem');
}

async function bootAll(plan: Plan): Promise<void> {
  addNamespaces(namespacesOf(plan));
  ipBatch(plan.wire, bridgeLines());
  nftIn(plan.wire, mainsSwitch);
  for (const machine of machinesOf(plan)) await bootMachine(plan, machine);
}

function createServers(
  plan: Plan,
  files: Files,
  { ratePerSecond = 0, tls = false }: LabOptions,
): ReadonlyMap<ServerKind, LabServer> {
  const setting =
    tls !== false ? { certificate: certificateIn(files.directory), announced: plan.vip.v4 } : undefined;
  return new Map(
    plan.servers.map((server) => {
      const directory = join(files.directory, server.kind);
      const places = { directory, tree: files.tree, passwd: files.passwd };
      return [server.kind, createServer(server, places, ratePerSecond, setting)];
    }),
  );
}

/** A director's own copy of the config. */
function copyFor({ directory, config }: Files, name: DirectorName): string {
  const own = join(directory, name, 'etc', 'ftpair.yaml');
  mkdirSync(dirname(own), { recursive: true });
  copyFileSync(config, own);
  return own;
}

function createDirectors(
  plan: Plan,
  files: Files,
  own: boolean,
): Readonly<Record<DirectorName, LabDirector>> {
  const create = (name: DirectorName): LabDirector =>
    createDirector(plan.directors[name], {
      configFile: own ? copyFor(files, name) : files.config,
      directory: join(files.directory, name),
    });
  return { alpha: create('alpha'), beta: create('beta') };
}

function serverOf(servers: ReadonlyMap<ServerKind, LabServer>, kind: ServerKind): LabServer {
  const server = servers.get(kind);
  if (server === undefined) throw new Error(`this lab has no ${kind}`);
  return server;
}

/**
 * Raises a lab: everything is cabled and the servers greet; no daemon runs yet. Whatever happens to this process,
 * nothing of the lab stays.
 * @throws Fatal when something is not prepared, CommandError or SystemError when the system refuses.
 */
export async function raiseLab(options: LabOptions = {}): Promise<Lab> {
  const plan = planLab(options, options.token ?? randomBytes(3).toString('hex'));
  const directory = join(labDirectory, 'run', plan.token);
  // Its janitor would take the other one down with this one.
  if (existsSync(directory)) throw new Error(`there is a lab ${plan.token} already: ${directory}`);
  const guard = await postGuard(directory, namespacesOf(plan));
  try {
    refuseWhileEnding();
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    const files = writeFiles(plan, directory, options);
    await bootAll(plan);
    capture(plan);
    const servers = createServers(plan, files, options);
    await Promise.all([...servers.values()].map((server) => server.start()));
    const directors = createDirectors(plan, files, options.ownConfigs ?? false);
    const client = createClient(plan);
    const caught = catchSyslog(files.syslog);
    return {
      ...createPower(
        plan,
        (name) => directors[name],
        (machine) => bootMachine(plan, machine),
      ),
      plan,
      vip: plan.vip.v4,
      config: files.config,
      incoming: join(files.tree, 'incoming'),
      client,
      director: (name) => directors[name],
      server: (kind) => serverOf(servers, kind),
      syslog: caught.lines,
      down: async () => {
        caught.close();
        await guard.release();
      },
    };
  } catch (error) {
    await guard.release();
    // What was taken down while it was being raised has not failed; the signal ends this process in a moment.
    if (isEnding()) await new Promise<never>(() => undefined);
    throw error;
  }
}
