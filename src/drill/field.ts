/**
 * The field of one drill while it lasts: the machine on the LAN, its probes, what is transferred, its sessions. It is laid out
 * before the fault and cleared afterwards; it knows nothing of faults.
 */
import { fileURLToPath } from 'node:url';
import type { VirtualService } from '../config/model.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { type Millis, millis } from '../time.js';
import { pause } from '../until.js';
import type { Cargo } from './contender.js';
import { type DrillMachine, raiseMachine } from './machine.js';
import type { Guardian } from './guardian.js';
import type { ProbeRecord } from './record.js';
import { type RemoteProbe, type RemoteSession, RemoteSessions, startProbe } from './remote.js';
import type { DrillSetting } from './setting.js';

/** A probe of one virtual address, with how it asks. */
export interface FieldProbe {
  readonly address: string;
  readonly kind: ProbeRecord['kind'];
  readonly everyMillis: number;
  readonly probe: RemoteProbe;
}

export interface Field {
  readonly machine: DrillMachine;
  readonly probes: readonly FieldProbe[];
  open(service: VirtualService): Promise<RemoteSession>;
  clear(): void;
}

const compiled = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** Lays it out. Throws `Fatal` when the system refuses, or the virtual address cannot be reached at all. */
export async function layOut(setting: DrillSetting, guardian: Guardian): Promise<Field> {
  const { lan, mac, drill, services } = setting;
  const addresses = drill.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  const machine = await raiseMachine({ lan, mac, addresses }, guardian);
  const sessions = new RemoteSessions(machine.spawn, compiled('session-main'));
  const probes = await Promise.all(services.map((service) => probeOf(machine, service)));
  return {
    machine,
    probes,
    open: ({ address, port }) =>
      sessions.open({ host: address, port }, { user: drill.user, password: drill.password }),
    clear: () => {
      for (const { probe } of probes) probe.stop();
      sessions.end();
      machine.close();
    },
  };
}

const ECHO_EVERY = 1;
const TCP_EVERY = 100;
/** As long as an answer to the first echo may take. */
const FIRST_ANSWER = millis(1000);

/** By echo; by TCP where nobody answers that. */
async function probeOf(machine: DrillMachine, { address, port }: VirtualService): Promise<FieldProbe> {
  const echo = startProbe(machine.spawn, compiled('probe-main'), [address, String(ECHO_EVERY)]);
  for (let waited = 0; waited < FIRST_ANSWER; waited += 50) {
    await pause(millis(50));
    if ((await echo.report()).answered > 0)
      return { address, kind: 'echo', everyMillis: ECHO_EVERY, probe: echo };
  }
  echo.stop();
  const args = [address, String(port), String(TCP_EVERY)];
  const probe = startProbe(machine.spawn, compiled('tcp-probe-main'), args);
  return { address, kind: 'tcp', everyMillis: TCP_EVERY, probe };
}

const REFERENCE_LIMIT = millis(30_000);

/** Logs in, and fetches what the transfers are to be measured against. Throws `Fatal` when that does not work. */
export async function loadCargo(setting: DrillSetting, field: Field, token: string): Promise<Cargo> {
  const { drill, services, interruption } = setting;
  const [service] = services;
  if (service === undefined) throw new Error('a drill without a service');
  const session = await interruption.race(field.open(service)).catch((error: unknown) => {
    throw cannot(`log in to ${service.name} as ${drill.user}`, error, 'check user and password in `drill`');
  });
  const { download, upload } = drill;
  const path = upload === undefined ? undefined : `${upload}.${token}`;
  try {
    if (download !== undefined) setting.stock.reference ??= await reference(setting, session, download);
    return {
      download: setting.stock.reference,
      upload: path === undefined ? undefined : { path, bytes: drill.uploadBytes },
    };
  } finally {
    await session.close();
  }
}

async function reference(
  { interruption }: DrillSetting,
  session: RemoteSession,
  path: string,
): Promise<NonNullable<Cargo['download']>> {
  const cure = 'name a file in `drill.download` that every server has, of some seconds';
  try {
    await session.prepare('EPSV');
    const { bytes, sha256 } = await interruption.race(
      within(REFERENCE_LIMIT, 'it takes longer than 30 s', session.retrieve(path)),
    );
    return { path, bytes, sha256 };
  } catch (error) {
    throw cannot(`fetch ${path}`, error, cure);
  }
}

/** The value, or an error with those words after a while. */
export async function within<T>(limit: Millis, words: string, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(words));
    }, limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function cannot(what: string, error: unknown, cure: string): unknown {
  if (!(error instanceof Error) || error.name === 'Interrupted') return error;
  return new Fatal(ExitStatus.no, `the drill cannot ${what}: ${error.message}`, cure);
}
