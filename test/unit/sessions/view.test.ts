import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../../src/control/sessions.js';
import type { SeenSession } from '../../../src/sessions/seen.js';
import { sessionViews } from '../../../src/sessions/view.js';
import { millis } from '../../../src/time.js';
import { announcement, CLIENT, controlFlow, dataFlow, SERVER, tuple } from '../replication/samples.js';
import { ACTIVE, activeDataFlow, announced, BACKUP, counted, idle, inState, seen } from './samples.js';

const ESTABLISHED = 3;
const FIN_WAIT = 4;
const CLOSE_WAIT = 5;
const TIME_WAIT = 7;
const SYN_SENT = 1;

function one(session: SeenSession, facts = ACTIVE): SessionView | undefined {
  return sessionViews([session], facts)[0];
}

describe('a session of the list', () => {
  it('is a control flow with its client, service, real server and age', () => {
    expect(sessionViews([idle()], ACTIVE)).toEqual([
      {
        client: { address: '198.51.100.7', port: 40_000 },
        service: { name: 'ftp', address: '198.51.100.100', port: 21 },
        server: 'one',
        standing: 'ok',
        state: 'idle',
        mode: undefined,
        dataChannels: 0,
        bytesToClient: undefined,
        bytesFromClient: undefined,
        agoMillis: 60_000,
        survives: true,
        reason: undefined,
        part: undefined,
      },
    ]);
  });

  it('shows the address of a real server that the config does not name', () => {
    const reply = tuple(Buffer.from([10, 200, 30, 99]), 2121, CLIENT, 40_000);
    expect(one(idle({ control: seen(controlFlow(40_000, { reply })) }))?.server).toBe('10.200.30.99:2121');
  });

  it('is listed in the order given', () => {
    const sessions = [2, 1].map((port) => idle({ control: seen(controlFlow(port)) }));
    expect(sessionViews(sessions, ACTIVE).map(({ client }) => client.port)).toEqual([2, 1]);
  });
});

describe('its state', () => {
  it.each([
    ['SYN_SENT', SYN_SENT, 'opening'],
    ['SYN_RECV', 2, 'opening'],
    ['ESTABLISHED', ESTABLISHED, 'idle'],
    ['FIN_WAIT', FIN_WAIT, 'ending'],
    ['CLOSE_WAIT', CLOSE_WAIT, 'ending'],
  ])('follows the control flow without a data channel: %s', (_name, state, word) => {
    expect(one(idle({ control: seen(inState(controlFlow(), state)) }))?.state).toBe(word);
  });

  it.each([
    ['LAST_ACK', 6],
    ['TIME_WAIT', TIME_WAIT],
    ['CLOSE', 8],
  ])('is not listed any more once both ends have closed: %s', (_name, state) => {
    expect(one(idle({ control: seen(inState(controlFlow(), state)) }))).toBeUndefined();
  });

  it('is announced while a data channel is announced and none is open', () => {
    const closed = seen(inState(dataFlow(), TIME_WAIT));
    expect(one(idle({ data: [closed], announced: announced() }))).toMatchObject({
      state: 'announced',
      mode: 'passive',
      dataChannels: 0,
    });
  });

  it('is downloading when the payload of the data channel goes to the client', () => {
    const flow = counted(dataFlow(), [700, 36_400], [1400, 2_100_000]);
    expect(one(idle({ data: [seen(flow)] }))).toMatchObject({
      state: 'downloading',
      mode: 'passive',
      dataChannels: 1,
    });
  });

  it('is uploading when it comes from the client, who in passive mode began the data flow', () => {
    const flow = counted(dataFlow(), [1400, 2_100_000], [700, 36_400]);
    expect(one(idle({ data: [seen(flow)] }))?.state).toBe('uploading');
  });

  it('knows that in active mode the server began the data flow', () => {
    const down = counted(activeDataFlow(), [1400, 2_100_000], [700, 36_400]);
    const up = counted(activeDataFlow(), [700, 36_400], [1400, 2_100_000]);
    expect(one(idle({ data: [seen(down)] }))).toMatchObject({ state: 'downloading', mode: 'active' });
    expect(one(idle({ data: [seen(up)] }))).toMatchObject({ state: 'uploading', mode: 'active' });
  });

  it('is transferring where the direction is not to be seen: a handshake alone, or no counters', () => {
    const handshake = counted(dataFlow(), [2, 112], [1, 60]);
    expect(one(idle({ data: [seen(handshake)] }))?.state).toBe('transferring');
    expect(one(idle({ data: [seen(dataFlow())] }))?.state).toBe('transferring');
  });

  it('does not take many acknowledgements for payload', () => {
    // 80 bytes each is as long as they get: 20 IP, 20 TCP, 40 options.
    const flow = counted(dataFlow(), [1000, 80_000], [1, 81]);
    expect(one(idle({ data: [seen(flow)] }))?.state).toBe('downloading');
  });

  it('stays listed with an open data channel after the control connection was closed', () => {
    const control = seen(inState(controlFlow(), TIME_WAIT));
    const data = [seen(counted(dataFlow(), [700, 36_400], [1400, 2_100_000]))];
    expect(one(idle({ control, data }))?.state).toBe('downloading');
  });

  it('counts only data channels that are open', () => {
    const half = seen(inState(dataFlow(40_000, 1), FIN_WAIT));
    const closed = seen(inState(dataFlow(40_000, 2), TIME_WAIT));
    expect(one(idle({ data: [half, closed] }))?.dataChannels).toBe(1);
  });
});

