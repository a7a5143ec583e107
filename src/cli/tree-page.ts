/** The commander tree as plain data (manual/tree.ts). Reads the tree and changes nothing of it. */
import type { Argument, Command, Option } from 'commander';
import type { ArgumentPage, CommandPage, OptionPage } from '../manual/tree.js';

/** A command with everything below it; hidden ones, and commander's own `help`, are left out. */
export function commandPage(command: Command): CommandPage {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map(argumentPage),
    options: help.visibleOptions(command).map(optionPage),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map(commandPage),
    text: textAfter(command),
  };
}

function argumentPage(argument: Argument): ArgumentPage {
  const { required, variadic, argChoices, description } = argument;
  return { name: argument.name(), required, variadic, choices: argChoices ?? [], description };
}

function optionPage(option: Option): OptionPage {
  const { short, long, flags, required, optional, variadic, argChoices, description } = option;
  const named = /[<[]([^>\]]+?)(?:\.\.\.)?[>\]]/.exec(flags)?.[1];
  const takes = required || optional;
  return {
    short,
    long: long ?? short ?? flags,
    value: takes ? { name: named ?? 'value', required, variadic, choices: argChoices ?? [] } : undefined,
    description,
    otherwise: takes ? otherwise(option) : undefined,
  };
}

function otherwise({ defaultValue, defaultValueDescription }: Option): string | undefined {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return typeof defaultValue === 'string' || typeof defaultValue === 'number'
    ? String(defaultValue)
    : undefined;
}

/** What `addHelpText` put below the options: all that `--help` prints, less what commander writes by itself. */
function textAfter(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const own = command.helpInformation();
  command.configureOutput(before);
  return text.slice(own.length).trim();
}
