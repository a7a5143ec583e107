/**
 * The page and the metrics of running directors, seen by a browser in the client's namespace: off by default, everything that there
 * is without a script, live data with it, and what hostile texts and ten thousand sessions do to it.
 */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransferResult } from '../../src/drill/session.js';
import type { RemoteSession } from '../../src/lab/client.js';
import { content } from '../../src/lab/content.js';
import { killQuietly } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared } from '../../src/lab/paths.js';
import { millis } from '../../src/time.js';
import { until } from '../../src/until.js';
import { startBrowser, takePicture } from './support/browser.js';
import { settled } from './support/settled.js';

let lab: Lab;
let browser: Browser;
let alpha: string;
let beta: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'pure-ftpd'], ratePerSecond: 500_000 });
  alpha = `http://${lab.plan.directors.alpha.public.v4}:8080`;
  beta = `http://${lab.plan.directors.beta.public.v4}:8080`;
  lab.director('alpha').start();
  lab.director('beta').start();
  const names = { 'evil.example': lab.plan.directors.alpha.public.v4 };
  browser = await startBrowser(lab.client.namespace, dirname(lab.config), names);
  await settled(lab, 'alpha', 'beta');
  // The pulse side reports its paths once a second.
  await until(async () => (await lab.director('alpha').status()).peer.paths.length === 2, {
    what: 'alpha knows its paths',
    within: millis(5000),
  });
});

afterAll(async () => {
  await browser.close();
  for (const { pid } of children) if (pid !== undefined) killQuietly(pid, 'SIGKILL');
  await lab.down();
});

async function curl(...words: readonly string[]): Promise<{ status: number | string; text: string }> {
  const { status, stdout } = await lab.client.run('curl', ['-sS', '-m', '5', ...words]);
  return { status, text: stdout };
}

/** A page with the browser's script or without; complaints of the browser are failures. */
async function open(url: string, javaScriptEnabled: boolean, width = 1200): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => complaints.push(`a script has run: ${dialog.message()}`));
  await page.goto(url);
  return page;
}

const complaints: string[] = [];

async function text(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ');
}

async function shows(page: Page, selector: string, wanted: RegExp): Promise<void> {
  let last = '';
  const seen = async (): Promise<boolean> => wanted.test((last = await text(page, selector)));
  await until(seen, { what: `${selector} shows it`, within: millis(8000) }).catch(() => {
    expect(last).toMatch(wanted);
  });
}

describe('the page', () => {
  it('is off unless it is configured', async () => {
    // 7: connection refused.
    expect((await curl(alpha)).status).toBe(7);
    const sockets = await lab.director('alpha').run('ss', ['-Hltn']);
    expect(sockets.stdout).toBe('');
  });

  it('is there on both directors after a reload with the section web', async () => {
    appendFileSync(lab.config, 'web: { listen: [public], names: [routers.example.org] }\n');
    for (const name of ['alpha', 'beta'] as const)
      expect((await lab.director(name).ftpair('reload')).status).toBe(0);
    for (const url of [alpha, beta])
      await until(async () => (await curl(url)).status === 0, { what: `${url} answers`, within: millis(5000) });
    expect((await curl(alpha)).text).toContain('alpha is active; beta could take over at once');
    expect((await curl(beta)).text).toContain('alpha is active; beta could take over at once');
  }); // prettier-ignore

  it('is not served to another name, nor on the virtual address', async () => {
    const evil = await curl('-H', 'Host: evil.example', '-w', ' %{http_code}', alpha);
    expect(evil.text).toMatch(/ 400$/);
    expect(evil.text).not.toContain('evil');
    expect((await curl('-H', 'Host: routers.example.org', '-w', '%{http_code}', '-o', '/dev/null', alpha)).text).toBe('200');
    expect((await curl(`http://${lab.vip}:8080`)).status).not.toBe(0);
    const page = await open('http://evil.example:8080/', true);
    expect(await page.content()).not.toContain('alpha is active');
    // That it was refused.
    complaints.length = 0;
    await page.context().close();
  }); // prettier-ignore
});

