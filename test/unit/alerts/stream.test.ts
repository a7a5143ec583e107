import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { Outbox } from '../../../src/alerts/outbox.js';
import { streamTransport } from '../../../src/alerts/stream.js';

test('a connection is made for a target that is used, not for one that is only prepared', async () => {
  let connections = 0;
  const transport = streamTransport({
    ...{ name: 'tcp:127.0.0.1:9', address: '127.0.0.1', port: 9 },
    connect: (ready) => {
      connections += 1;
      return connect({ host: '127.0.0.1', port: 9 }, ready);
    },
  });
  expect(connections).toBe(0);
  const outbox = new Outbox(transport, () => undefined);
  expect(connections).toBe(1);
  await outbox.close();
});
