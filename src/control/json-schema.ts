/**
 * The JSON Schema of what `--json` prints, for scripts: made from the shapes with which answers are checked on arrival
 * (schema.ts, events.ts) and the texts of meanings.ts. Pure; it must not describe a key that no shape has.
 */
import { z } from 'zod';
import { eventsPage } from './events.js';
import { EVENTS_MEANINGS, type Meanings, SESSIONS_MEANINGS, STATUS_MEANINGS } from './meanings.js';
import { session, status } from './schema.js';

/** What `ftpair sessions --json` prints: the pages of the daemon, gathered. */
const sessionsList = z.object({
  node: z.string(),
  role: z.string(),
  known: z.number(),
  sessions: z.array(session),
  more: z.boolean(),
  filtered: z.boolean(),
});

/** Everything that has a schema, by the option of `ftpair schema`. */
const ANSWERS = {
  status: { shape: status, title: 'ftpair status --json', meanings: STATUS_MEANINGS },
  sessions: { shape: sessionsList, title: 'ftpair sessions --json', meanings: SESSIONS_MEANINGS },
  events: { shape: eventsPage, title: 'GET /events of the control socket', meanings: EVENTS_MEANINGS },
} as const;

export type AnswerName = keyof typeof ANSWERS;
export const ANSWER_NAMES = ['status', 'sessions', 'events'] as const satisfies readonly AnswerName[];

/** The parts of JSON Schema (draft 2020-12) that these schemas use. */
export interface AnswerNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, AnswerNode>>;
  readonly items?: AnswerNode;
  readonly anyOf?: readonly AnswerNode[];
  readonly [key: string]: unknown;
}

/** The JSON Schema of an answer, every key with its meaning. A plain JSON value. */
export function answerSchema(name: AnswerName): AnswerNode {
  const { shape, title, meanings } = ANSWERS[name];
  const { $schema, ...root } = z.toJSONSchema(shape, { io: 'input' }) as AnswerNode;
  return { $schema, title, ...explained(root, '', meanings) };
}

/** Keys of an answer as `meanings` writes them (`peer.paths[].alive`), in order. */
export function answerKeys(name: AnswerName): string[] {
  return keysOf(answerSchema(name), '');
}

function explained(node: AnswerNode, path: string, meanings: Meanings): AnswerNode {
  const description = meanings[path];
  const properties = Object.entries(node.properties ?? {}).map(([key, child]) => [
    key,
    explained(child, joined(path, key), meanings),
  ]);
  return {
    ...(description === undefined || description === '' ? {} : { description }),
    ...node,
    ...(node.properties === undefined ? {} : { properties: Object.fromEntries(properties) as never }),
    ...(node.items === undefined ? {} : { items: explained(node.items, `${path}[]`, meanings) }),
    // "Or null": the object's own keys are explained.
    ...(node.anyOf === undefined ? {} : { anyOf: node.anyOf.map((one) => branch(one, path, meanings)) }),
  };
}

/** The description stands beside `anyOf`, not in each of its branches. */
function branch(node: AnswerNode, path: string, meanings: Meanings): AnswerNode {
  return explained(node, path, { ...meanings, [path]: '' });
}

function keysOf(node: AnswerNode, path: string): string[] {
  const properties = Object.entries(node.properties ?? {});
  return [
    ...properties.flatMap(([key, child]) => [joined(path, key), ...keysOf(child, joined(path, key))]),
    ...(node.items === undefined ? [] : keysOf(node.items, `${path}[]`)),
    ...(node.anyOf ?? []).flatMap((one) => keysOf(one, path)),
  ];
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
