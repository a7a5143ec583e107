/** drain, undrain, force and weight on the command line, against a daemon of the test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/cli/program.js';
import { type Control, type ControlHandlers, startControl } from '../../../src/control/server.js';
import type { StatusView } from '../../../src/control/status.js';
import { VIEW } from '../control/view.js';

/** The view with that many sessions on server s1. */
function withSessions(sessions: number): StatusView {
  const [service] = VIEW.services;
  const [s1, ...others] = service!.servers;
  return { ...VIEW, services: [{ ...service!, servers: [{ ...s1!, sessions }, ...others] }] };
}

describe('an order for a server', () => {
  let directory: string;
  let control: Control;
  let asked: unknown[];
  /** Sessions of s1 at each question; the last one again and again. */
  let sessions: number[];
  let refusal: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ftpair-orders-'));
    [asked, sessions, refusal] = [[], [0], ''];
    const handlers = {
      status: () => withSessions((sessions.length > 1 ? sessions.shift() : sessions[0]) ?? 0),
      order: (server: string, order: object) => {
        asked.push([server, order]);
        const accepted = refusal === '';
        return { accepted, detail: refusal, service: 'ftp', server: 's1', standing: 'forcedDown' };
      },
    };
    control = await startControl({
      path: join(directory, 'control.sock'),
      handlers: handlers as Partial<ControlHandlers> as ControlHandlers,
    });
  });

  afterEach(async () => {
    await control.close();
    rmSync(directory, { recursive: true });
  });

  async function ftpair(words: string): Promise<{ status: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const screen = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      colour: false,
      columns: 120,
    };
    const runDaemon = () => Promise.reject(new Error('no daemon here'));
    const status = await runCommand([...words.split(' '), '--runtime-dir', directory], { screen, runDaemon });
    return { status, out, err };
  }

  it('drain waits, and shows how many sessions are left', async () => {
    sessions = [2, 2, 1, 0];
    expect(await ftpair('drain ftp/s1')).toEqual({
      status: 0,
      out: 'ftp/s1 is drained: it gets no new sessions\n2 sessions left\n1 session left\nno session left\n',
      err: '',
    });
    expect(asked).toEqual([['ftp/s1', { kind: 'drain', on: true }]]);
  });

  it('drain --no-wait asks for nothing more', async () => {
    sessions = [2];
    expect(await ftpair('drain s1 --no-wait')).toEqual({
      status: 0,
      out: 'ftp/s1 is drained: it gets no new sessions\n',
      err: '',
    });
  });

  it('drain gives up after its time, with status 1, and says that the server stays drained', async () => {
    sessions = [3];
    expect(await ftpair('drain s1 --timeout 40ms')).toEqual({
      status: 1,
      out: 'ftp/s1 is drained: it gets no new sessions\n3 sessions left\n',
      err:
        'ftpair: 3 sessions left on ftp/s1 after 40 ms; it stays drained\n' +
        '  cure: "ftpair sessions --server s1" shows them; "ftpair drain ftp/s1" waits on\n',
    });
  });

  it.each([
    ['undrain s1', { kind: 'drain', on: false }],
    ['force s1 down', { kind: 'force', to: 'down' }],
    ['force s1 auto', { kind: 'force', to: 'auto' }],
    ['weight s1 7', { kind: 'weight', weight: 7 }],
    ['weight s1 config', { kind: 'weight', weight: undefined }],
  ])('%s asks for it, and says what follows', async (words, order) => {
    expect(await ftpair(words)).toEqual({
      status: 0,
      out: 'ftp/s1: forced down: gets no new sessions\n',
      err: '',
    });
    expect(asked).toEqual([['s1', order]]);
  });

  it('that fits several servers is refused with their names', async () => {
    refusal = '"s1" may be ftp/s1 or ftp6/s1: write one of these';
    for (const words of ['drain s1', 'force s1 up'])
      expect(await ftpair(words)).toEqual({
        status: 2,
        out: '',
        err:
          'ftpair: "s1" may be ftp/s1 or ftp6/s1: write one of these\n' +
          '  cure: give one of these names; "ftpair status" shows them\n',
      });
  });

  it.each([
    ['force s1 sideways', 'Allowed choices are up, down, auto.'],
    ['weight s1 101', 'It must be a whole number from 0 to 100, or "config".'],
    ['drain s1 --timeout 10', '10 has no unit'],
    ['drain', "missing required argument 'server'"],
  ])('%s never reaches the daemon', async (words, complaint) => {
    const { status, err } = await ftpair(words);
    expect(status).toBe(2);
    expect(err).toContain(complaint);
    expect(asked).toEqual([]);
  });
});
