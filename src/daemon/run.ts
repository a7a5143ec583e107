/**
 * The daemon: the one place that builds the adapters of the work side, joins the rooms and starts the pulse side.
 * It carries messages between them and decides nothing that a room can decide.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import type { ConfigChange } from '../control/config-change.js';
import { programVersion } from '../control/version.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { SystemError } from '../native.js';
import type { RunOptions } from './options.js';
import { ConfigExchange } from './config-exchange.js';
import { prepare } from './preflight.js';
import { Reloader } from './reload.js';
import { Director } from './director.js';
import { startTelling } from './telling.js';
import { executeAgain } from './execute-again.js';

/** Runs in the foreground until SIGTERM or SIGINT. Throws Fatal with a cure when it cannot start. */
export async function runDaemon(options: RunOptions): Promise<ExitStatus> {
  const refused = executeAgain();
  const prepared = prepare(options.configFile, options.node, hostname());
  const logger = pino({ level: options.logLevel, base: { node: prepared.config.nodes[prepared.self].name } });
  for (const what of refused) logger.warn({ refused: what }, 'a busy machine will hold this process up');
  for (const warning of prepared.warnings) logger.warn({ warning }, 'the config is usable, but');
  const boot = randomBytes(16);
  const telling = startTelling(prepared.config, prepared.self, boot, logger);
  const reloader = new Reloader({
    file: options.configFile,
    text: prepared.text,
    apply: async (config) => {
      const retell = telling.prepare(config);
      await director.reconfigure(config);
      retell();
    },
  });
  const exchange: ConfigExchange = new ConfigExchange({
    file: options.configFile,
    node: prepared.config.nodes[prepared.self].name,
    peer: prepared.config.nodes[prepared.self === 0 ? 1 : 0].name,
    reloader,
    ask: (question, limit) => director.ask(question, limit),
    onFault: (operation, error) => {
      telling.raise({
        id: 'fault',
        operation,
        reason: error instanceof Error ? error.message : String(error),
      });
    },
  });
  const director: Director = new Director({
    ...prepared,
    version: programVersion(),
    controlSocket: join(options.runtimeDir, 'control.sock'),
    boot,
    leaseToken: randomBytes(16),
    logger,
    recent: telling.recent,
    raise: telling.raise,
    alerts: telling.view,
    reload: (dry) => reloader.reload(dry),
    exchange,
  });
  try {
    await director.start();
    process.on('SIGHUP', () => {
      void reloader.reload(false).then((change) => {
        logReload(logger, change);
      });
    });
    logger.info({ version: programVersion(), pid: process.pid }, 'running');
    await director.ended(stopSignal(logger));
    return ExitStatus.ok;
  } catch (error) {
    throw asFatal(error);
  } finally {
    exchange.close();
    await director.close();
    await telling.close();
    logger.info('ended');
  }
}

/** Nobody waits for the answer of a signal but the log. */
function logReload(logger: Logger, { outcome, ...facts }: ConfigChange): void {
  const held = outcome === 'applied' || outcome === 'unchanged';
  logger[held ? 'info' : 'error']({ outcome, ...facts }, 'asked to read the config again');
}

/** Resolves at the first SIGTERM or SIGINT; the second one ends the process at once. */
function stopSignal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        logger.info({ signal }, 'asked to end');
        resolve();
      });
  });
}

/** What the kernel refused while starting is the administrator's to mend; anything else is our mistake. */
function asFatal(error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  const status = error.code === 'EADDRINUSE' ? ExitStatus.running : ExitStatus.system;
  return new Fatal(status, error.message, cureOf(error));
}

function cureOf(error: SystemError): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another process holds this address and port: is a second daemon running for this node?';
    case 'EADDRNOTAVAIL':
      return "the address in the config is not on the interface: see 'ip address', then mend nodes in the config";
    case 'EPERM':
    case 'EACCES':
      return 'run as root, or give the service CAP_NET_ADMIN and CAP_NET_RAW';
    case 'EPROTONOSUPPORT':
      return 'the kernel lacks this feature: load nf_conntrack_netlink, or use a kernel that has it';
    case 'ENODEV':
      return "the interface in the config does not exist: see 'ip link', then mend nodes in the config";
    default:
      return 'see the kernel log (dmesg)';
  }
}
