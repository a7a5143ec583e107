import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/journal/bytes.js';

describe('written bytes', () => {
  it('are numbers in network order, cut to their width', () => {
    const writer = new ByteWriter();
    writer.u8(0x1ff);
    writer.u16(0x10203);
    writer.u32(-1);
    expect(writer.take().toString('hex')).toBe('ff' + '0203' + 'ffffffff');
  });

  it('are taken once', () => {
    const writer = new ByteWriter();
    writer.u8(1);
    expect([writer.length, writer.take().length, writer.length, writer.take().length]).toEqual([1, 1, 0, 0]);
  });

  it('may be more than there was room for, at once or by and by', () => {
    const writer = new ByteWriter(4);
    writer.bytes(new Uint8Array(100).fill(7));
    for (let value = 0; value < 100; value++) writer.u8(9);
    expect(writer.take().toString('hex')).toBe('07'.repeat(100) + '09'.repeat(100));
  });

  it('are copied alike whether they are few or many', () => {
    for (const length of [0, 1, 4, 16, 31, 32, 33, 64]) {
      const writer = new ByteWriter();
      writer.bytes(new Uint8Array(length).fill(5));
      writer.u8(6);
      expect(writer.take().toString('hex')).toBe('05'.repeat(length) + '06');
    }
  });

  it('hold texts as UTF-8 behind their length, of long ones the first 255 bytes', () => {
    const writer = new ByteWriter();
    writer.text('');
    writer.text('ä');
    writer.text('x'.repeat(300));
    expect(writer.take().toString('hex')).toBe('00' + '02c3a4' + 'ff' + '78'.repeat(255));
  });
});

describe('read bytes', () => {
  const of = (hex: string): ByteReader => new ByteReader(Buffer.from(hex, 'hex'));

  it('are what was written, from the first one on', () => {
    expect(of('ff').u8()).toBe(255);
    expect(of('0203').u16()).toBe(0x0203);
    expect(of('fffffffe').u32()).toBe(0xfffffffe);
    expect(of('02c3a4').text()).toBe('ä');
    expect(of('0102').part(2).u16()).toBe(0x0102);
  });

  it('beyond the end are zeros, and the reader has failed for good', () => {
    const reader = of('010203');
    expect([reader.u32(), reader.failed]).toEqual([0, true]);
    expect([reader.u8(), reader.u16(), reader.text(), reader.skip(1)]).toEqual([0, 0, '', -1]);
  });

  it('are no text where fewer follow than its length says', () => {
    const reader = of('03' + '6162');
    expect([reader.text(), reader.failed]).toEqual(['', true]);
  });

  it('of a part end with it', () => {
    const reader = of('01' + '02' + '03');
    const part = reader.part(2);
    expect([part.u8(), part.remaining, part.u8(), part.remaining, part.failed]).toEqual([1, 1, 2, 0, false]);
    expect([part.u8(), part.failed, reader.failed]).toEqual([0, true, false]);
    expect([reader.u8(), reader.remaining]).toEqual([3, 0]);
  });

  it('are no part where there are not so many, and both readers have failed', () => {
    const reader = of('0102');
    const part = reader.part(3);
    expect([part.failed, part.u8(), reader.failed]).toEqual([true, 0, true]);
  });
});
