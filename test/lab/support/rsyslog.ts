/**
 * A real rsyslogd on loopback, in a directory of its own: local socket, UDP, TCP and TLS at ports that were free. It writes what
 * it understood of each message as a line of JSON. It can be stopped, started again at the same place, and held still.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labEnvironment, prepared } from '../../../src/lab/paths.js';
import { millis } from '../../../src/time.js';
import { until } from '../../../src/until.js';
import { makeCertificates, type Certificates } from './certificates.js';

/** What rsyslog understood of one message, by its own names. */
export interface Understood {
  readonly input: string;
  readonly from: string;
  readonly pri: string;
  readonly version: string;
  readonly reported: string;
  readonly host: string;
  readonly app: string;
  readonly pid: string;
  readonly msgid: string;
  readonly data: string;
  readonly msg: string;
}

/** One port for UDP and plain TCP, one for TLS. */
export interface RsyslogPorts {
  readonly port: number;
  readonly tlsPort: number;
}

/** Another place than loopback of this machine. */
export interface RsyslogPlace extends RsyslogPorts {
  readonly namespace: string;
  /** IPv4, beside loopback. */
  readonly address: string;
}

export class Rsyslog {
  readonly socket: string;
  #process: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    readonly ports: RsyslogPorts,
    readonly certificates: Certificates,
    readonly place: RsyslogPlace | undefined,
  ) {
    this.socket = join(directory, 'log');
    writeFileSync(join(directory, 'good.pem'), certificates.good.cert);
    writeFileSync(join(directory, 'good.key'), certificates.good.key, { mode: 0o600 });
    writeFileSync(join(directory, 'rsyslog.conf'), this.#config());
  }

  /** Makes its directory; it does not run yet. */
  static async make(place?: RsyslogPlace): Promise<Rsyslog> {
    const directory = mkdtempSync(join(tmpdir(), 'ftpair-rsyslog-'));
    const ports = place ?? { port: await freePort(), tlsPort: await freePort() };
    return new Rsyslog(directory, ports, makeCertificates(directory), place);
  }

  /** PEM text of who has signed its certificate. */
  authority(): string {
    return readFileSync(this.certificates.caFile, 'utf8');
  }

  /** Starts it and waits until it listens everywhere. */
  async start(): Promise<void> {
    const root = prepared('.lab/servers/rsyslog');
    const [triplet] = readdirSync(join(root, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
    const modules = join(root, 'usr/lib', triplet ?? '', 'rsyslog');
    const files = ['-f', join(this.directory, 'rsyslog.conf'), '-i', join(this.directory, 'pid')];
    const words = [join(root, 'usr/sbin/rsyslogd'), '-n', ...files, '-M', modules];
    // Its libraries may have been unpacked beside it instead of installed.
    const env = { ...labEnvironment, LD_LIBRARY_PATH: join(modules, '..') };
    // What it says of connections that break is of no interest, its complaints about the config are.
    const into = this.place === undefined ? [] : ['ip', 'netns', 'exec', this.place.namespace];
    const [program = '', ...args] = [...into, ...words];
    this.#process = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'ignore'] });
    await until(() => this.#listens(), { what: 'rsyslogd listens', within: millis(10_000) });
  }

  /** Ends it, if it runs. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const stopping = this.#process;
    this.#process = undefined;
    if (stopping === undefined || stopping.exitCode !== null) return;
    const ended = once(stopping, 'exit');
    stopping.kill('SIGCONT');
    stopping.kill(signal);
    await ended;
    rmSync(this.socket, { force: true });
    rmSync(join(this.directory, 'pid'), { force: true });
  }

  /** It reads nothing until `goOn`; its kernel side goes on. */
  holdStill(): void {
    this.#process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Forgets what it has written. */
  forget(): void {
    rmSync(this.#file, { force: true });
  }

  understood(): readonly Understood[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Understood);
  }

  /** Waits until it has written so many messages. */
  async arrived(count: number): Promise<readonly Understood[]> {
    const what = `rsyslogd has written ${count} messages`;
    return until(() => this.understood().length >= count && this.understood(), {
      what,
      within: millis(20_000),
    });
  }

  /** Removes everything; after `stop`. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #config(): string {
    const addresses = this.place === undefined ? ['127.0.0.1', '::1'] : [this.place.address];
    return configOf(this.directory, this.socket, this.ports, this.certificates, addresses);
  }

  get #file(): string {
    return join(this.directory, 'understood');
  }

  /** All its ports are bound and the local socket is there; the ports in hexadecimal, as the kernel lists them. */
  #listens(): boolean {
    const { port, tlsPort } = this.ports;
    const bound = (list: string, wanted: number, more: string): boolean =>
      readFileSync(`/proc/${this.#process?.pid ?? 'self'}/net/${list}`, 'utf8').includes(
        `:${wanted.toString(16).toUpperCase().padStart(4, '0')} ${more}`,
      );
    const datagrams = bound('udp', port, '') && (this.place !== undefined || bound('udp6', port, ''));
    const LISTEN = '00000000:0000 0A';
    const streams = bound('tcp', port, LISTEN) && bound('tcp', tlsPort, LISTEN);
    return datagrams && streams && existsSync(this.socket);
  }
}

/** Free for TCP on both addresses, and as good as free for UDP. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const PROPERTIES = {
  input: 'inputname',
  from: 'fromhost-ip',
  pri: 'pri',
  version: 'protocol-version',
  host: 'hostname',
  app: 'app-name',
  pid: 'procid',
  msgid: 'msgid',
  data: 'structured-data',
  msg: 'msg',
};

function configOf(
  directory: string,
  socket: string,
  { port, tlsPort }: RsyslogPorts,
  { caFile }: Certificates,
  addresses: readonly string[],
): string {
  const [first = ''] = addresses;
  const lines = Object.entries(PROPERTIES).map(
    ([name, property]) => `  property(outname="${name}" name="${property}" format="jsonf")`,
  );
  return [
    `global(workDirectory="${directory}" net.enableDNS="off" maxMessageSize="8k"`,
    ` defaultNetstreamDriverCAFile="${caFile}" defaultNetstreamDriverCertFile="${join(directory, 'good.pem')}"`,
    ` defaultNetstreamDriverKeyFile="${join(directory, 'good.key')}")`,
    'module(load="imudp")',
    'module(load="imptcp")',
    'module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")',
    'module(load="imuxsock" SysSock.Use="off")',
    ...addresses.map((address) => `input(type="imudp" address="${address}" port="${port}")`),
    `input(type="imptcp" address="${first}" port="${port}")`,
    `input(type="imtcp" address="${first}" port="${tlsPort}")`,
    `input(type="imuxsock" Socket="${socket}" UsePIDFromSystem="off" RateLimit.Interval="0")`,
    'template(name="understood" type="list" option.jsonf="on") {',
    ...lines,
    '  property(outname="reported" name="timereported" dateFormat="rfc3339" date.inUTC="on" format="jsonf")',
    '}',
    `action(type="omfile" file="${join(directory, 'understood')}" template="understood")`,
    '',
  ].join('\n');
}
