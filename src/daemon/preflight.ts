/**
 * Everything that can be known to be wrong before the daemon touches the kernel: the config, the node's name, the
 * key, the interfaces, the privileges. Each ends the start with a sentence and its cure; nothing is changed here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { formatComplaint } from '../config/complaint.js';
import { loadKey } from '../config/key-file.js';
import { parseConfig, readConfigText } from '../config/load.js';
import type { Config, DirectorConfig } from '../config/model.js';
import { ExitStatus, Fatal } from '../fatal.js';

export interface Prepared {
  readonly config: Config;
  /** The text of it. */
  readonly text: string;
  readonly self: 0 | 1;
  readonly key: Uint8Array;
  readonly warnings: readonly string[];
}

/** Reads and checks all that `ftpair run` was given. `host` stands in for a node name that was not given. */
export function prepare(configFile: string, node: string | undefined, host: string): Prepared {
  const { config, text, warnings } = readConfig(configFile);
  const self = findNode(config, configFile, node, host);
  requireNetAdmin();
  requireInterfaces(config.nodes[self], configFile);
  return { config, text, self, key: loadKey(config.pulse.keyFile), warnings };
}

function readConfig(file: string): { config: Config; text: string; warnings: readonly string[] } {
  const read = readConfigText(file);
  const result = read.ok ? parseConfig(read.text, file) : read;
  if (read.ok && result.ok)
    return { config: result.config, text: read.text, warnings: result.warnings.map(formatComplaint) };
  const complaints = result.ok ? [] : result.complaints;
  throw new Fatal(
    ExitStatus.config,
    `${file} cannot be used:\n${complaints.map(formatComplaint).join('\n')}`,
    `mend it, and see that 'ftpair check --config ${file}' is content`,
  );
}

function findNode(config: Config, file: string, node: string | undefined, host: string): 0 | 1 {
  const names = config.nodes.map(({ name }) => name);
  const wanted = node ?? host;
  const index = names.indexOf(wanted);
  if (index === 0 || index === 1) return index;
  const what = node === undefined ? `this host's name '${host}' is not a node` : `'${node}' is not a node`;
  throw new Fatal(
    ExitStatus.config,
    `${what} of ${file}`,
    `say which director this is: ${names.map((name) => `--node ${name}`).join(' or ')}`,
  );
}

/** linux/capability.h */
const CAP_NET_ADMIN = 12n;
const CAP_NET_RAW = 13n;

function requireNetAdmin(): void {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const bits = BigInt(`0x${effective}`);
  const missing = [
    ...((bits >> CAP_NET_ADMIN) & 1n ? [] : ['CAP_NET_ADMIN']),
    ...((bits >> CAP_NET_RAW) & 1n ? [] : ['CAP_NET_RAW']),
  ];
  if (missing.length === 0) return;
  throw new Fatal(
    ExitStatus.system,
    `missing privileges: ${missing.join(' and ')}`,
    'run as root, or give the service these capabilities (AmbientCapabilities= in its unit)',
  );
}

function requireInterfaces(self: DirectorConfig, file: string): void {
  const links = { public: self.public, private: self.private, ...self.extra };
  for (const [role, link] of Object.entries(links)) {
    if (existsSync(`/sys/class/net/${link.interface}`)) continue;
    throw new Fatal(
      ExitStatus.system,
      `interface '${link.interface}' (${role} of node ${self.name} in ${file}) does not exist`,
      `name one that does: ${readdirSync('/sys/class/net').join(', ')}`,
    );
  }
}
