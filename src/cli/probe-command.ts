/** The part of the command tree that is about `ftpair probe`. Words only; no work. */
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.js';
import { type DataMode, dataModes } from '../drill/announced.js';
import type { ExitStatus } from '../fatal.js';
import type { Millis } from '../time.js';
import { PROBE_EXAMPLES } from './help-probe.js';
import type { ProbeOptions } from './probe.js';
import type { Screen } from './screen.js';

interface Outcome {
  status: ExitStatus;
}

/** The port of the discard service, which nobody runs (RFC 863). */
const PROBE_PORT = 9;

/** Adds the command. */
export function addProbeCommand(program: Command, screen: Screen, outcome: Outcome): void {
  program
    .command('probe')
    .description("measure a failover from a client's side, on any machine, without privileges")
    .argument('<address>', 'the virtual address, or a name of it')
    .option('--service-port <port>', 'where FTP is spoken', portNumber, 21)
    .option('--probe-port <port>', 'where nobody listens, below 1024', portNumber, PROBE_PORT)
    .option('--user <name>', 'who logs in', 'anonymous')
    .option('--password-file <file>', 'the password is its first line (default: one for anonymous)')
    .option('--download <path>', 'a file that every server has, best one of some seconds')
    .option('--duration <time>', 'how long is measured (default: until Ctrl-C)', duration)
    .option('--modes <list>', 'of pasv, epsv, port, eprt (default: all that the address can have)', modes)
    .option('--max-outage <time>', 'a longer silence of the address is a failure', duration)
    .option('--max-stall <time>', 'a longer silence of a transfer is a failure', duration)
    .option('--json <file>', 'write what was measured there as JSON; - for standard output')
    .option('--svg <file>', 'draw it there as a picture')
    .addHelpText('after', PROBE_EXAMPLES)
    .action(async (address: string, options: Omit<ProbeOptions, 'address'>) => {
      const { probeCommand } = await import('./probe.js');
      outcome.status = await probeCommand({ ...options, address }, screen);
    });
}

function portNumber(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError('It must be a port from 1 to 65535.');
}

function duration(text: string): Millis {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new InvalidArgumentError(`It ${parsed.problem}: ${parsed.cure}.`);
  if (parsed.value > DAY) throw new InvalidArgumentError('It must be 24h at most.');
  return parsed.value;
}

const DAY = 86_400_000;

function modes(text: string): readonly DataMode[] {
  const words = text.toUpperCase().split(',');
  const known = dataModes.filter((mode) => words.includes(mode));
  if (known.length > 0 && known.length === new Set(words).size) return known;
  throw new InvalidArgumentError('It must be some of pasv, epsv, port, eprt, with commas between them.');
}
