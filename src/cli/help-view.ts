/** The examples of `--help` for the commands that look and do not touch: watch, servers, history, explain, completion, man. Texts only. */
export const VIEW_EXAMPLES = {
  watch: `
Examples:
  ftpair watch
  ftpair watch --interval 200ms                   five times a second
  ftpair watch | logger -t ftpair                 one line for each change
  ftpair watch --json                             one JSON object for each change

On a terminal: one screen, marked where it has changed since the last look; q or Ctrl-C ends it. While no daemon answers it
says so and goes on trying.`,
  servers: `
Examples:
  ftpair servers                                  all of them
  ftpair servers one                              everything that is known of server one
  ftpair servers ftp6/one --json                  for scripts

The verdicts are those of both directors; the sessions are those of this kernel.`,
  history: `
Examples:
  ftpair history                                  the newest fifty
  ftpair history --limit 0                        all that the daemon remembers
  ftpair history --json

The newest is last. The daemon forgets all of it when it is restarted; what was sent to syslog is there for longer.`,
  explain: `
Examples:
  ftpair explain                                  why it is as it is, and what would happen if …
  ftpair explain --json

Every sentence that names something wrong is followed by what to do about it. Exit status 0 whatever it says.`,
  completion: `
Examples:
  ftpair completion bash > /usr/share/bash-completion/completions/ftpair
  ftpair completion zsh > /usr/local/share/zsh/site-functions/_ftpair
  ftpair completion fish > /usr/share/fish/vendor_completions.d/ftpair.fish
  eval "$(ftpair completion bash)"                only for this shell

Names of servers are asked of the running daemon at the moment of the TAB; without one there are none.`,
  man: `
Examples:
  ftpair man | man -l -                           read the page of this command
  ftpair man ftpair.yaml.5 | man -l -             the config file
  ftpair man ftpair.8 > /usr/local/share/man/man8/ftpair.8
  ftpair man ftpair.1 > /usr/local/share/man/man1/ftpair.1`,
} as const;
