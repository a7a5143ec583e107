/**
 * `ftpair check`: says everything that is wrong or unwise in a configuration file. Touches nothing else: no
 * interface, no key file, no running daemon, so that it can run anywhere.
 */
import { formatComplaint, type Complaint } from '../config/complaint.js';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/model.js';
import { ExitStatus } from '../fatal.js';

/** Checks a file and prints line by line to `out`; answers `ok`, or `no` when the file cannot be used. */
export function checkCommand(file: string, out: (line: string) => void): ExitStatus {
  const result = loadConfig(file);
  const complaints = result.ok ? result.warnings : result.complaints;
  for (const complaint of complaints) out(formatComplaint(complaint));
  if (!result.ok) {
    out(`${file}: not usable: ${countBoth(complaints)}`);
    return ExitStatus.no;
  }
  out(`${file}: ok`);
  out(summary(result.config, complaints.length));
  return ExitStatus.ok;
}

function countBoth(complaints: readonly Complaint[]): string {
  const warnings = complaints.filter(({ level }) => level === 'warning').length;
  const errors = several(complaints.length - warnings, 'error');
  return warnings === 0 ? errors : `${errors}, ${several(warnings, 'warning')}`;
}

function summary(config: Config, warnings: number): string {
  const servers = config.services.flatMap((service) => service.servers).length;
  const [first, second] = config.nodes;
  const parts = [
    `${first.name} and ${second.name}`,
    several(config.pulse.paths.length, 'pulse path'),
    several(config.vips.length, 'public virtual address', 'public virtual addresses'),
    several(config.gateways.length, 'gateway address', 'gateway addresses'),
    several(config.services.length, 'service'),
    several(servers, 'real server'),
    ...(warnings === 0 ? [] : [several(warnings, 'warning')]),
    `fingerprint ${config.fingerprint.slice(0, 16)}`,
  ];
  return parts.join(', ');
}

function several(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
