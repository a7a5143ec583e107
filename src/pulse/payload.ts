/**
 * The payload of a pulse: what one director says about itself, and the times that measure a round trip. Fixed
 * layout inside a sealed datagram. What cannot be read is a reason, never a throw; nothing is decided here.
 */
import type { Offer, Report, Role } from '../election/model.js';
import { type Millis, millis } from '../time.js';
import { PULSE_VERSION } from './face.js';

/** Length of a payload on the wire. Longer ones are read as far as we know them. */
export const PAYLOAD_BYTES = 60;

/** First bytes of the config's fingerprint that travel in a pulse. */
export const FINGERPRINT_BYTES = 8;

/** Roles on the wire. */
const ROLES: readonly Role[] = ['starting', 'backup', 'active', 'stopped'];

/** Offers on the wire, 0 is none. */
const OFFERS: readonly (Offer | undefined)[] = [
  undefined,
  'operator',
  'stopping',
  'notReady',
  'linkDown',
  'uplinkDown',
  'preferred',
];

const FLAG_READY = 0x01;
const FLAG_IN_SYNC = 0x02;
const FLAG_ASKS_FOR_ROLE = 0x04;
const FLAG_GOODBYE = 0x08;

/** The times in a pulse. Each is the monotonic clock of one machine and means nothing on the other. */
export interface Times {
  /** Sender's clock when it sent this. */
  readonly sentAt: Millis;
  /** `sentAt` of the receiver's last pulse on this path; undefined when there was none. */
  readonly echo: Millis | undefined;
  /** How long the sender had had that one when it sent this. */
  readonly held: Millis;
}

export interface Pulse extends Times {
  readonly report: Report;
  /** Sender's own limits, to notice configs that differ. */
  readonly interval: Millis;
  readonly silence: Millis;
  /** FINGERPRINT_BYTES bytes in hex. */
  readonly fingerprint: string;
}

export type PayloadRefusal =
  'payloadShort' | 'payloadVersion' | 'payloadRole' | 'payloadOffer' | 'payloadTime';

/**
 * Layout, big-endian: version u8, role u8, flags u8, offer u8, term u32, fitness u16, interval u16, silence u16,
 * lease u16 (whole milliseconds), fingerprint 8 bytes, held u32 (microseconds), sent f64, echo f64 (milliseconds,
 * NaN for none), and 16 bytes of zero that later versions may use.
 */
export function encodePulse(pulse: Pulse): Buffer {
  const bytes = Buffer.alloc(PAYLOAD_BYTES);
  const { report } = pulse;
  bytes.writeUInt8(PULSE_VERSION, 0);
  bytes.writeUInt8(ROLES.indexOf(report.role), 1);
  bytes.writeUInt8(flagsOf(report), 2);
  bytes.writeUInt8(OFFERS.indexOf(report.offer), 3);
  bytes.writeUInt32BE(report.term, 4);
  bytes.writeUInt16BE(report.fitness, 8);
  bytes.writeUInt16BE(whole(pulse.interval), 10);
  bytes.writeUInt16BE(whole(pulse.silence), 12);
  bytes.writeUInt16BE(whole(report.lease), 14);
  bytes.write(pulse.fingerprint, 16, FINGERPRINT_BYTES, 'hex');
  bytes.writeUInt32BE(Math.min(Math.max(0, Math.round(pulse.held * 1000)), 0xffff_ffff), 24);
  bytes.writeDoubleBE(pulse.sentAt, 28);
  bytes.writeDoubleBE(pulse.echo ?? NaN, 36);
  return bytes;
}

/** The pulse in a payload, or why it is none. */
export function decodePulse(bytes: Buffer): Pulse | PayloadRefusal {
  if (bytes.length < PAYLOAD_BYTES) return 'payloadShort';
  if (bytes.readUInt8(0) !== PULSE_VERSION) return 'payloadVersion';
  const role = ROLES[bytes.readUInt8(1)];
  if (role === undefined) return 'payloadRole';
  const offerCode = bytes.readUInt8(3);
  if (offerCode >= OFFERS.length) return 'payloadOffer';
  const sentAt = bytes.readDoubleBE(28);
  if (!Number.isFinite(sentAt)) return 'payloadTime';
  const echo = bytes.readDoubleBE(36);
  return {
    report: readReport(bytes, role, OFFERS[offerCode]),
    interval: millis(bytes.readUInt16BE(10)),
    silence: millis(bytes.readUInt16BE(12)),
    fingerprint: bytes.toString('hex', 16, 16 + FINGERPRINT_BYTES),
    held: millis(bytes.readUInt32BE(24) / 1000),
    sentAt: millis(sentAt),
    echo: Number.isFinite(echo) ? millis(echo) : undefined,
  };
}

function readReport(bytes: Buffer, role: Role, offer: Offer | undefined): Report {
  const flags = bytes.readUInt8(2);
  return {
    role,
    term: bytes.readUInt32BE(4),
    ready: (flags & FLAG_READY) !== 0,
    inSync: (flags & FLAG_IN_SYNC) !== 0,
    fitness: bytes.readUInt16BE(8),
    offer,
    asksForRole: (flags & FLAG_ASKS_FOR_ROLE) !== 0,
    goodbye: (flags & FLAG_GOODBYE) !== 0,
    lease: millis(bytes.readUInt16BE(14)),
  };
}

function flagsOf(report: Report): number {
  return (
    (report.ready ? FLAG_READY : 0) |
    (report.inSync ? FLAG_IN_SYNC : 0) |
    (report.asksForRole ? FLAG_ASKS_FOR_ROLE : 0) |
    (report.goodbye ? FLAG_GOODBYE : 0)
  );
}

/** Whole milliseconds, rounded up: a limit must not look shorter than it is. */
function whole(length: Millis): number {
  return Math.min(Math.max(0, Math.ceil(length)), 0xffff);
}

/** Round trip in milliseconds, from the answer to one of our pulses; undefined when it answers none. */
export function roundTrip(times: Times, now: Millis): number | undefined {
  if (times.echo === undefined) return undefined;
  const trip = now - times.echo - times.held;
  return trip >= 0 && trip < 60_000 ? trip : undefined;
}
