/** Numbers and places as people read them, on the screen and on the web page. Pure; no colour, no layout. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time with at most two units: `38 ms`, `2.3 s`, `2 min 3 s`, `4 h 5 min`, `3 d 4 h`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.floor(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${Math.floor(milliseconds / 100) / 10} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return twoUnits(milliseconds, MINUTE, 'min', SECOND, 's');
  if (milliseconds < DAY) return twoUnits(milliseconds, HOUR, 'h', MINUTE, 'min');
  return twoUnits(milliseconds, DAY, 'd', HOUR, 'h');
}

function twoUnits(value: number, large: number, largeName: string, small: number, smallName: string): string {
  return `${Math.floor(value / large)} ${largeName} ${Math.floor((value % large) / small)} ${smallName}`;
}

/** A measured time: `0.21 ms`, or `-` where there is none. */
export function measuredWords(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : `${milliseconds.toFixed(2)} ms`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** An amount of data: `0 B`, `312 B`, `4.0 KiB`, `1.2 GiB`; `-` where nothing was counted. */
export function bytesWords(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  // 1023.96 would be written as 1024.0.
  const unit = UNITS.findIndex((_, power) => Math.round((bytes / 1024 ** power) * 10) < 10_240);
  if (unit === 0) return `${bytes} B`;
  const power = unit < 0 ? UNITS.length - 1 : unit;
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power] ?? ''}`;
}

/** `192.0.2.10:21`, `[2001:db8::10]:21`. */
export function endpointWords(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `1 flow`, `2 flows`. */
export function countWords(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

/** What was counted by reason: `replay 3, unverified 2`; empty where nothing was. */
export function reasonsWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
