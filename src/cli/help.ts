/** The texts of `--help` that commander does not write by itself. Texts only. */

/** Where Debian puts it, and where `ftpair run` and `ftpair check` look when nothing is said. */
export const DEFAULT_CONFIG = '/etc/ftpair/ftpair.yaml';

/** Holds the control socket; made by the daemon. */
export const DEFAULT_RUNTIME_DIR = '/run/ftpair';

const EXIT_STATUSES = `
Exit statuses:
  0  done
  1  the answer is no: the config has mistakes, the handover was refused, the kernels differ
  2  the command line was wrong
  3  the config, the node name or the key file cannot be used
  4  a privilege or a kernel feature is missing, or an interface does not exist
  5  a daemon for this node runs already
  6  no daemon answers on the control socket`;

/** Shown under the options of each command; '' is the main help. */
export const EXAMPLES = {
  '': `
Examples:
  ftpair check --config ${DEFAULT_CONFIG}   is the config right?
  ftpair run --node alpha                         be the director "alpha"
  ftpair status                                   how are we?
  ftpair sessions --lost                          what would a failover break now?
  ftpair handover                                 let the other router be active
  ftpair compare                                  do both kernels hold the same sessions?
${EXIT_STATUSES}`,
  run: `
Examples:
  ftpair run --config ${DEFAULT_CONFIG} --node alpha
  ftpair run                                      the node whose name is this host's name
  ftpair run --node lab1 --runtime-dir /run/ftpair-lab1 --log-level debug

Runs in the foreground until SIGTERM; then it hands over if the peer can take the role.`,
  check: `
Examples:
  ftpair check
  ftpair check --config new.yaml && cp new.yaml ${DEFAULT_CONFIG}

Says every mistake with file, line and column; exit status 1 if there is one. Touches nothing else.`,
  schema: `
Examples:
  ftpair schema > ftpair.schema.json
  # yaml-language-server: $schema=ftpair.schema.json     as the first line of the config, for editors`,
  keygen: `
Examples:
  (umask 077; ftpair keygen > /etc/ftpair/pair.key)
  scp -p /etc/ftpair/pair.key beta:/etc/ftpair/     both directors need the same key`,
  status: `
Examples:
  ftpair status
  ftpair status --history                         with every change of role and its steps
  ftpair status --probes                          every server's last probe, step by step
  ftpair status --json | python3 -m json.tool
  watch -n 1 ftpair status`,
  sessions: `
Examples:
  ftpair sessions                                 the first hundred
  ftpair sessions --lost --limit 0                every session that would not survive, and why
  ftpair sessions --client 198.51.100.7
  ftpair sessions --server one --json | python3 -m json.tool

On the active: whether the backup has acknowledged all of a session. On the backup: whether its kernel holds it.
Exit status 0 whatever survives; the README says what each reason means and what helps.`,
  handover: `
Examples:
  ftpair handover                                 on the active: give the role to the peer
  ftpair handover && systemctl stop ftpair        before maintenance of this router

On the backup it asks the active for the role. Exit status 1 and the reason when it is refused.`,
  compare: `
Examples:
  ftpair compare                                  on either router; prints what differs
  ftpair compare > /dev/null || echo "not alike"  for monitoring: exit status 1 on a difference

Both daemons read their kernels; what differs is looked at a second time half a second later, so that changes which are
only under way do not count. What differs for good is mended by itself within about a minute: see "repairs" in the status.`,
  version: `
Examples:
  ftpair version
  ftpair --version`,
} as const;
