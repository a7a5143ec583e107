/** The pulse side on real kernels: two of them, two bridges, and a neighbour that asks for the VIP. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ip } from '../../src/lab/ip-command.js';
import { until } from '../../src/until.js';
import { millis, monotonicNow } from '../../src/time.js';
import { Pair, VIP4, VIP6 } from './pulse-pair.js';

let pair: Pair;

beforeEach(async () => {
  pair = new Pair();
  await pair.settle();
});

afterEach(() => {
  pair.close();
});

function addressesOf(index: 0 | 1): string {
  return ip(['-netns', pair.namespace(index), 'address', 'show']);
}

test('one is active, and answers for its addresses in both families', async () => {
  expect(await pair.asked(VIP4)).toBe(pair.mac(0));
  expect(await pair.asked(VIP6)).toBe(pair.mac(0));
  expect(addressesOf(1)).not.toContain(VIP4);
  const steps = pair.sides[0].transitionTo('active')?.steps.map(({ step }) => step);
  expect(steps).toEqual(['silentSince', 'probed', 'addressUp', 'leased', 'peerTold', 'gratuitous']);
});

test('power loss: the other one answers, and the neighbour has learnt it without asking', async () => {
  expect(await pair.asked(VIP4)).toBe(pair.mac(0));
  const lost = monotonicNow();
  // In this order: an active that sees its cables go would give the role away.
  pair.sides[0].signal('SIGKILL');
  pair.cables(0, ['public', 'private'], 'down');
  const { reason, at } = await pair.sides[1].becomes('active');
  expect(reason).toBe('peerDead');
  expect(at - lost).toBeLessThan(300);
  const learnt = (): boolean =>
    ip(['-netns', pair.namespace(2), 'neigh', 'show', VIP4]).includes(pair.mac(1));
  await until(learnt, { what: 'the neighbour has learnt', within: millis(2000) });
  expect(await pair.asked(VIP6)).toBe(pair.mac(1));
});

test('a killed daemon falls silent with its lease; its successor cleans up and stays backup', async () => {
  const killed = monotonicNow();
  pair.sides[0].signal('SIGKILL');
  const { at, steps } = await pair.sides[1].becomes('active');
  expect(at - killed).toBeGreaterThan(250);
  expect(at - killed).toBeLessThan(900);
  expect(steps[0]?.step).toBe('silentSince');
  expect((await pair.sides[1].says('vipAnswered')).mac).toBe(pair.mac(0));
  expect(addressesOf(0)).toContain(VIP4);
  expect(await pair.asked(VIP4)).toBe(pair.mac(1));
  expect((await pair.start(0).becomes('backup')).reason).toBe('peerActive');
  expect(addressesOf(0)).not.toContain(VIP4);
  expect(addressesOf(0)).not.toContain(VIP6);
});

test('a stopped daemon gives way when it goes on', async () => {
  pair.sides[0].signal('SIGSTOP');
  await pair.sides[1].becomes('active');
  pair.sides[0].signal('SIGCONT');
  expect((await pair.sides[0].becomes('backup')).reason).toBe('outranked');
  expect(addressesOf(0)).not.toContain(VIP4);
  expect(await pair.asked(VIP4)).toBe(pair.mac(1));
});

test('cut pulse paths: a warning, and no second active', async () => {
  pair.pulses('cut');
  const { address, mac } = await pair.sides[1].says('vipAnswered');
  expect([VIP4, VIP6, '10.77.2.100']).toContain(address);
  expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  // Several leases long.
  const enough = monotonicNow() + 1500;
  await until(() => monotonicNow() > enough, { what: 'time went by', within: millis(5000) });
  expect(pair.sides[1].transitionTo('active')).toBeUndefined();
  pair.pulses('whole');
  const heard = (): boolean => {
    const peers = pair.sides[1].messages.flatMap((message) =>
      message.type === 'peer' ? [message.peer] : [],
    );
    return peers.at(-1)?.alive === true;
  };
  await until(heard, { what: 'the peer is heard again', within: millis(5000) });
  expect(await pair.asked(VIP4)).toBe(pair.mac(0));
});

test('a handover, asked of the backup', async () => {
  pair.sides[1].say({ type: 'handover' });
  expect(await pair.sides[1].says('handover')).toMatchObject({ accepted: true });
  expect((await pair.sides[0].becomes('backup')).reason).toBe('operator');
  expect(await pair.asked(VIP4)).toBe(pair.mac(1));
  expect(addressesOf(0)).not.toContain(VIP4);
});

test('a pulled cable of the active: it hands over', async () => {
  pair.cables(0, ['public'], 'down');
  expect((await pair.sides[1].becomes('active')).reason).toBe('linkDown');
  expect((await pair.sides[0].becomes('backup')).reason).toBe('linkDown');
  expect(await pair.asked(VIP4)).toBe(pair.mac(1));
});

test('a stop hands over first, and leaves nothing behind', async () => {
  pair.sides[0].say({ type: 'stop' });
  await pair.sides[0].says('stopped');
  expect((await pair.sides[1].becomes('active')).reason).toBe('peerReleased');
  expect(addressesOf(0)).not.toContain(VIP4);
  expect(await pair.asked(VIP4)).toBe(pair.mac(1));
});

test('links that go down and up again while active: the IPv6 addresses come back', async () => {
  pair.sides[1].signal('SIGKILL');
  ip(['-netns', pair.namespace(0), 'link', 'set', 'public', 'down']);
  ip(['-netns', pair.namespace(0), 'link', 'set', 'public', 'up']);
  await until(() => addressesOf(0).includes(VIP6), { what: 'the address is back', within: millis(3000) });
  await until(async () => (await pair.asked(VIP6)) === pair.mac(0), {
    what: 'it answers',
    within: millis(10_000),
  });
});
