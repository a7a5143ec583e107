/** Headless Chromium in a network namespace of the lab, driven by playwright. It ends with `close`, or with its lab. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { labDirectory, labEnvironment } from '../../../src/lab/paths.js';

/** Starts it once; `names` are host names that it believes to be at an address. */
export async function startBrowser(
  namespace: string,
  directory: string,
  names: Readonly<Record<string, string>>,
): Promise<Browser> {
  const program = join(directory, 'chromium-here');
  writeFileSync(program, `#!/bin/sh\nexec ip netns exec ${namespace} chromium "$@"\n`);
  chmodSync(program, 0o755);
  const rules = Object.entries(names).map(([name, address]) => `MAP ${name} ${address}`);
  return chromium.launch({
    executablePath: program,
    env: { ...labEnvironment },
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=${rules.join(', ')}`],
  });
}

/** A picture of the whole page, for people to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const directory = join(labDirectory, 'screenshots');
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}
