/** What `ftpair run` gives to the daemon. Types only: the command tree must not load the daemon to know them. */

export interface RunOptions {
  readonly configFile: string;
  /** This director's name in the config; undefined means the host's name. */
  readonly node: string | undefined;
  readonly runtimeDir: string;
  /** One of pino's level names. */
  readonly logLevel: string;
}