describe('without a script', () => {
  let session: RemoteSession;
  let download: Promise<TransferResult>;

  it('the page has all that is essential', async () => {
    const directory = join(dirname(lab.config), 'state', 'drills');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, '2026-03-01-handover.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>');
    const page = await open(alpha, false);
    expect(await text(page, '#pair')).toMatch(/alpha ACTIVE|alpha active/);
    expect(await text(page, '#pulse')).toMatch(/public yes [0-9.]+ ms/);
    expect(await text(page, '#servers')).toMatch(/vsftpd \S+:21 up 1 0/);
    await page.locator('#servers summary').first().click();
    expect(await text(page, '#servers')).toMatch(/connect [0-9.]+ ms greeting [0-9.]+ ms user [0-9.]+ ms/);
    expect(await text(page, '#sessions')).toContain('0 sessions');
    expect(await text(page, '#history')).toContain('→ active');
    expect(await text(page, '#events')).toContain('role-active');
    expect(await text(page, '#live')).toMatch(/^As of /);
    expect(await page.locator('#drills a').allInnerTexts()).toEqual(['2026-03-01-handover.svg']);
    await takePicture(page, 'overview');
    await page.context().close();
    expect(complaints).toEqual([]);
  }); // prettier-ignore

  it('the list shows a session in its transfer', async () => {
    session = await lab.client.session();
    await session.prepare('PASV');
    download = session.retrieve(content.middle.name);
    download.catch(() => undefined);
    const page = await open(`${alpha}/sessions`, false);
    await until(
      async () => {
        await page.reload();
        return /downloading passive .* yes/.test(await text(page, '#sessions-list'));
      },
      { what: 'the download is listed', within: millis(8000) },
    );
    await takePicture(page, 'sessions');
    await page.context().close();
  });

  it('a transfer goes on beside those who look', async () => {
    const result = await download;
    expect(result.sha256).toBe(content.middle.sha256);
    await session.close();
  });
});

describe('with the script', () => {
  it('a handover is seen without loading the page again, on both directors', async () => {
    const [here, there] = [await open(alpha, true), await open(beta, true)];
    for (const page of [here, there]) {
      await shows(page, '#live', /^Live, /);
      await page.evaluate('window.notLoadedAgain = true');
    }
    await here.locator('#servers summary').first().click();
    expect((await lab.director('alpha').ftpair('handover')).status).toBe(0);
    await shows(here, '#pair', /beta is active; alpha could take over at once/);
    await shows(there, '#pair', /beta is active; alpha could take over at once/);
    await shows(there, '#events', /role-active/);
    await shows(here, '#events', /role-backup/);
    expect(await here.title()).toMatch(/^beta is active/);
    for (const page of [here, there]) expect(await page.evaluate('window.notLoadedAgain')).toBe(true);
    // What was opened has stayed open, although its part was replaced.
    expect(await here.locator('#servers details').first().getAttribute('open')).toBe('');
    await takePicture(there, 'after-a-handover');
    for (const page of [here, there]) await page.context().close();
    expect(complaints).toEqual([]);
  });

  it('a picture of a drill is shown, and its script is not run', async () => {
    const page = await open(`${alpha}/drills/2026-03-01-handover.svg`, true);
    expect(await page.locator('svg').count()).toBe(1);
    expect(complaints.splice(0).filter((complaint) => complaint.includes('script has run'))).toEqual([]);
    await page.context().close();
  });

  it('a daemon that has gone is told, and one that is back is shown again', async () => {
    const page = await open(alpha, true, 390);
    await shows(page, '#live', /^Live, /);
    await lab.director('alpha').stop();
    await shows(page, '#live', /^No live data/);
    lab.director('alpha').start();
    await shows(page, '#live', /^Live, /);
    await takePicture(page, 'phone');
    await page.context().close();
    complaints.length = 0;
    await settled(lab, 'beta', 'alpha');
  });
});

