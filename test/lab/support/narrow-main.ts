/**
 * A daemon of ours, as it is compiled, but for one thing: the sockets that hear the journal and the kernel's events get a receive
 * buffer of 4 KiB, whatever the daemon asks for. Its face of the addon is changed before it starts, so that no line of it knows.
 *   narrow-main.ts run --config FILE …   as `ftpair run`
 */
import type { Mailbox as MailboxType } from '../../../src/native.js';

const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const BYTES = 4096;
const NARROW = /^(conntrack events|journal socket)/;

// The compiled one, which is the one that the daemon has.
const compiled = (file: string): string => new URL(`../../../dist/${file}`, import.meta.url).href;
const { Mailbox } = (await import(compiled('native.js'))) as { readonly Mailbox: typeof MailboxType };

const wide = Object.getOwnPropertyDescriptor(Mailbox.prototype, 'setOption')
  ?.value as MailboxType['setOption'];
Mailbox.prototype.setOption = function (this: MailboxType, level, name, value): void {
  const narrow = level === SOL_SOCKET && name === SO_RCVBUFFORCE && NARROW.test(this.what);
  wide.call(this, level, name, narrow ? BYTES : value);
};

await import(compiled('main.js'));
