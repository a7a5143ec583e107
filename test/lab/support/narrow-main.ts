/**
 * To be loaded before a daemon of ours (`node --import`): the sockets that hear the journal and the kernel's events get a receive
 * buffer of 4 KiB, whatever the daemon asks for. Of the daemon's own addon face, so that not a line of it knows of this.
 */
import type { Mailbox as MailboxType } from '../../../src/native.js';

const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const BYTES = 4096;
const NARROW = /^(conntrack events|journal socket)/;

// The compiled one, which is the one that the daemon has.
const compiled = new URL('../../../dist/native.js', import.meta.url).href;
const { Mailbox } = (await import(compiled)) as { readonly Mailbox: typeof MailboxType };

const wide = Object.getOwnPropertyDescriptor(Mailbox.prototype, 'setOption')
  ?.value as MailboxType['setOption'];
Mailbox.prototype.setOption = function (this: MailboxType, level, name, value): void {
  const narrow = level === SOL_SOCKET && name === SO_RCVBUFFORCE && NARROW.test(this.what);
  wide.call(this, level, name, narrow ? BYTES : value);
};
