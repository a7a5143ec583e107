/** Which entries of the connection table go with a server's sessions. */
import { expect, it } from 'vitest';
import { endingsOf } from '../../../src/daemon/ending.js';
import { CLIENT, controlFlow, dataFlow, SERVER, tuple, VIP } from '../replication/samples.js';
import { SERVICES } from '../sessions/samples.js';

const [SERVICE] = SERVICES;
const [ONE, TWO] = SERVICE!.servers;

it('are the control flows to it and the data flows that they announced, data first', () => {
  const [control, data] = [controlFlow(), dataFlow(40_000, 0, { master: controlFlow().orig })];
  expect(endingsOf(SERVICE!, ONE!, [control, data])).toEqual([
    { type: 'deleteFlow', orig: data.orig },
    { type: 'deleteFlow', orig: control.orig },
  ]);
});

it('are the data flows between its clients and it that name no control flow, whoever opened them', () => {
  const unnamed = { master: undefined, mark: 0x46545003 };
  const passive = dataFlow(40_000, 50_000, unnamed);
  const active = {
    ...passive,
    orig: tuple(SERVER, 20, CLIENT, 45_678),
    reply: tuple(CLIENT, 45_678, VIP, 20),
  };
  const control = controlFlow();
  expect(
    endingsOf(SERVICE!, ONE!, [control, passive, active]).map((end) => 'orig' in end && end.orig),
  ).toEqual([passive.orig, active.orig, control.orig]);
  expect(endingsOf(SERVICE!, ONE!, [passive, active])).toEqual([]);
  expect(endingsOf(SERVICE!, TWO!, [control, passive, active])).toEqual([]);
});

it('are none of another server, of another service, or of another port there', () => {
  const flows = [controlFlow(), dataFlow(40_000, 0, { master: controlFlow().orig })];
  expect(endingsOf(SERVICE!, TWO!, flows)).toEqual([]);
  expect(endingsOf({ ...SERVICE!, port: 2121 }, ONE!, flows)).toEqual([]);
  expect(endingsOf({ ...SERVICE!, address: '198.51.100.101' }, ONE!, flows)).toEqual([]);
  expect(endingsOf(SERVICE!, { ...ONE!, port: 2121 }, flows)).toEqual([]);
});
