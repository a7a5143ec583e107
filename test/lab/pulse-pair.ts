/**
 * Two pulse sides as processes in two fresh namespaces, a third one with a neighbour that asks for the VIP, and a
 * fourth one with the bridges: for pulse.test.ts. No work side, no servers, no FTP.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Config, LinkConfig } from '../../src/config/model.js';
import { ruleset } from '../../src/dataplane/ruleset.js';
import { addNamespaces, ip, ipBatch, killQuietly, nftIn, runIn, spawnIn } from '../../src/lab/ip-command.js';
import { until } from '../../src/until.js';
import type { FromPulse, ToPulse, Transition } from '../../src/pulse/face.js';
import { millis } from '../../src/time.js';

export const VIP4 = '10.77.1.100';
export const VIP6 = 'fd77:1::100';
const LANS = ['public', 'private'] as const;
const LEASE_TOKEN = randomBytes(16);
const KEY = randomBytes(32);
const HOST = new URL('pulse-host.ts', import.meta.url).pathname;

function link(index: number, lan: 1 | 2): LinkConfig {
  return { interface: lan === 1 ? 'public' : 'private', address: `10.77.${lan}.${index + 1}` };
}

function director(index: number): Config['nodes'][0] {
  return { name: `d${index}`, public: link(index, 1), private: link(index, 2), extra: {} };
}

const CONFIG = {
  nodes: [director(0), director(1)],
  pulse: {
    port: 5405,
    interval: 10,
    silence: 40,
    paths: ['public', 'private'],
    keyFile: '',
    probeCount: 2,
    probeSpacing: 10,
    lease: 300,
  },
  vips: [
    { address: VIP4, prefixLength: 24, family: 4 },
    { address: VIP6, prefixLength: 64, family: 6 },
  ],
  gateways: [{ address: '10.77.2.100', prefixLength: 24, family: 4 }],
  services: [],
  track: [],
  fingerprint: '0123456789abcdef'.repeat(4),
} as unknown as Config;

/** One pulse side. */
export class Side {
  readonly messages: FromPulse[] = [];
  readonly #child: ChildProcess;

  constructor(namespace: string, self: 0 | 1, host: string) {
    const start = { config: CONFIG, self, key: KEY.toString('hex'), leaseToken: LEASE_TOKEN.toString('hex') };
    this.#child = spawnIn(namespace, process.execPath, ['--import', 'tsx', host, JSON.stringify(start)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdin?.on('error', () => undefined);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.messages.push(JSON.parse(line) as FromPulse);
    });
    this.say({ type: 'ready', ready: true });
  }

  say(message: ToPulse): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    killQuietly(this.#child.pid!, signal);
  }

  /** The last change of role, when it is to this role. */
  transitionTo(role: string): Transition | undefined {
    const last = this.messages
      .flatMap((message) => (message.type === 'role' ? [message.transition] : []))
      .at(-1);
    return last?.to === role ? last : undefined;
  }

  /** Waits until the last change of role is to this role. */
  async becomes(role: string, within = 20_000): Promise<Transition> {
    return until(() => this.transitionTo(role), { what: `the role is ${role}`, within: millis(within) });
  }

  async says<T extends FromPulse['type']>(type: T): Promise<Extract<FromPulse, { type: T }>> {
    const found = (): FromPulse | undefined => this.messages.find((message) => message.type === type);
    const message = await until(found, { what: `it says ${type}`, within: millis(20_000) });
    return message as Extract<FromPulse, { type: T }>;
  }
}

export class Pair {
  readonly #prefix = `p${randomBytes(4).toString('hex')}`;
  readonly #names = ['d0', 'd1', 'nb', 'sw'].map((name) => `${this.#prefix}${name}`);
  readonly #sides: Side[] = [];