describe('a page of hostile texts', () => {
  async function host(port: number, sessions: number): Promise<string> {
    const main = fileURLToPath(new URL('support/web-host-main.ts', import.meta.url));
    const words = ['--import', 'tsx', main, String(port), String(sessions)];
    const child = lab.client.spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout!, 'data');
    return `http://127.0.0.1:${port}`;
  }

  it('shows them, and runs none of them; with ten thousand sessions, page by page', async () => {
    const url = await host(8081, 10_000);
    const page = await open(url, true);
    await shows(page, '#live', /^Live, /);
    expect(await text(page, '#events')).toContain('onerror=alert(1)');
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await text(page, '#sessions')).toContain('10000 sessions');
    await takePicture(page, 'hostile');
    await page.goto(`${url}/sessions?limit=500`);
    let pages = 1;
    const next = page.locator('a[rel=next]');
    for (; (await next.count()) > 0; pages++)
      await page.goto(`${url}${(await next.getAttribute('href')) ?? ''}`);
    expect(pages).toBe(20);
    expect(await page.locator('tbody tr').count()).toBe(500);
    expect(await text(page, 'tbody tr:last-child th')).toBe('198.51.100.7:19999');
    await page.context().close();
    expect(complaints).toEqual([]);
  });

  it('without any session says so', async () => {
    const page = await open(`${await host(8082, 0)}/sessions`, true);
    expect(await text(page, '#sessions-list')).toContain('none on this page');
    await page.context().close();
    expect(complaints).toEqual([]);
  });
});

describe('the metrics', () => {
  const promtool = (
    ...words: readonly string[]
  ): { readonly word: readonly string[]; readonly input: string } => ({
    word: words.slice(0, -1),
    input: words.at(-1) ?? '',
  });

  function check(program: string, { word, input }: ReturnType<typeof promtool>): string {
    const modules = prepared('.lab/servers/prometheus/usr/lib/python3/dist-packages');
    const env = { ...process.env, PYTHONPATH: modules };
    const { status, stdout, stderr } = spawnSync(program, word, { input, encoding: 'utf8', env });
    return status === 0 ? stdout : `status ${status}: ${stdout}${stderr}`;
  }

  it('please promtool, from the page and from the command', async () => {
    const { text: served } = await curl(`${beta}/metrics`);
    const { stdout: printed } = await lab.director('beta').ftpair('metrics');
    for (const metrics of [served, printed]) {
      expect(metrics).toContain('ftpair_role{role="active"} 1');
      expect(metrics).toContain('ftpair_transitions_total{to="active",reason="operator"} 1');
      expect(check(prepared('.lab/servers/prometheus/usr/bin/promtool'), promtool('check', 'metrics', metrics))).toBe('');
    }
  }); // prettier-ignore

  it('are OpenMetrics by the reckoning of its parser', async () => {
    const accept = 'Accept: application/openmetrics-text; version=1.0.0';
    const { text: metrics } = await curl('-H', accept, `${alpha}/metrics`);
    const script = 'import sys\nfrom prometheus_client.openmetrics.parser import text_string_to_metric_families as read\nfor family in read(sys.stdin.read()): print(family.name, family.type, len(family.samples))';
    const families = check('python3', promtool('-c', script, metrics));
    expect(families).toMatch(/^ftpair_role gauge 4$/m);
    expect(families).toMatch(/^ftpair_transitions counter [1-9]/m);
    expect(families).toMatch(/^ftpair_server_up gauge 2$/m);
  }); // prettier-ignore

  it('have alert rules that promtool accepts', () => {
    const rules = fileURLToPath(new URL('../../config/prometheus-rules.yaml', import.meta.url));
    expect(check(prepared('.lab/servers/prometheus/usr/bin/promtool'), promtool('check', 'rules', rules, ''))).toContain('15 rules found');
  }); // prettier-ignore
});
