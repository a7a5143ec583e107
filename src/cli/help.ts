/** The texts of `--help` that commander does not write by itself. Texts only. */

/** Where Debian puts it, and where `ftpair run` and `ftpair check` look when nothing is said. */
export const DEFAULT_CONFIG = '/etc/ftpair/ftpair.yaml';

/** Holds the control socket; made by the daemon. */
export const DEFAULT_RUNTIME_DIR = '/run/ftpair';

const EXIT_STATUSES = `
Exit statuses:
  0  done
  1  the answer is no: the config has mistakes, the handover was refused, the kernels differ, sessions are left
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
  ftpair watch                                    the same, live
  ftpair explain                                  why, and what if a router died now?
  ftpair sessions --lost                          what would a failover break now?
  ftpair drain one                                no new sessions for server one; wait for the running ones
  ftpair handover                                 let the other router be active
  ftpair compare                                  do both kernels hold the same sessions?
  ftpair drill                                    a failover on purpose, measured
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
  import: `
Examples:
  ftpair import /etc/sysconfig/ha/lvs.cf > new.yaml           Piranha's, or keepalived's, by its content
  ftpair import lvs.cf --peer-file backup-lvs.cf              and where the two routers' files differ
  ftpair import keepalived.conf --output new.yaml --verbose   also what was translated as it is

The YAML says at each value which line it came from; lines with CHANGE hold what the file could not say. Everything else that
stood in the file is told on standard error, with what to do. Exit status 0, also with warnings; 1 if something that clients would
notice could not be translated; 3 if the file is neither. Nothing is changed on this machine. The whole way: config/from-piranha.md
and config/from-keepalived.md.`,
  schema: `
Examples:
  ftpair schema > ftpair.schema.json
  ftpair schema --status                          what the keys of "ftpair status --json" mean
  # yaml-language-server: $schema=ftpair.schema.json     as the first line of the config, for editors`,
  keygen: `
Examples:
  (umask 077; ftpair keygen > /etc/ftpair/pair.key)
  scp -p /etc/ftpair/pair.key beta:/etc/ftpair/     both directors need the same key`,
  reload: `
Examples:
  ftpair reload --dry-run                         what would change?
  ftpair reload                                   take it up
  systemctl kill -s HUP ftpair                    the same; what came of it is in the log

The file is checked whole first. What differs is said key by key, and taken up in one moment: services, servers, weights, checks,
limits, persistence, tracked addresses, alerts. Running sessions go on, also those of a server that is no longer there. A file
with a mistake is refused whole, and so is one that changes nodes, pulse, virtual_addresses or state_dir: these ask for a restart.
Each router reads its own file.`,
  config: `
Examples:
  ftpair config diff
  ftpair config push new.yaml`,
  configDiff: `
Examples:
  ftpair config diff                              exit status 1 if the two run different configs

Compares what the two daemons run, not their files.`,
  configPush: `
Examples:
  ftpair config push                              this router's file, for both
  ftpair config push new.yaml                     another file; it becomes the config file of both

The peer gets the text over the sealed channel and checks it before anything changes. Then both take it up, the peer first, and write
their files; the old ones stay beside them as FILE.previous. If either cannot, both go back. What asks for a restart is refused.`,
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
  drain: `
Examples:
  ftpair drain one                                wait until the last session on it has ended
  ftpair drain one --timeout 10m                  the same, ten minutes at most; then exit status 1
  ftpair drain ftp6/one --no-wait                 order it and return

On either router. It holds on both, through failovers and restarts, until "ftpair undrain". Interrupting the wait
takes nothing back. Running sessions, and data channels that they open, are not touched.`,
  undrain: `
Examples:
  ftpair undrain one
  ftpair undrain ftp6/one

On either router. Its share grows by the service's slow_start; if its checks fail it still gets no new sessions.`,
  force: `
Examples:
  ftpair force one down                           no new sessions, whatever its checks say
  ftpair force one up                             new sessions, although its checks fail
  ftpair force one auto                           its checks decide again

On either router. It holds on both, through failovers and restarts. Running sessions are not touched.`,
  weight: `
Examples:
  ftpair weight one 3                             three times the share of a server of weight 1
  ftpair weight one config                        as the config says

On either router. It holds on both, through failovers and restarts. 0 is no new sessions; running ones are not touched.`,
  drill: `
Examples:
  ftpair drill                                    a handover, measured; asks before it begins
  ftpair drill --yes --json -                     for cron: no question, the record on standard output
  ftpair drill crash --destructive                on the active: its daemon is killed, and started again
  ftpair drill server-down --destructive --server one
  ftpair drill all --destructive --duration 10s   everything, and the role back where it was
  ftpair drill back                               return the role after a drill
  ftpair drill --max-outage 300ms                 fail where the address is silent for longer
  ftpair drill --svg drill.svg                    the picture, for a browser
  ftpair drill --history                          earlier drills, and what got slower since

Needs \`drill\` in the config: a free address of the public LAN. Everything is undone at the end, also on Ctrl-C, without the
terminal, and when the drill itself is killed. Exit status 0 when every session survived and the pair is healthy again, 1 when
not, or when the pair is not ready (then nothing was changed).`,
  version: `
Examples:
  ftpair version
  ftpair --version`,
} as const;
