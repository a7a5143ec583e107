/** The whole command tree: what holds for every command, whoever added it. */
import { type Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { type Outcome, commandTree } from '../../../src/cli/program.js';
import { commandPage } from '../../../src/cli/tree-page.js';
import { examplesOf, ownCommands } from '../../../src/manual/help-text.js';
import { everyCommand } from '../../../src/manual/tree.js';

const SCREEN = { out: () => undefined, err: () => undefined, colour: false, columns: 100 };

function tree(): Command {
  const outcome: Outcome = { status: 0 };
  return commandTree({ screen: SCREEN, runDaemon: () => Promise.resolve(0) }, outcome);
}

/** Words are read as ever, and nothing is done. */
function idle(command: Command): Command {
  if (command.commands.length === 0) command.action(() => undefined);
  command.commands.forEach(idle);
  return command;
}

const ALL = everyCommand(commandPage(tree())).map(({ path, page }) => ({
  called: path.join(' '),
  examples: examplesOf(page.text),
  page,
}));

describe.each(ALL)('$called', ({ called, page, examples }) => {
  test('says in one line what it does', () => {
    expect(page.description).toMatch(/^\S.{5,110}$/);
  });

  test('has examples of itself', () => {
    expect(examples.filter((example) => example.includes(called))).not.toEqual([]);
  });

  test('has examples that are understood', async () => {
    const lines = examples.flatMap((example) => ownCommands(example, 'ftpair'));
    for (const words of lines) {
      const said = words.join(' ');
      // Ends by throwing where a word is wrong; --version by throwing as well, with status 0.
      const parsed = idle(tree()).parseAsync(words, { from: 'user' });
      const error: unknown = await parsed.catch((thrown: unknown) => thrown);
      if (error instanceof CommanderError && error.exitCode !== 0) expect.fail(`${said}: ${error.message}`);
    }
    expect(lines.length).toBeGreaterThan(0);
  });

  test('describes each of its options and arguments', () => {
    const silent = [...page.options, ...page.arguments].filter(({ description }) => description === '');
    expect(silent).toEqual([]);
  });
});

describe('a wrong word, whatever the command', () => {
  test.each(ALL.filter(({ page }) => page.commands.length === 0))(
    '$called names its options',
    async ({ called, page }) => {
      let said = '';
      const program = idle(tree());
      const listen = (command: Command): void => {
        command.configureOutput({ writeErr: (text) => (said += text) });
        command.commands.forEach(listen);
      };
      listen(program);
      const words = [...called.split(' ').slice(1), '--no-such-option'];
      await program.parseAsync(words, { from: 'user' }).catch(() => undefined);
      expect(said).toContain("unknown option '--no-such-option'");
      for (const { long } of page.options) expect(said).toContain(long);
      expect(said).toContain(`more with "${called} --help"`);
    },
  );
});
