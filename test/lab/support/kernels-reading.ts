/**
 * A kernel's connection table as it tells it, read without our codec: whatever attribute there is, by its place in the message,
 * known to us or not. What two kernels may have differently is named here one by one; all else must be the same. Pure.
 */
import { NLA_HDRLEN } from '../../../src/netlink/attribute.js';

/** One entry: what it is, how long it has to live, and everything else about it in words. */
export interface Row {
  /** `flow` or `expectation` and its tuples. */
  readonly key: string;
  readonly seconds: number;
  readonly words: string;
}

/** A flow's original tuple, and its control flow's, to be left out where that is gone already. */
export interface FlowRow extends Row {
  readonly orig: string;
  readonly master: string;
}

export interface Reading {
  /** When it began, CLOCK_MONOTONIC milliseconds: remaining times run. */
  readonly at: number;
  readonly flows: readonly FlowRow[];
  readonly expectations: readonly Row[];
}

/** struct nlattr's two flags (linux/netlink.h). */
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;
/** struct nfgenmsg, before the attributes. */
const NFGENMSG = 4;

/** Places of attributes: their numbers in linux/netfilter/nfnetlink_conntrack.h, joined by points. */
const [ORIG, REPLY, STATUS, TIMEOUT, MASTER] = ['1', '2', '3', '7', '14'];
/** CTA_SEQ_ADJ_ORIG, _REPLY, CTA_SYNPROXY: a kernel may have made room for them and put nothing there. */
const MAYBE_ZERO = ['15', '16', '24'];
/** CTA_COUNTERS_ORIG, _REPLY, CTA_USE, CTA_ID, CTA_TIMESTAMP: of each kernel alone. */
const OWN_OF_FLOWS = ['9', '10', '11', '12', '20'];
/** CTA_PROTOINFO.TCP.FLAGS_ORIGINAL and _REPLY, struct nf_ct_tcp_flags {u8 flags; u8 mask}. */
const TCP_FLAGS = ['4.1.4', '4.1.5'];
/** CTA_PROTOINFO.TCP.WSCALE_ORIGINAL and _REPLY. */
const TCP_SCALES = ['4.1.2', '4.1.3'];
/** IP_CT_TCP_FLAG_WINDOW_SCALE. */
const WINDOW_SCALE = 0x01;
/** WINDOW_SCALE, SACK_PERM, CLOSE_INIT. The others are of the window, which the backup's kernel learns by itself. */
const TCP_FLAGS_TOLD = 0x07;
/** SEEN_REPLY, ASSURED, CONFIRMED, SRC_NAT, DST_NAT, both NAT_DONE. EXPECTED goes with the master, SEQ_ADJUST with the offsets. */
const STATUS_TOLD = 0x1be;
const [EXPECT_MASTER, EXPECT_TUPLE, EXPECT_TIMEOUT, EXPECT_ID] = ['1', '2', '4', '5'];

type Attributes = Map<string, Buffer>;

/** Every attribute that is no nest, by its place. A length that does not fit is an Error: kernels do not say such things. */
function attributesOf(
  body: Buffer,
  from = NFGENMSG,
  to = body.length,
  place = '',
  into: Attributes = new Map(),
): Attributes {
  for (let at = from; at < to;) {
    const length = body.readUInt16LE(at);
    const type = body.readUInt16LE(at + 2);
    if (length < NLA_HDRLEN || at + length > to) throw new Error(`an attribute of ${length} bytes at ${at}`);
    const here = `${place}${type & NLA_TYPE_MASK}`;
    if (type & NLA_F_NESTED) attributesOf(body, at + NLA_HDRLEN, at + length, `${here}.`, into);
    else into.set(here, body.subarray(at + NLA_HDRLEN, at + length));
    at += (length + 3) & ~3;
  }
  return into;
}

/** All below a place as words, such as `2.1.1=0ac81e0b`; and takes them away. */
function taken(attributes: Attributes, place: string): string {
  const words: string[] = [];
  for (const [at, bytes] of attributes) {
    if (at !== place && !at.startsWith(`${place}.`)) continue;
    words.push(`${at.slice(place.length)}=${bytes.toString('hex')}`);
    attributes.delete(at);
  }
  return words.join(' ');
}

function takenNumber(attributes: Attributes, place: string): number {
  const bytes = attributes.get(place);
  attributes.delete(place);
  return bytes?.readUInt32BE(0) ?? 0;
}

/** What is all zero is nothing. */
function dropZeroes(attributes: Attributes, place: string): void {
  const parts = [...attributes].filter(([at]) => at.startsWith(`${place}.`));
  if (parts.every(([, bytes]) => bytes.every((byte) => byte === 0)))
    for (const [at] of parts) attributes.delete(at);
}