describe('its mode', () => {
  it('is active for a channel that the client announced (PORT, EPRT)', () => {
    const expectation = announcement(40_000, 0, { tuple: tuple(SERVER, 0, CLIENT, 45_678) });
    expect(one(idle({ announced: announced({ expectation }) }))?.mode).toBe('active');
  });

  it('is the last one that the kernel still has, when no channel is open or announced', () => {
    expect(one(idle({ data: [seen(inState(activeDataFlow(), TIME_WAIT))] }))?.mode).toBe('active');
  });
});

describe('its bytes', () => {
  it('are those of the control flow, the data flows, and the data flows that have ended', () => {
    const control = seen(controlFlow(), {
      kernel: counted(controlFlow(), [10, 1_000], [10, 2_000]),
      ended: { toClient: 50_000, fromClient: 600 },
    });
    const passive = seen(counted(dataFlow(), [5, 300], [5, 7_000]));
    const active = seen(counted(activeDataFlow(), [5, 8_000], [5, 400]));
    expect(one(idle({ control, data: [passive, active] }))).toMatchObject({
      bytesToClient: 67_000,
      bytesFromClient: 2_300,
    });
  });

  it('are undefined where the kernel did not count', () => {
    expect(one(idle({ data: [seen(dataFlow())] }))).toMatchObject({
      bytesToClient: undefined,
      bytesFromClient: undefined,
    });
  });
});

describe('its age', () => {
  const started = (startedAt: number) =>
    one(idle({ control: seen(controlFlow(), { kernel: { ...controlFlow(), startedAt } }) }))?.agoMillis;

  it("is the kernel's where it knows the session longer than this run of the daemon", () => {
    expect(started(1_700_000_000_000 - 90_000)).toBe(90_000);
  });

  it('is not shortened by a wall clock that was set back, nor longer than the machine runs', () => {
    expect(started(1_700_000_000_000 + 5_000)).toBe(60_000);
    expect(started(0)).toBe(100_000);
  });

  it('is counted from the first sight where the kernel keeps no time', () => {
    expect(one(idle({ control: seen(controlFlow(), { since: millis(99_962) }) }))?.agoMillis).toBe(38);
  });
});

describe('what has ended without an event', () => {
  it('is not listed by the active: its kernel is the truth', () => {
    expect(one(idle({ control: seen(controlFlow(), { kernel: undefined }) }))).toBeUndefined();
    const data = [seen(dataFlow(), { kernel: undefined })];
    expect(one(idle({ data, announced: announced({ kernel: undefined }) }))).toMatchObject({
      state: 'idle',
      dataChannels: 0,
      survives: true,
    });
  });

  it('is listed by the backup as missing: its kernel is the copy', () => {
    const control = seen(controlFlow(), { kernel: undefined });
    expect(one(idle({ control }), BACKUP)).toMatchObject({
      state: 'idle',
      survives: false,
      reason: 'missing',
    });
  });
});
