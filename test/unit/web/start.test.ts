/** Where the page of a director is served, and what becomes of it when that cannot be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/model.js';
import { millis } from '../../../src/time.js';
import { until } from '../../../src/until.js';
import { namesOf, placesOf } from '../../../src/web/places.js';
import { startWeb, type Web } from '../../../src/web/start.js';
import { after, change, LAST } from '../config/good.js';
import { NOON, sources } from './daemon.js';

function configured(section: string): Config {
  const result = parseConfig(change(LAST, after(`web: ${section}`)), 'F');
  if (!result.ok) throw new Error(JSON.stringify(result.complaints));
  return result.config;
}

describe('the places', () => {
  it("are each director's own addresses on the links that are named", () => {
    const config = configured('{ listen: [private, public] }');
    expect(placesOf(config, 0)).toEqual(['10.0.0.2', '192.0.2.2']);
    expect(placesOf(config, 1)).toEqual(['10.0.0.3', '192.0.2.3']);
  });

  it("leave the other director's address to it; other addresses are for both", () => {
    const config = configured('{ listen: [192.0.2.2, 192.0.2.3, 127.0.0.1, private, 10.0.0.2] }');
    expect(placesOf(config, 0)).toEqual(['192.0.2.2', '127.0.0.1', '10.0.0.2']);
    expect(placesOf(config, 1)).toEqual(['192.0.2.3', '127.0.0.1', '10.0.0.3']);
  });

  it('answer to the names of the nodes and of the config', () => {
    expect(namesOf(configured('{ listen: [private], names: [Routers.example.org] }'))).toEqual([
      'alpha',
      'beta',
      'routers.example.org',
      'localhost',
    ]);
  });
});

describe('the page of a director', () => {
  let directory: string;
  let web: Web;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ftpair-web-'));
  });

  afterEach(async () => {
    await web.close();
    rmSync(directory, { recursive: true });
  });

  function start(section: string): readonly (string | undefined)[] {
    const config = configured(section);
    if (config.web === undefined) throw new Error('no section web');
    const heard: (string | undefined)[] = [];
    web = startWeb({
      ...{ config, web: config.web, self: 0, sources: sources() },
      clocks: { now: () => performance.now(), wallNow: () => NOON },
      onTrouble: (_address, trouble) => heard.push(trouble),
    });
    return heard;
  }

  async function takenPort(): Promise<{ port: number; free: () => Promise<void> }> {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    return { port, free: () => new Promise((resolve) => holder.close(() => resolve())) };
  } // prettier-ignore

  it('is served, and gone after its end', async () => {
    const { port, free } = await takenPort();
    await free();
    const heard = start(`{ listen: [127.0.0.1], port: ${port} }`);
    await until(() => heard.length === 1, { what: 'it is served', within: millis(2000) });
    expect([heard, web.troubles()]).toEqual([[undefined], []]);
    expect(await statusOf(port)).toBe(200);
    await web.close();
    await expect(statusOf(port)).rejects.toThrow('ECONNREFUSED');
  });

  it('is a trouble, not an error, where the port is taken', async () => {
    const { port, free } = await takenPort();
    const heard = start(`{ listen: [127.0.0.1], port: ${port} }`);
    await until(() => heard.length === 1, { what: 'it is told', within: millis(2000) });
    const trouble = `the web page is not served on 127.0.0.1: listen EADDRINUSE: address already in use 127.0.0.1:${port}`;
    expect([heard, web.troubles()]).toEqual([[trouble], [trouble]]);
    await free();
  });

  it('is not served at all without the token that it should ask for', async () => {
    const { port, free } = await takenPort();
    await free();
    const file = join(directory, 'token');
    const heard = start(`{ listen: [127.0.0.1], port: ${port}, token_file: ${file} }`);
    await until(() => heard.length === 1, { what: 'it is told', within: millis(2000) });
    expect(web.troubles()).toEqual([
      `the web page is not served on 127.0.0.1: token file ${file} cannot be read (ENOENT)`,
    ]);
    await expect(statusOf(port)).rejects.toThrow('ECONNREFUSED');
  });
});

function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}
