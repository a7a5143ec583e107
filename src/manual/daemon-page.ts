/** ftpair(8): the daemon: how it starts and ends, signals, files, exit statuses. The texts of the tree where it has them. Pure. */
import { blocks } from './command-page.js';
import { helpBlocks } from './help-text.js';
import { bold, heading, item, type PageHead, pageTitle, paragraph, plain } from './roff.js';
import type { CommandPage } from './tree.js';

/** What a signal does to the daemon. */
const SIGNALS = [
  [
    'SIGTERM, SIGINT',
    'The role is handed over where the peer can take it, then everything is undone and the daemon ends. A second one ends it at once, with nothing undone but by the kernel itself.',
  ],
  [
    'SIGHUP',
    'The config file is taken up again without touching running sessions, or refused whole, as by "ftpair reload"; the log says which.',
  ],
  [
    'SIGKILL',
    'The daemon is gone at once. Its kernel stops answering for the virtual addresses by itself when the lease runs out, and the peer takes over.',
  ],
] as const;

const FILES = [
  ['/etc/ftpair/ftpair.yaml', 'The config, the same on both routers: see ftpair.yaml(5).'],
  ['/etc/ftpair/pair.key', 'The secret key of the pair, from "ftpair keygen"; mode 0600.'],
  [
    '/run/ftpair/control.sock',
    'The control socket: HTTP, for root only. The commands of ftpair(1) ask there.',
  ],
  ['/var/lib/ftpair', 'What operators ordered (drain, force, weight); "state_dir" of the config.'],
] as const;

/** The whole page as roff. */
export function daemonManPage(root: CommandPage, head: PageHead): string {
  const run = root.commands.find(({ name }) => name === 'run');
  return `${[
    pageTitle('ftpair', '8', head),
    heading('NAME'),
    'ftpair \\- the daemon of an ftpair pair',
    heading('SYNOPSIS'),
    `${bold('ftpair run')} [options]`,
    heading('DESCRIPTION'),
    plain('Two routers, one active and one backup, in front of FTP servers; each runs this daemon.'),
    plain(
      'The active answers for the virtual addresses and sends its sessions to the backup, whose kernel holds them',
    ),
    plain(
      'all the time: when the active dies, every FTP session goes on. The data plane is the kernel: nftables,',
    ),
    plain('connection tracking and its FTP helper.'),
    paragraph(`Options of ${bold('ftpair run')} are in ${bold('ftpair')}(1).`),
    ...blocks(run?.text ?? ''),
    paragraph(
      plain('It needs root, Linux with nf_conntrack and nftables, and both interfaces of the config.'),
    ),
    heading('SIGNALS'),
    ...SIGNALS.map(([name, text]) => item(bold(name), plain(text))),
    heading('FILES'),
    ...FILES.map(([name, text]) => item(bold(name), plain(text))),
    heading('EXIT STATUS'),
    ...exitStatuses(root.text),
    heading('SEE ALSO'),
    `${bold('ftpair')}(1), ${bold('ftpair.yaml')}(5), ${bold('nft')}(8), ${bold('conntrack')}(8)`,
  ].join('\n')}\n`;
}

/** The list of the main help. */
function exitStatuses(text: string): readonly string[] {
  return helpBlocks(text).flatMap((block) =>
    block.kind === 'list' && block.title === 'Exit statuses'
      ? block.lines.map(({ term, note }) => item(bold(term), plain(note)))
      : [],
  );
}
