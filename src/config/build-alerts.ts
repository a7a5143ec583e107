/** The checked sections about telling people → what the program uses. Nothing can be wrong any more here. */
import type { Collector, HookConfig, SyslogConfig } from './model.js';
import type { FileShape } from './schema.js';

const SYSLOG_PORT = 514;
/** RFC 5425 §4.1. */
const SYSLOG_TLS_PORT = 6514;

export function buildSyslog({ local, facility, remote }: FileShape['alerts']['syslog']): SyslogConfig {
  return { local, facility, remote: remote.map(collector) };
}

function collector(written: FileShape['alerts']['syslog']['remote'][number]): Collector {
  const { address, port, protocol, tls } = written;
  if (protocol !== 'tls') return { protocol, address, port: port ?? SYSLOG_PORT };
  const { certificate = 'verify', ca_file: caFile, name } = tls ?? {};
  return { protocol, address, port: port ?? SYSLOG_TLS_PORT, tls: { certificate, caFile, name } };
}

/** The rules hold that a program is named. */
export function buildHooks(hooks: FileShape['hooks']): readonly HookConfig[] {
  return hooks.map(({ on, run: [path = '', ...args], timeout }) => ({ on, path, args, timeout }));
}