function rest(attributes: Attributes): string {
  return [...attributes]
    .map(([at, bytes]) => `${at}=${bytes.toString('hex')}`)
    .sort()
    .join(' ');
}

/** From the body of an IPCTNL_MSG_CT_NEW of a dump. */
export function flowRow(body: Buffer): FlowRow {
  const attributes = attributesOf(body);
  const orig = taken(attributes, ORIG);
  const master = taken(attributes, MASTER);
  const reply = taken(attributes, REPLY);
  const seconds = takenNumber(attributes, TIMEOUT);
  const status = takenNumber(attributes, STATUS) & STATUS_TOLD;
  for (const place of OWN_OF_FLOWS) taken(attributes, place);
  for (const place of TCP_FLAGS) {
    const flags = attributes.get(place);
    if (flags !== undefined) attributes.set(place, Buffer.from([flags.readUInt8(0) & TCP_FLAGS_TOLD]));
  }
  // A kernel takes a window scale only where both sides have said that they scale (a flow that it picked up is without).
  const scaled = TCP_FLAGS.every(
    (place) => ((attributes.get(place)?.readUInt8(0) ?? 0) & WINDOW_SCALE) !== 0,
  );
  if (!scaled) for (const place of TCP_SCALES) attributes.delete(place);
  for (const place of MAYBE_ZERO) dropZeroes(attributes, place);
  const words = `reply ${reply} status ${status.toString(16)} ${rest(attributes)}`;
  return { key: `flow ${orig}`, orig, master, seconds, words };
}

/** From the body of an IPCTNL_MSG_EXP_NEW of a dump. */
export function expectationRow(body: Buffer): Row {
  const attributes = attributesOf(body);
  const key = `expectation ${taken(attributes, EXPECT_TUPLE)} of ${taken(attributes, EXPECT_MASTER)}`;
  const seconds = takenNumber(attributes, EXPECT_TIMEOUT);
  taken(attributes, EXPECT_ID);
  return { key, seconds, words: rest(attributes) };
}

/**
 * How far remaining times may be apart, in seconds. A flow's may be shorter at the backup by a quarter and half a minute: packets
 * at the active renew it, no event says so, and the daemon's audit lets so much pass.
 */
const FLOW_SHORTER = (seconds: number): number => seconds / 4 + 30;
/**
 * A kernel gives an established flow only so long while data is not acknowledged, and tells nobody: nf_conntrack_tcp_timeout_
 * unacknowledged and _max_retrans. Then the backup's is longer, until the active's has ended.
 */
const UNACKNOWLEDGED = 300;
/** Everything else: whole seconds, and the way to the other kernel. */
export const SLACK_SECONDS = 3;

/** What a reading holds. */
export interface Content {
  readonly flows: number;
  readonly expectations: number;
  /** Flows with sequence offsets. */
  readonly offsets: number;
  /** Flows with a control flow. */
  readonly masters: number;
}

export function contentOf({ flows, expectations }: Reading): Content {
  return {
    flows: flows.length,
    expectations: expectations.length,
    offsets: flows.filter(({ words }) => / 1[56]\.1=/.test(words)).length,
    masters: flows.filter(({ master }) => master !== '').length,
  };
}

/** One line for each entry that is not the same, in the order of the active's, then what the backup has too much. */
export function differencesOf(active: Reading, backup: Reading, slack = SLACK_SECONDS): string[] {
  const living = new Set(active.flows.map(({ orig }) => orig));
  const withMaster = ({ words, master }: FlowRow): string =>
    living.has(master) ? `${words} master ${master}` : words;
  const comparable = ({ flows, expectations }: Reading): readonly Row[] => [
    ...flows.map((row) => ({ ...row, words: withMaster(row) })),
    ...expectations,
  ];
  const there = new Map(comparable(backup).map((row) => [row.key, row]));
  /** What the backup's times were when the active's were read. */
  const later = (backup.at - active.at) / 1000;
  const lines: string[] = [];
  for (const row of comparable(active)) {
    const other = there.get(row.key);
    there.delete(row.key);
    const theirs = (other?.seconds ?? 0) + later;
    const late = row.key.startsWith('flow') ? FLOW_SHORTER(row.seconds) : 0;
    const doubtful = row.key.startsWith('flow') && row.seconds <= UNACKNOWLEDGED;
    if (other === undefined) lines.push(`missing ${row.key}: ${row.words}`);
    else if (row.words !== other.words) lines.push(`${row.key}: ${row.words} | ${other.words}`);
    else if (theirs < row.seconds - late - slack || (!doubtful && theirs > row.seconds + slack))
      lines.push(`${row.key}: ${row.seconds} s | ${theirs} s`);
  }
  return [...lines, ...[...there.values()].map(({ key, words }) => `too much ${key}: ${words}`)];
}
