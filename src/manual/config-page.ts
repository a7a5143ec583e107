/** ftpair.yaml(5): every key of the config file, from the texts of its JSON Schema. Pure. */
import {
  bold,
  heading,
  indented,
  item,
  type PageHead,
  pageTitle,
  paragraph,
  plain,
  subheading,
} from './roff.js';

/** The parts of the schema that are shown. */
interface Node {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
}

/** The whole page as roff. */
export function configManPage(schema: unknown, head: PageHead): string {
  const root = schema as Node;
  const sections = Object.entries(root.properties ?? {}).flatMap(([key, node]) =>
    section(key, node, root.required?.includes(key) === true, root),
  );
  return `${[
    pageTitle('ftpair.yaml', '5', head),
    heading('NAME'),
    'ftpair.yaml \\- the config of an ftpair pair',
    heading('DESCRIPTION'),
    plain(root.description ?? ''),
    plain(
      'It is YAML; each director finds its own entry under "nodes". Durations carry their unit: 20ms, 3s, 10m.',
    ),
    paragraph(
      `${bold('ftpair check')} says every mistake with file, line and column. ` +
        `${bold('ftpair schema')} prints the same as a JSON Schema, for editors.`,
    ),
    heading('KEYS'),
    ...sections,
    heading('FILES'),
    item(bold('/etc/ftpair/ftpair.yaml'), plain('Where the daemon looks when nothing is said.')),
    heading('SEE ALSO'),
    `${bold('ftpair')}(1), ${bold('ftpair')}(8)`,
  ].join('\n')}\n`;
}

function section(key: string, node: Node, required: boolean, root: Node): readonly string[] {
  const below = keysBelow(node, key, root);
  return [subheading(key), meaning(node, required), ...(below.length === 0 ? [] : [indented(below)])];
}

/** All keys under a node, each with its whole path. */
function keysBelow(node: Node, path: string, root: Node): readonly string[] {
  if (path !== 'check' && sameKeys(node, root.properties?.['check']))
    return [paragraph(`Its keys are those of ${bold('check')}.`)];
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
      const name = `${path}.${key}`;
      const required = node.required?.includes(key) === true;
      return [item(bold(name), meaning(child, required)), ...keysBelow(child, name, root)];
    }),
    ...(node.items === undefined ? [] : keysBelow(node.items, `${path}[]`, root)),
    ...(typeof node.additionalProperties === 'object'
      ? keysBelow(node.additionalProperties, `${path}.*`, root)
      : []),
    ...(node.anyOf ?? []).flatMap((one) => keysBelow(one, path, root)),
  ];
}

function sameKeys(one: Node, other: Node | undefined): boolean {
  const [a, b] = [one, other].map((node) =>
    Object.keys(node?.properties ?? {})
      .toSorted()
      .join(' '),
  );
  return a !== undefined && a !== '' && a === b;
}

function meaning(node: Node, required: boolean): string {
  const words = node.enum === undefined ? '' : ` One of ${node.enum.map(value).join(', ')}.`;
  const otherwise = node.default === undefined || isHolder(node) ? '' : ` Default: ${value(node.default)}.`;
  const example = node.examples?.[0];
  const shown = example === undefined || isHolder(node) ? '' : ` Example: ${value(example)}.`;
  return `${plain(node.description ?? node.title ?? '')}${required ? ' Required.' : ''}${words}${otherwise}${shown}`;
}

/** Its own keys say more than its whole default or example. */
function isHolder({ properties, items }: Node): boolean {
  return properties !== undefined || items?.properties !== undefined;
}

function value(of: unknown): string {
  // A space behind each comma is where a line may be broken.
  return bold(typeof of === 'string' ? of : JSON.stringify(of).replaceAll(',"', ', "'));
}
