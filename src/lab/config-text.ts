/** The ftpair.yaml of a lab, as text. Pure: the keys are those of config/ftpair.yaml, the values those of a plan. */
import { stringify } from 'yaml';
import { ALL_TLS_PORTS, TLS_PORTS } from './server-files.js';
import type { Addresses, DirectorPlan, Plan } from './plan.js';

/** What of the config can be chosen. Everything else is the program's default. */
export interface ConfigChoices {
  readonly keyFile: string;
  /** Path of a Unix datagram socket, or undefined for none. */
  readonly syslog: string | undefined;
  /** Settings below `pulse`, such as `{ interval: '20ms' }`; they win over the lab's. */
  readonly pulse?: Readonly<Record<string, unknown>>;
  /** Where both directors keep their state; the program's default otherwise. */
  readonly stateDir?: string;
  /** Settings of every service, such as `{ min_servers: 1 }`. */
  readonly service?: Readonly<Record<string, unknown>>;
  /** Settings below `check`; they win over the lab's. */
  readonly check?: Readonly<Record<string, unknown>>;
  /** Top-level keys, such as `services`; they win over the lab's. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Services in mode passive_range, and one for implicit TLS where the server can; `shared`: one range for all servers. */
  readonly tls?: boolean | 'shared';
}

function node(director: DirectorPlan): object {
  return {
    name: director.name,
    public: { interface: 'pub0', address: director.public.v4 },
    private: { interface: 'priv0', address: director.private.v4 },
  };
}

type Pick = (addresses: Addresses) => string | undefined;

function service(plan: Plan, name: string, pick: Pick, choices: ConfigChoices): readonly object[] {
  const address = pick(plan.vip);
  if (address === undefined) return [];
  const servers = plan.servers.map((server) => ({
    name: server.kind,
    address: pick(server.address),
    ...(choices.tls === true && { passive_ports: TLS_PORTS[server.kind] }),
  }));
  if (choices.tls === 'shared')
    return [
      { name, address, mode: 'passive_range', passive_ports: ALL_TLS_PORTS, ...choices.service, servers },
    ];
  if (choices.tls !== true) return [{ name, address, servers, ...choices.service }];
  const tls = { address, mode: 'passive_range', ...choices.service };
  const implicit = servers.filter((server) => server.name === 'vsftpd');
  return [
    { name, ...tls, servers },
    ...(implicit.length === 0 ? [] : [{ name: `${name}s`, ...tls, port: 990, servers: implicit }]),
  ];
}

/** The text of the lab's config file. */
export function configText(plan: Plan, choices: ConfigChoices): string {
  return stringify({
    nodes: [node(plan.directors.alpha), node(plan.directors.beta)],
    pulse: { key_file: choices.keyFile, ...choices.pulse },
    virtual_addresses: plan.virtual,
    services: [
      ...service(plan, 'ftp', ({ v4 }) => v4, choices),
      ...service(plan, 'ftp6', ({ v6 }) => v6, choices),
    ],
    check: { interval: '1s', timeout: '900ms', rise: 1, fall: 2, ...choices.check },
    state_dir: choices.stateDir,
    alerts: { syslog: { local: choices.syslog ?? 'none' } },
    ...choices.config,
  });
}
