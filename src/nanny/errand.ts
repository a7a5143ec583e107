/**
 * What a nanny sends its probes out with: the request made from a check and a server, the source address, the authorities to
 * trust, and a small file of its own to store. Reads the file with the authorities once; decides nothing.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readAuthorities } from '../authorities.js';
import type { DirectorConfig, HealthCheck, RealServer, VirtualService } from '../config/model.js';
import type { Millis } from '../time.js';
import type { LocalAddresses, ProbeEdges } from './probe.js';
import type { ProbeRequest, Upload } from './request.js';

/** What all nannies of a director share. */
export interface Surroundings {
  /** Undefined: nothing is known of links, and the kernel chooses source addresses. */
  readonly self: DirectorConfig | undefined;
  readonly now: () => Millis;
  /** Addresses that a 227 may announce besides the server's own. */
  readonly allowed: readonly string[];
}

/** Bytes of a file that is stored and read back: more than one segment. */
const UPLOAD_BYTES = 4096;

/** What a check's probes need of this machine. @throws Fatal when the file with authorities cannot be read. */
export function edgesFor({ source, probe }: HealthCheck, { self, now }: Surroundings): ProbeEdges {
  const caFile = probe.type === 'ftp' ? probe.tls.caFile : undefined;
  const authorities = caFile === undefined ? undefined : readAuthorities(caFile, 'the health check');
  return { now, localAddress: sourceOf(source, self), authorities };
}

function sourceOf(source: string | undefined, self: DirectorConfig | undefined): LocalAddresses {
  if (source === undefined || self === undefined) return {};
  const link = source === 'public' || source === 'private' ? self[source] : self.extra[source];
  if (link === undefined) return {};
  return link.address.includes(':') ? { 6: link.address } : { 4: link.address };
}

/** One probe's request. */
export function requestFor(
  of: {
    readonly service: Pick<VirtualService, 'name'>;
    readonly server: RealServer;
    readonly check: HealthCheck;
  },
  { self, allowed }: Surroundings,
): ProbeRequest {
  const { service, server, check } = of;
  const { address, port } = server;
  const { timeout, limits, probe } = check;
  const stores = probe.type === 'ftp' && probe.data.command === 'stor';
  const upload = stores
    ? freshUpload(`${probe.data.path}-${self?.name ?? ''}-${service.name}-${server.name}`)
    : undefined;
  const names = { service: service.name, server: server.name };
  return { ...names, address, port, check: probe, allowed, timeout, limits, upload };
}

/** Content that no probe has stored before: what is read back is what was written now. */
function freshUpload(path: string): Upload {
  const bytes = randomBytes(UPLOAD_BYTES);
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
