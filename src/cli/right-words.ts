/** After a complaint about a wrong word: the right ones, for every command of the tree. Words only. */
import type { Command } from 'commander';
import { nearest } from '../config/nearest.js';

/** Gives each command the line that follows its complaints. */
export function nameRightWords(command: Command, path = command.name()): void {
  const more = `more with "${path} --help"`;
  const words = rightWords(command, path);
  command.showHelpAfterError(`  cure: use ${words}; ${more}`);
  for (const child of command.commands) nameRightWords(child, `${path} ${child.name()}`);
}

/** To a complaint about a word that is none of the choices, the one that was meant. */
export function withGuess(complaint: string): string {
  const [, word = '', choices = ''] =
    /'([^']*)' is invalid(?: for argument '[^']*')?\. Allowed choices are (.*)\./.exec(complaint) ?? [];
  if (choices === '') return complaint;
  const guess = nearest(word, choices.split(', '));
  return guess === undefined ? complaint : `${complaint.trimEnd()}\n(Did you mean ${guess}?)\n`;
}

/** A command with commands of its own names those, any other one its arguments and options. */
function rightWords(command: Command, path: string): string {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  if (commands.length > 0) return `one of ${commands.map((child) => child.name()).join(', ')}`;
  const flags = [...help.visibleOptions(command)].map(({ flags }) => flags.replace('-h, ', ''));
  if (command.registeredArguments.length === 0) return `one of ${flags.join(', ')}`;
  const named = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return `"${path} ${named.join(' ')}" with any of ${flags.join(', ')}`;
}