  constructor() {
    addNamespaces(this.#names);
    try {
      this.#wire();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #wire(): void {
    for (const lan of LANS) ipBatch(this.namespace(3), [`link add ${lan} type bridge`, `link set ${lan} up`]);
    for (const index of [0, 1, 2]) this.#cable(index);
    for (const self of [0, 1] as const) {
      const options = { config: CONFIG, self: CONFIG.nodes[self], leaseToken: LEASE_TOKEN };
      nftIn(this.namespace(self), ruleset({ ...options, weightOf: () => 1 }));
    }
  }

  /** The daemons that run now, by index. Only once they are settled. */
  get sides(): readonly [Side, Side] {
    return [this.#sides[0]!, this.#sides[1]!];
  }

  /** 0 and 1 are the directors, 2 is the neighbour, 3 has the bridges. */
  namespace(index: number): string {
    return this.#names[index]!;
  }

  /** A daemon of this director, in place of the one before. */
  start(self: 0 | 1, host = HOST): Side {
    return (this.#sides[self] = new Side(this.namespace(self), self, host));
  }

  /** d0 active, d1 backup and in sync. One after the other: on a busy machine either may be up first. */
  async settle(backupHost = HOST): Promise<void> {
    await this.start(0).becomes('active');
    await this.start(1, backupHost).becomes('backup');
    this.sides[1].say({ type: 'sync', inSync: true });
    const synced = (): boolean =>
      this.sides[0].messages.some((message) => message.type === 'peer' && message.peer.inSync);
    await until(synced, { what: 'd0 knows that d1 is in sync', within: millis(5000) });
  }

  /** The hardware address that the neighbour gets for an address; undefined when nobody answers. */
  async asked(address: string): Promise<string | undefined> {
    const neighbour = this.namespace(2);
    ip(['-netns', neighbour, 'neigh', 'flush', 'all']);
    await runIn(neighbour, 'ping', ['-c', '1', '-W', '1', address]);
    return / lladdr (\S+)/.exec(ip(['-netns', neighbour, 'neigh', 'show', address]))?.[1];
  }

  /** The hardware address of a director's public link. */
  mac(index: 0 | 1): string {
    const shown = ip(['-netns', this.namespace(index), 'link', 'show', 'public']);
    return /ether (\S+)/.exec(shown)?.[1] ?? '';
  }

  /** Pulls (or plugs) a director's cables at the bridges. */
  cables(index: 0 | 1, lans: readonly ('public' | 'private')[], state: 'up' | 'down'): void {
    ipBatch(
      this.namespace(3),
      lans.map((lan) => `link set ${lan}${index} ${state}`),
    );
  }

  /** Drops every pulse at its receiver, or no longer. */
  pulses(state: 'cut' | 'whole'): void {
    for (const index of [0, 1]) {
      const chain = 'chain in { type filter hook input priority 0; udp dport 5405 drop; }';
      nftIn(
        this.namespace(index),
        state === 'cut' ? `table inet cut {\n${chain}\n}\n` : 'delete table inet cut\n',
      );
    }
  }

  close(): void {
    for (const side of this.#sides) side.signal('SIGKILL');
    for (const name of this.#names) ip(['netns', 'del', name]);
  }

  #cable(index: number): void {
    const namespace = this.namespace(index);
    ipBatch(namespace, ['link set lo up']);
    LANS.forEach((lan, number) => {
      const far = `${lan}${index}`;
      ip([
        '-netns',
        namespace,
        'link',
        'add',
        lan,
        'type',
        'veth',
        'peer',
        'name',
        far,
        'netns',
        this.namespace(3),
      ]);
      ipBatch(this.namespace(3), [`link set ${far} master ${lan}`, `link set ${far} up`]);
      ipBatch(namespace, [
        `link set ${lan} up`,
        `address add 10.77.${number + 1}.${index + 1}/24 dev ${lan}`,
        `address add fd77:${number + 1}::${index + 1}/64 dev ${lan} nodad`,
      ]);
    });
  }
}
