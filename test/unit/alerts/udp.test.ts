import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Transport } from '../../../src/alerts/outbox.js';
import { udpTransport } from '../../../src/alerts/udp.js';

let collector: Socket;
let port: number;
let transport: Transport | undefined;

beforeEach(async () => {
  collector = createSocket('udp4').bind(0, '127.0.0.1');
  await once(collector, 'listening');
  port = collector.address().port;
});

afterEach(() => {
  void transport?.close();
  void collector.close();
});

function sent(message: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => transport?.transmit(message, resolve));
}

describe('syslog over UDP', () => {
  test('puts one message into one datagram (RFC 5426 §3.1)', async () => {
    transport = udpTransport('127.0.0.1', port);
    const arrived = once(collector, 'message');
    expect(await sent(Buffer.from('<28>1 …'))).toBeUndefined();
    expect(String((await arrived)[0])).toBe('<28>1 …');
  });

  test('says the errno of a message that the system refuses, and works on', async () => {
    transport = udpTransport('127.0.0.1', port);
    expect(await sent(Buffer.alloc(70_000))).toBe('EMSGSIZE');
    expect(await sent(Buffer.from('next'))).toBeUndefined();
  });

  test('says what is wrong with a target that cannot exist, and never throws', async () => {
    transport = udpTransport('127.0.0.1', 0);
    expect(await sent(Buffer.from('x'))).toBe('ERR_SOCKET_BAD_PORT');
    expect(await sent(Buffer.from('x'))).toBe('ERR_SOCKET_BAD_PORT');
  });

  test('names its target, IPv6 in brackets', () => {
    expect(udpTransport('192.0.2.1', 514).name).toBe('udp:192.0.2.1:514');
    expect(udpTransport('2001:db8::1', 514).name).toBe('udp:[2001:db8::1]:514');
  });

  test('may be closed before and after its use', async () => {
    transport = udpTransport('127.0.0.1', port);
    void transport.close();
    expect(await sent(Buffer.from('x'))).toBeUndefined();
    void transport.close();
    void transport.close();
  });
});
