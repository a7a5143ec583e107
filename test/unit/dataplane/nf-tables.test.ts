/** The bytes of the few nf_tables messages that change slots, against what nft's own tools send (linux/netfilter/nf_tables.h). */
import { describe, expect, it } from 'vitest';
import {
  decodeCounter,
  type MapChange,
  writeCounterName,
  writeMapChange,
} from '../../../src/dataplane/nf-tables.js';
import { NetlinkWriter } from '../../../src/netlink/attribute.js';
import { decodeMessages } from '../../../src/netlink/message.js';

function messages(change: Omit<MapChange, 'table' | 'map'>): { type: string; flags: number; body: string }[] {
  const writer = new NetlinkWriter();
  writeMapChange(writer, { table: 't', map: 'm', ...change });
  return decodeMessages(writer.take()).messages.map(({ type, flags, body }) => ({
    type: type.toString(16),
    flags,
    body: body.toString('hex'),
  }));
}

/** struct nfgenmsg of family inet, NFTA_SET_ELEM_LIST_TABLE "t", NFTA_SET_ELEM_LIST_SET "m". */
const NAMES = '01000000' + '0600010074000000' + '060002006d000000';

describe('a change of a map', () => {
  it('is one batch, begun and ended in the name of nftables', () => {
    const [first, ...rest] = messages({ gone: 'all', added: [] });
    expect(first).toEqual({ type: '10', flags: 1, body: '0000000a' });
    expect(rest.at(-1)).toEqual({ type: '11', flags: 1, body: '0000000a' });
  });

  it('numbers its messages from 0, so that a refusal says which one it is of', () => {
    const writer = new NetlinkWriter();
    writeMapChange(writer, { table: 't', map: 'm', gone: [1], added: [[1, 'c']] });
    expect(decodeMessages(writer.take()).messages.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });

  it('has no message for what does not change', () => {
    expect(messages({ gone: 'all', added: [] }).map(({ type }) => type)).toEqual(['10', 'a0e', '11']);
    expect(messages({ gone: [], added: [] }).map(({ type }) => type)).toEqual(['10', '11']);
  });

  it('empties the map by a deletion without elements', () => {
    expect(messages({ gone: 'all', added: [] })[1]).toEqual({ type: 'a0e', flags: 1, body: NAMES });
  });

  it('deletes an element by its key, in the byte order of this machine', () => {
    const key = '10000180' + '0c000180' + '0800010007000000';
    expect(messages({ gone: [7], added: [] })[1]?.body).toBe(`${NAMES}14000380${key}`);
  });

  it('adds an element as a key and a goto', () => {
    const verdict = '08000100fffffffc' + '0600020063000000';
    const element = '28000180' + '0c00018008000100ef000000' + `1800028014000280${verdict}`;
    expect(messages({ gone: [], added: [[239, 'c']] })).toMatchObject([
      { type: '10' },
      { type: 'a0c', flags: 0x401, body: `${NAMES}2c000380${element}` },
      { type: '11' },
    ]);
  });
});

describe('a counter', () => {
  it('is named by its table, its name and its type', () => {
    const writer = new NetlinkWriter();
    writer.begin(0, 0, 0);
    writeCounterName(writer, 't', 'n');
    writer.end();
    expect(writer.take().subarray(16).toString('hex')).toBe(
      '01000000' + '0600010074000000' + '060002006e000000' + '0800030000000001',
    );
  });

  it('is read from the answer', () => {
    const packets = '0c0002000000000000000105';
    const answer = Buffer.from('01000000' + '1c000480' + '0c0001000000000000000001' + packets, 'hex');
    expect(decodeCounter(answer)).toBe(261);
    expect(decodeCounter(answer.subarray(0, 4))).toBeUndefined();
    expect(decodeCounter(answer.subarray(0, 12))).toBeUndefined();
  });

  it('is not what another attribute happens to hold', () => {
    const userData = '10000880' + '0c0002000000000000000007';
    const data = '10000480' + '0c0002000000000000000105';
    expect(decodeCounter(Buffer.from('01000000' + userData + data, 'hex'))).toBe(261);
  });
});
