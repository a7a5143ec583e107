/**
 * What each director tells the other of the real servers: its own verdicts, and every operator's order that it knows. Pure.
 * What cannot be read is undefined, never a throw, and never half understood.
 *
 *   payload = version u8, kind u8, run u32, serial u32, count u16, count × entry
 *   entry   = service, server (length u8 and text), verdict u8, reason (length u8 and text), orders u8, orders × order
 *   order   = kind u8, value u8, counter u32, node u8
 *
 * Each entry stands for itself: a lost datagram costs nothing but the time until the next whole board.
 */
import type { Verdict } from '../rotation/opinion.js';
import type { Force, Order, Stamp } from '../rotation/orders.js';
import type { BoardEntry, BoardReport } from '../rotation/report.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { DATA_BYTES, WIRE_VERSION } from './wire.js';

const KIND_BOARD = 12;
/** By their number on the wire. */
const VERDICTS: readonly Verdict[] = ['unknown', 'up', 'down'];
const FORCES: readonly Force[] = ['auto', 'up', 'down'];
const KINDS: readonly Order['kind'][] = ['drain', 'force', 'weight'];
/** The weight of the config. */
const NO_WEIGHT = 255;
/** Bytes of a reason: a word of a closed set. */
const REASON_BYTES = 32;

/** As many payloads as the entries need; none for nothing. */
export function encodeBoard({ run, serial, entries }: BoardReport): Buffer[] {
  const payloads: Buffer[] = [];
  let records: Buffer[] = [];
  let bytes = 0;
  const pack = (): void => {
    if (records.length > 0) payloads.push(payloadOf(run, serial, records));
    records = [];
    bytes = 0;
  };
  for (const entry of entries) {
    const record = encodeEntry(entry);
    if (bytes + record.length > DATA_BYTES) pack();
    records.push(record);
    bytes += record.length;
  }
  pack();
  return payloads;
}

function payloadOf(run: number, serial: number, records: readonly Buffer[]): Buffer {
  const writer = new ByteWriter(DATA_BYTES + 64);
  writer.u8(WIRE_VERSION);
  writer.u8(KIND_BOARD);
  writer.u32(run);
  writer.u32(serial);
  writer.u16(records.length);
  for (const record of records) writer.bytes(record);
  return writer.take();
}

function encodeEntry({ service, server, verdict, reason, orders }: BoardEntry): Buffer {
  const writer = new ByteWriter(256);
  writer.text(service);
  writer.text(server);
  writer.u8(VERDICTS.indexOf(verdict));
  writer.text(reason.slice(0, REASON_BYTES));
  writer.u8(orders.length);
  for (const { order, stamp } of orders) {
    writer.u8(KINDS.indexOf(order.kind));
    writer.u8(valueOf(order));
    writer.u32(stamp.counter);
    writer.u8(stamp.node);
  }
  return writer.take();
}

function valueOf(order: Order): number {
  switch (order.kind) {
    case 'drain':
      return order.on ? 1 : 0;
    case 'force':
      return FORCES.indexOf(order.to);
    case 'weight':
      return order.weight ?? NO_WEIGHT;
  }
}

/** Undefined for a payload of another kind or version, and for one that cannot be read to its end. */
export function decodeBoard(bytes: Buffer): BoardReport | undefined {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== WIRE_VERSION || reader.u8() !== KIND_BOARD) return undefined;
  const [run, serial] = [reader.u32(), reader.u32()];
  const entries: BoardEntry[] = [];
  for (let left = reader.u16(); left > 0 && !reader.failed; left--) {
    const entry = decodeEntry(reader);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return reader.failed || reader.remaining > 0 ? undefined : { run, serial, entries };
}

function decodeEntry(reader: ByteReader): BoardEntry | undefined {
  const [service, server] = [reader.text(), reader.text()];
  const verdict = VERDICTS[reader.u8()];
  const reason = reader.text();
  const orders: { order: Order; stamp: Stamp }[] = [];
  for (let left = reader.u8(); left > 0 && !reader.failed; left--) {
    const order = orderOf(KINDS[reader.u8()], reader.u8());
    const [counter, node] = [reader.u32(), reader.u8()];
    if (order === undefined || (node !== 0 && node !== 1)) return undefined;
    orders.push({ order, stamp: { counter, node } });
  }
  return verdict === undefined ? undefined : { service, server, verdict, reason, orders };
}

function orderOf(kind: Order['kind'] | undefined, value: number): Order | undefined {
  switch (kind) {
    case 'drain':
      return value > 1 ? undefined : { kind, on: value === 1 };
    case 'force': {
      const to = FORCES[value];
      return to && { kind, to };
    }
    case 'weight':
      if (value > 100 && value !== NO_WEIGHT) return undefined;
      return { kind, weight: value === NO_WEIGHT ? undefined : value };
    case undefined:
      return undefined;
  }
}
