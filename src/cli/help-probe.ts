/** The longer text of `ftpair probe --help`. Text only. */

export const PROBE_EXAMPLES = `
Examples:
  ftpair probe 192.0.2.10                         until Ctrl-C; meanwhile: "ftpair handover" on a director
  ftpair probe 192.0.2.10 --download /pub/some.bin --duration 60s
  ftpair probe 192.0.2.10 --duration 30s --max-outage 300ms --max-stall 1s --json - > measured.json
  ftpair probe ftp.example.org --user drill --password-file /etc/ftpair/drill.password --modes pasv,epsv

On any machine, without privileges, config or daemon: watches a service from a client's side while somebody does something to the
pair. In each mode one session is idle, one has announced a data channel, and with --download one transfers a file again and again,
as fast as it can. Idle and announced ones are used every ten seconds, and at the end.

How long the address is silent is measured by connections to a port on which nobody listens (--probe-port), every 5 ms: whoever has
the address refuses them, and no FTP server hears of it. Exit status 0 when every session survived within the limits, 1 when not,
or when the service cannot be reached.`;
