/** Netmasks, ports and seconds, as other programs write them → ours. Pure. */
import { formatDuration } from '../config/duration.js';
import { millis } from '../time.js';

/** `255.255.255.0` → 24; nothing for what is no netmask, 0.0.0.0 among it. */
export function prefixOf(mask: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(mask)) return undefined;
  const bytes = mask.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const found = /^(1+)0*$/.exec(bits);
  return found?.[1]?.length;
}

/** Names of /etc/services that occur in such files. */
const PORTS: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  www: 80,
  pop3: 110,
  imap: 143,
  ldap: 389,
  https: 443,
  'ftps-data': 989,
  ftps: 990,
  imaps: 993,
  pop3s: 995,
  mysql: 3306,
  webcache: 8080,
};

/** A port by number or by one of the usual names; nothing where it is neither. */
export function portOf(text: string): number | undefined {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : PORTS[text.toLowerCase()];
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Ports that surely are not FTP's. */
const OTHERS = [20, 22, 23, 25, 53, 80, 110, 143, 389, 443, 465, 587, 636, 989, 993, 995, 1433, 3128, 3306, 3389, 5432, 8080, 8443]; // prettier-ignore

/** Whether a virtual service at this port can be FTP. */
export function canBeFtp(port: number): boolean {
  return !OTHERS.includes(port);
}

/** Seconds as our durations, kept between two limits (in seconds); from a millisecond on. */
export function secondsText(seconds: number, least: number, most: number): string {
  const within = Math.min(Math.max(seconds, least), most);
  return formatDuration(millis(Math.max(1, Math.round(within * 1000))));
}
