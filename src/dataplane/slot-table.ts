/**
 * The slot maps in the kernel, written and read over one long-lived netlink socket: microseconds, where a spawned nft takes
 * milliseconds. Acts; decides nothing.
 */
import { NetlinkWriter } from '../netlink/attribute.js';
import { NETLINK_NETFILTER, NetlinkSocket } from '../netlink/request.js';
import { SystemError } from '../native.js';
import {
  decodeCounter,
  type MapChange,
  NFT_MSG_GETOBJ,
  writeCounterName,
  writeMapChange,
} from './nf-tables.js';
import { TABLE } from './nft-words.js';

export class SlotTable {
  readonly #socket: NetlinkSocket;
  readonly #writer = new NetlinkWriter(65_536);

  /** Throws SystemError when there is no netlink socket to be had. */
  constructor() {
    this.#socket = NetlinkSocket.open(NETLINK_NETFILTER, 'netlink socket for slots');
  }

  /** How many sessions a counter of our table has seen. Throws SystemError when the kernel has no such counter. */
  counted(counter: string): number {
    const answers = this.#socket.request(NFT_MSG_GETOBJ, 0, 'read a counter', counter, (writer) => {
      writeCounterName(writer, TABLE, counter);
    });
    for (const { type, body } of answers) {
      const packets = type === NFT_MSG_NEWOBJ ? decodeCounter(body) : undefined;
      if (packets !== undefined) return packets;
    }
    throw new SystemError('read a counter (no answer)', EIO, counter);
  }

  /** Changes one map, whole or not at all. Throws SystemError when the kernel refuses. */
  change(change: Omit<MapChange, 'table'>): void {
    writeMapChange(this.#writer, { ...change, table: TABLE });
    let errno = 0;
    this.#socket.post(this.#writer.take(), 'fill slots', change.map, (_seq, refusal) => {
      if (errno === 0) errno = refusal;
    });
    if (errno !== 0) throw new SystemError('fill slots', errno, change.map);
  }

  close(): void {
    this.#socket.close();
  }
}

const NFT_MSG_NEWOBJ = NFT_MSG_GETOBJ - 1;
const EIO = 5;
