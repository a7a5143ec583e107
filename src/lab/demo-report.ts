/**
 * What the demo shows, as text: pure functions from figures to lines. Every line that states a promise says whether it
 * was kept, and the verdict is the sum of those.
 */

/** One transfer's outcome. */
export interface TransferLine {
  readonly mode: string;
  readonly client: string;
  readonly bytes: number;
  readonly expectedBytes: number;
  readonly checksumRight: boolean;
  /** Longest wait between two pieces in milliseconds: undisturbed, and across the failure. */
  readonly stallBefore: number | undefined;
  readonly stallAfter: number;
  /** What the client complained about, empty when nothing. */
  readonly complaint: string;
}

/** All figures of one demo. */
export interface Figures {
  readonly lost: string;
  readonly survivor: string;
  readonly role: string;
  readonly reason: string;
  /** Milliseconds from the survivor's decision to each step of its takeover; what led to it is negative. */
  readonly steps: readonly { readonly step: string; readonly atMillis: number }[];
  readonly outageMillis: number;
  /** The longest time in which the probe itself stood still. */
  readonly probeStallMillis: number;
  readonly transfers: readonly TransferLine[];
  readonly memory: readonly { readonly name: string; readonly mebibytes: number | undefined }[];
}

/** The first bounds of the project. */
export const bounds = { outageMillis: 300, stallMillis: 1000, memoryMebibytes: 150 } as const;

/** The text of a report, and whether every promise in it was kept. */
export interface Report {
  readonly lines: readonly string[];
  readonly kept: boolean;
}

const whole = (value: number): string => value.toFixed(0);

/** `2.4 of 32.0 MiB` shapes: one decimal of 2^20 bytes. */
export function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

/** Lines up cells: texts left, numbers right. */
function table(rows: readonly (readonly string[])[], right: readonly number[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('  ')}`.trimEnd());
}

const intact = (line: TransferLine): boolean => line.checksumRight && line.bytes === line.expectedBytes;

function transferRow(line: TransferLine): readonly string[] {
  const outcome = intact(line) ? 'whole, checksum right' : `BROKEN ${line.complaint}`.trim();
  const slow = line.stallAfter >= bounds.stallMillis ? `, stall OVER ${bounds.stallMillis} ms` : '';
  const before = line.stallBefore === undefined ? '–' : whole(line.stallBefore);
  const size = `${mebibytes(line.bytes)} MiB`;
  return [line.client, line.mode, size, before, whole(line.stallAfter), outcome + slow];
}

function bounded(value: number | undefined, bound: number, unit: string): string {
  if (value === undefined) return 'unknown: NOT MEASURED';
  return `${whole(value)} ${unit} (${value < bound ? 'bound' : 'OVER the bound'} ${bound} ${unit})`;
}

/** Was every promise kept? */
function allKept(figures: Figures): boolean {
  const within = (value: number | undefined, bound: number): boolean => value !== undefined && value < bound;
  return (
    figures.role === 'active' &&
    figures.outageMillis < bounds.outageMillis &&
    figures.transfers.every((line) => intact(line) && line.stallAfter < bounds.stallMillis) &&
    figures.memory.every((director) => within(director.mebibytes, bounds.memoryMebibytes))
  );
}

/** The demo's last screen. */
export function report(figures: Figures): Report {
  const header = ['client', 'data channel', 'received', 'stall before', 'stall across', 'outcome'];
  const steps = figures.steps.map(({ step, atMillis }) => `${step} ${whole(atMillis)}`).join(', ');
  const memory = figures.memory.map(
    ({ name, mebibytes: size }) => `${name} ${bounded(size, bounds.memoryMebibytes, 'MiB')}`,
  );
  const kept = allKept(figures);
  const intactCount = figures.transfers.filter(intact).length;
  const lines = [
    `power lost       ${figures.lost}, all cables and all processes at once`,
    `taken over by    ${figures.survivor}, now ${figures.role}, because: ${figures.reason}`,
    ...(steps === '' ? [] : [`its steps        ${steps} (ms from its decision)`]),
    `VIP silent for   ${bounded(figures.outageMillis, bounds.outageMillis, 'ms')}`,
    `                 seen by an ICMP echo every 2 ms that itself stood still for ${whole(figures.probeStallMillis)} ms at most`,
    `memory           ${memory.join(', ')}`,
    '',
    ...table([header, ...figures.transfers.map(transferRow)], [2, 3, 4]),
    '  (stalls in ms: the longest wait between two pieces of data; the servers limit the rate)',
    '',
    kept
      ? `All ${figures.transfers.length} transfers survived.`
      : `NOT as promised: ${intactCount} of ${figures.transfers.length} transfers survived; see the capitals above.`,
  ];
  return { lines, kept };
}

/** A bar of progress: `PASV  [#####.....]  16.0 MiB`. */
export function progressLine(label: string, bytes: number, total: number, note: string): string {
  const width = 30;
  const filled = Math.min(width, Math.floor((bytes / total) * width));
  const bar = '#'.repeat(filled) + '.'.repeat(width - filled);
  return `  ${label.padEnd(5)} [${bar}] ${mebibytes(bytes).padStart(5)} of ${mebibytes(total)} MiB  ${note}`.trimEnd();
}
