/**
 * The file as far as it is good: every value that reads well on its own, undefined in place of the others. It
 * lets the rules between values speak although other values are wrong.
 */
import { z } from 'zod';
import type { VirtualAddress } from './model.js';
import { fileSchema, type FileShape } from './schema.js';

/** `T` with undefined in place of whatever may have been wrong or missing. Lists keep their places. */
export type Partly<T> = T extends string | number | VirtualAddress
  ? T
  : T extends readonly (infer E)[]
    ? readonly (Partly<E> | undefined)[]
    : { readonly [K in keyof T]?: Partly<T[K]> | undefined };

/** The whole file, partly. */
export type Draft = Partly<FileShape>;

const draftSchema = forgiving(fileSchema);

/** Reads what can be read. Never throws. */
export function readDraft(value: unknown): Draft {
  return draftSchema.safeParse(value).data ?? {};
}

/** The same schema, in which anything wrong reads as undefined and nothing else suffers from it. */
function forgiving(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodPrefault) {
    return forgiving(schema.def.innerType).prefault(schema.def.defaultValue);
  }
  if (schema instanceof z.ZodOptional) return forgiving(schema.def.innerType);
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
    const entries = Object.entries(shape).map(([key, value]) => [key, forgiving(value)] as const);
    return undefinedWhenWrong(z.object(Object.fromEntries(entries)));
  }
  if (schema instanceof z.ZodArray) return undefinedWhenWrong(z.array(forgiving(schema.def.element)));
  if (schema instanceof z.ZodRecord) {
    return undefinedWhenWrong(z.record(z.string(), forgiving(schema.def.valueType)));
  }
  return undefinedWhenWrong(schema as z.ZodType);
}

function undefinedWhenWrong(schema: z.ZodType): z.ZodType {
  return schema.optional().catch(undefined);
}
