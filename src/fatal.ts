/**
 * Errors that end a command on purpose: a clear sentence, the cure, and a documented exit status. Anything
 * else that is thrown is a mistake of ours and crashes the process, so that the peer takes over.
 */

/** Exit statuses of the command, as `ftpair --help` and the README list them. */
export const ExitStatus = {
  ok: 0,
  /** The answer is no: the config has mistakes, the handover was refused. */
  no: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The config, the node name or the key file cannot be used. */
  config: 3,
  /** A privilege or a kernel feature is missing, or an interface does not exist. */
  system: 4,
  /** A daemon for this node runs already. */
  running: 5,
  /** No daemon answers on the control socket. */
  unreachable: 6,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** A failure with a cure. `message` says what is wrong and where, `cure` what to do. */
export class Fatal extends Error {
  constructor(
    readonly status: ExitStatus,
    message: string,
    readonly cure: string,
  ) {
    super(message);
    this.name = 'Fatal';
  }
}
