/** The scenario `server-down`: which real server is cut off, which sessions end with it, and where new ones go. */
import type { RealServer } from '../config/model.js';
import type { StatusView } from '../control/status.js';
import { monotonicNow } from '../time.js';
import { sessionRecord } from './crew.js';
import type { Field } from './field.js';
import type { Muster } from './muster.js';
import type { Run } from './run.js';

/** The server that is cut off. */
export interface Cut {
  readonly name: string;
  /** Its entry in each drilled service. */
  readonly servers: readonly RealServer[];
  isDown(status: StatusView | undefined): boolean;
}

/** Chooses it, and takes the sessions on it out of the reckoning: that they end is what must be. */
export async function chooseServer(run: Run, status: StatusView, sessions: Muster): Promise<Cut> {
  const { services, drill, talk, server } = run.setting;
  const names = new Set(services.map(({ name }) => name));
  const shown = status.services.filter(({ name }) => names.has(name)).flatMap((service) => service.servers);
  const name = server ?? shown.filter(({ up }) => up).at(-1)?.name ?? '';
  const servers = services.flatMap((service) => service.servers.filter((each) => each.name === name));
  const lists = await Promise.all(drill.addresses.map(({ address }) => talk.sessions(address)));
  const ports = new Set(
    lists
      .flat()
      .filter((each) => each.server === name)
      .map(({ client }) => client.port),
  );
  const lost = [...sessions.ports].filter(([, port]) => ports.has(port)).map(([session]) => session);
  sessions.leaveOut(new Set(lost));
  run.step(`${lost.length} sessions are on ${name} and may end with it`);
  return {
    name,
    servers,
    isDown: (now) =>
      now !== undefined &&
      now.services
        .filter((service) => names.has(service.name))
        .flatMap((service) => service.servers)
        .every((each) => each.name !== name || !each.inRotation),
  };
}

/** As many as would meet a server that is wrongly kept. */
const NEW_SESSIONS = 4;

/** New sessions must go elsewhere and work. */
export async function testNewSessions(run: Run, field: Field, cut: Cut): Promise<void> {
  const { services, interruption } = run.setting;
  const [service] = services;
  if (service === undefined) return;
  for (let number = 1; number <= NEW_SESSIONS; number++) {
    const opened = monotonicNow();
    const lost = await interruption.race(
      field.open(service).then(
        async (session) => {
          await session.quit().catch(() => undefined);
          return undefined;
        },
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    );
    const kind = { name: `new without ${cut.name} ${number}`, mode: 'EPSV', moment: 'idle' } as const;
    const times = { start: run.start, fault: run.faultAt, opened, ended: monotonicNow() };
    run.further.push(sessionRecord(kind, { transfer: undefined, bytes: 0, gaps: [], lost }, times));
  }
}
