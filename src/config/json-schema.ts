/**
 * The JSON Schema of the configuration file, for editors and for our own complaints (what is known here, what
 * would be an example). Made from the zod schema; nothing is described twice.
 */
import { z } from 'zod';
import type { Path } from './complaint.js';
import { fileSchema } from './schema.js';

/** The parts of JSON Schema (draft 2020-12) that this file's schema uses. */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | false;
}

/** List lengths are rules (a wrong length must not hide mistakes inside the list), so editors are told here. */
const LIST_LENGTHS: Readonly<Record<string, object>> = {
  Nodes: { minItems: 2, maxItems: 2 },
  'Virtual services': { minItems: 1 },
  'Real servers': { minItems: 1 },
  'Public virtual addresses': { minItems: 1, uniqueItems: true },
  'Gateway addresses': { minItems: 1, uniqueItems: true },
  'Pulse paths': { minItems: 1, uniqueItems: true },
};

/** The JSON Schema (draft 2020-12) of the file as people write it. A plain JSON value. */
export function configSchema(): unknown {
  return z.toJSONSchema(fileSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves examples out where a text is read into something else; these are examples of the text.
      const meta = z.globalRegistry.get(zodSchema);
      const { examples, title } = meta ?? {};
      if (examples !== undefined) Object.assign(jsonSchema, { examples });
      Object.assign(jsonSchema, LIST_LENGTHS[title ?? '']);
    },
  });
}

/** `configSchema` read back as what it is. */
export const rootNode = configSchema() as SchemaNode;

/** The schema of the value at a path; where the path is not known the empty one, which allows anything. */
export function nodeAt(path: Path): SchemaNode {
  return path.reduce(child, rootNode);
}

function child(
  { items, properties = {}, additionalProperties }: SchemaNode,
  step: string | number,
): SchemaNode {
  const found =
    typeof step === 'number'
      ? items
      : Object.hasOwn(properties, step)
        ? properties[step]
        : additionalProperties;
  return found || {};
}
