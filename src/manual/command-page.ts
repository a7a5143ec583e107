/** ftpair(1): every command with its options and examples, from the tree and the texts of `--help`. Pure. */
import { type HelpBlock, helpBlocks } from './help-text.js';
import {
  bold,
  heading,
  indented,
  italic,
  item,
  type PageHead,
  pageTitle,
  paragraph,
  plain,
  subheading,
} from './roff.js';
import { type ArgumentPage, type CommandPage, everyCommand, type OptionPage, type Placed } from './tree.js';

/** The whole page as roff. */
export function commandManPage(root: CommandPage, head: PageHead): string {
  const commands = everyCommand(root).slice(1);
  return `${[
    pageTitle(root.name, '1', head),
    heading('NAME'),
    `${root.name} \\- two routers in front of FTP servers`,
    heading('SYNOPSIS'),
    `${bold(root.name)} ${italic('command')} [${italic('options')}]`,
    heading('DESCRIPTION'),
    plain(root.description),
    ...blocks(root.text),
    heading('OPTIONS'),
    ...root.options.map(optionItem),
    heading('COMMANDS'),
    ...commands.flatMap(commandSection),
    heading('SEE ALSO'),
    `${bold('ftpair.yaml')}(5), ${bold('ftpair')}(8)`,
  ].join('\n')}\n`;
}

function commandSection({ path, page }: Placed): readonly string[] {
  const called = [...path, ...page.arguments.map(argumentWords)].join(' ');
  return [
    subheading(called),
    plain(sentence(page.description)),
    ...page.arguments.map(argumentItem),
    // Said once, for the whole page.
    ...page.options.filter(({ long }) => long !== '--help').map(optionItem),
    ...blocks(page.text),
  ];
}

function argumentWords({ name, required, variadic }: ArgumentPage): string {
  const word = `${name}${variadic ? '...' : ''}`;
  return required ? `<${word}>` : `[${word}]`;
}

function argumentItem({ name, description, choices }: ArgumentPage): string {
  return item(italic(name), [plain(sentence(description)), choiceWords(choices)].join(' '));
}

function optionItem({ short, long, value, description, otherwise }: OptionPage): string {
  const flags = [short, long]
    .filter((flag) => flag !== undefined)
    .map(bold)
    .join(', ');
  const word = value === undefined ? '' : ` ${italic(value.name)}`;
  const without = otherwise === undefined ? '' : ` Default: ${plain(otherwise)}.`;
  return item(
    `${flags}${word}`,
    `${plain(sentence(description))} ${choiceWords(value?.choices ?? [])}${without}`,
  );
}

function choiceWords(choices: readonly string[]): string {
  return choices.length === 0 ? '' : `One of ${choices.map(bold).join(', ')}.`;
}

/** Lists and sentences of a help text. */
export function blocks(text: string): readonly string[] {
  return helpBlocks(text).map(block);
}

function block(part: HelpBlock): string {
  if (part.kind === 'text') return paragraph(plain(part.text));
  const lines = part.lines.map(({ term, note }) => item(bold(term), plain(note)));
  return `${paragraph(plain(`${part.title}:`))}\n${indented(lines)}`;
}

/** Descriptions of the help are clauses: `print the version`. */
function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return first === '' || /[.!?]$/.test(first) ? first : `${first}.`;
}
