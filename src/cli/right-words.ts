/** After a complaint about a wrong word: the right ones, for every command of the tree. Words only. */
import type { Command } from 'commander';

/** Gives each command the line that follows its complaints. */
export function nameRightWords(command: Command, path = command.name()): void {
  const more = `more with "${path} --help"`;
  const words = rightWords(command);
  command.showHelpAfterError(`  cure: use ${words}; ${more}`);
  for (const child of command.commands) nameRightWords(child, `${path} ${child.name()}`);
}

/** A command with commands of its own names those, any other one its arguments and options. */
function rightWords(command: Command): string {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  if (commands.length > 0) return `one of ${commands.map((child) => child.name()).join(', ')}`;
  const flags = [...help.visibleOptions(command)].map(({ flags }) => flags.replace('-h, ', ''));
  return `one of ${flags.join(', ')}`;
}
