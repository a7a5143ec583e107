/** `ftpair completion`, `ftpair man`, and the names that completion asks for. Joins the tree to the texts of manual/. */
import type { Command } from 'commander';
import { assertNever } from '../assert.js';
import { configSchema } from '../config/json-schema.js';
import { attempt } from '../control/client.js';
import { parseStatus } from '../control/schema.js';
import { programVersion } from '../control/version.js';
import { bashScript } from '../manual/bash.js';
import { commandManPage } from '../manual/command-page.js';
import { configManPage } from '../manual/config-page.js';
import { daemonManPage } from '../manual/daemon-page.js';
import { fishScript } from '../manual/fish.js';
import type { PageHead } from '../manual/roff.js';
import { zshScript } from '../manual/zsh.js';
import { millis } from '../time.js';
import { shortNames } from './server-names.js';
import type { ManPage, Shell } from './shell-commands.js';
import { controlSocket } from './talk.js';
import { commandPage } from './tree-page.js';

/** Somebody waits with a finger on the TAB key. */
const NAMES_LIMIT = millis(500);

export function completionScript(shell: Shell, program: Command): string {
  const page = commandPage(program);
  switch (shell) {
    case 'bash':
      return bashScript(page);
    case 'zsh':
      return zshScript(page);
    case 'fish':
      return fishScript(page);
    default:
      return assertNever(shell);
  }
}

export function manPage(page: ManPage, program: Command): string {
  const head: PageHead = { version: programVersion(), date: today() };
  switch (page) {
    case 'ftpair.1':
      return commandManPage(commandPage(program), head);
    case 'ftpair.yaml.5':
      return configManPage(configSchema(), head);
    case 'ftpair.8':
      return daemonManPage(commandPage(program), head);
    default:
      return assertNever(page);
  }
}

/** Of the build, where one says so (reproducible-builds.org), otherwise today's. */
function today(): string {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? NaN);
  return (Number.isFinite(seconds) ? new Date(seconds * 1000) : new Date()).toISOString().slice(0, 10);
}

/** Names that mean one server each; none where no daemon answers in time. */
export async function serverNames(runtimeDir: string): Promise<readonly string[]> {
  const outcome = await attempt(controlSocket(runtimeDir), 'GET', '/status', NAMES_LIMIT);
  const parsed = outcome.type === 'answer' ? parseStatus(outcome.answer.body) : undefined;
  return parsed?.ok === true ? shortNames(parsed.value) : [];
}
