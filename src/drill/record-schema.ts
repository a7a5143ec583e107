/** The shape of a drill's record as JSON: for reading it back, and as a JSON Schema for scripts. */
import { z } from 'zod';
import { type DrillRecord, RECORD_FORMAT, SCENARIOS } from './record.js';

const at = z.number().describe('Milliseconds since the drill began.');
const span = z.object({ from: at, to: at });
const millis = z.number().optional();

const session = z.object({
  name: z.string().describe('Unique in the drill.'),
  mode: z.enum(['PASV', 'EPSV', 'PORT', 'EPRT']),
  moment: z
    .enum(['idle', 'announced', 'download', 'upload'])
    .describe('What it was doing when the fault came.'),
  span: span.describe('From its log-in to its end.'),
  transfer: span.optional().describe('While data ran.'),
  bytes: z.number(),
  stalls: z.array(span).describe('Silences of a running transfer that are longer than 20 ms.'),
  stallBeforeMillis: millis.describe('The longest silence before the fault.'),
  stallAcrossMillis: millis.describe('The longest silence from the fault on.'),
  outcome: z.discriminatedUnion('type', [
    z.object({ type: z.literal('survived') }),
    z.object({ type: z.literal('lost'), reason: z.string() }),
  ]),
});

const probe = z.object({
  address: z.string(),
  kind: z.enum(['echo', 'tcp']),
  everyMillis: z.number(),
  sent: z.number(),
  answered: z.number(),
  silences: z.array(span).describe('Silences that are longer than ten milliseconds.'),
  ownStallMillis: z.number().describe('The longest time in which the probe itself stood still.'),
});

export const recordSchema = z
  .object({
    format: z.literal(RECORD_FORMAT).describe('Raised whenever a field changes its meaning.'),
    version: z.string().describe('Of the program that drilled.'),
    scenario: z.enum(SCENARIOS),
    startedAt: z.string().describe('Wall clock, ISO 8601 in UTC.'),
    durationMillis: z.number(),
    node: z.string().describe('The director that it ran on.'),
    peer: z.string(),
    faultAt: at.optional().describe('When it was done; missing where it never came to that.'),
    roles: z.array(z.object({ at, active: z.string().describe('A node, or nobody.') })),
    probes: z.array(probe),
    sessions: z.array(session),
    steps: z.array(z.object({ at, text: z.string() })).describe('What was done and undone.'),
    events: z
      .array(z.object({ at, severity: z.string(), text: z.string() }))
      .describe('What the daemon reported meanwhile.'),
    troubles: z.array(z.string()).default([]).describe('What went wrong beside the sessions.'),
    interrupted: z.string().optional().describe('By whom or what it was ended before its time.'),
  })
  .describe('One failover drill, as "ftpair drill --json" writes it.');

/** A record that was written by this or an earlier release, or what is wrong with it in one line. */
export function readRecord(
  text: string,
): { readonly ok: true; readonly record: DrillRecord } | { readonly ok: false; readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is no JSON' };
  }
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return { ok: true, record: asRecord(parsed.data) };
  const [first] = parsed.error.issues;
  return {
    ok: false,
    problem: `it is no record of a drill: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`,
  };
}

/** JSON leaves out what is undefined; the record's type names it. */
function asRecord(read: z.output<typeof recordSchema>): DrillRecord {
  return {
    ...read,
    faultAt: read.faultAt,
    interrupted: read.interrupted,
    sessions: read.sessions.map((each) => ({
      ...each,
      transfer: each.transfer,
      stallBeforeMillis: each.stallBeforeMillis,
      stallAcrossMillis: each.stallAcrossMillis,
    })),
  };
}
