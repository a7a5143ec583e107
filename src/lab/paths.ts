/**
 * Where things are: the repository, the lab's git-ignored directory, built programs. Works the same from the
 * sources (tests) and from dist (the demo). It creates nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitStatus, Fatal } from '../fatal.js';

/** The repository: this file is two folders below it, as source and as compiled file. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that the lab keeps or makes lies here. Not under version control. */
export const labDirectory = join(repositoryRoot, '.lab');

/** Unpacked Debian packages, one directory each: `vsftpd`, `proftpd`, `pure-ftpd`, `rsyslog`. */
export const serversDirectory = join(labDirectory, 'servers');

/** The lab's environment for child processes: `ip` and `nft` live where a user's PATH may not look. */
export const labEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  LC_ALL: 'C',
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
};

/**
 * A file that `src/lab/setup.sh` makes, by its path below the repository.
 * @throws Fatal when it is not there.
 */
export function prepared(path: string): string {
  const whole = join(repositoryRoot, path);
  if (existsSync(whole)) return whole;
  throw new Fatal(ExitStatus.system, `${path} is missing`, 'run: bash src/lab/setup.sh');
}
