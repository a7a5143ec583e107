/**
 * What operators ordered, in a small file, so that a restart of the daemon, or of both routers, forgets nothing. Written as a
 * whole beside the old one and put in its place; what cannot be read is a complaint and no orders, never a failed start.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { StampedOrder } from '../rotation/orders.js';

const name = z.string().max(63);
const order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('drain'), on: z.boolean() }),
  z.object({ kind: z.literal('force'), to: z.enum(['auto', 'up', 'down']) }),
  z.object({
    kind: z.literal('weight'),
    weight: z
      .int()
      .min(0)
      .max(100)
      .nullable()
      .transform((weight) => weight ?? undefined),
  }),
]);
const stamp = z.object({ counter: z.int().min(0).max(0xffff_ffff), node: z.literal([0, 1]) });
const file = z.object({
  version: z.literal(1),
  orders: z.array(z.object({ service: name, server: name, order, stamp })),
});

/** The orders of the file; none where there is no file. `complaint` is '' where all is well. */
export function readOrders(path: string): {
  readonly orders: readonly StampedOrder[];
  readonly complaint: string;
} {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { orders: [], complaint: missing ? '' : `${path} cannot be read: ${reasonOf(error)}` };
  }
  try {
    return { orders: file.parse(JSON.parse(text)).orders, complaint: '' };
  } catch {
    return {
      orders: [],
      complaint: `${path} is damaged: what operators ordered is taken from the peer alone`,
    };
  }
}

/** Puts the orders in the file. Throws the system's error. */
export function writeOrders(path: string, orders: readonly StampedOrder[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const beside = `${path}.new`;
  const descriptor = openSync(beside, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify({ version: 1, orders }, weightAsNull, 1)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, path);
}

/** "As in the config" has a word of its own in JSON. */
function weightAsNull(key: string, value: unknown): unknown {
  return key === 'weight' && value === undefined ? null : value;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
