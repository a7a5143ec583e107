/** Mailboxes in workers: every way in which a worker ends, and what the main thread sees of it. */
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Mailbox } from '../../../src/native.js';
import { AF_INET, SOCK_DGRAM } from '../../../src/sockaddr.js';
import { bundle, type Bundle } from './bundle.js';
import { closeAfterwards, udp } from './support.js';

interface Victim {
  readonly worker: Worker;
  /** Raw address of the worker's mailbox. */
  readonly address: Uint8Array;
  readonly errors: readonly Error[];
  readonly exit: Promise<number>;
}

const workers: Worker[] = [];
let code: Bundle;

beforeAll(async () => {
  code = await bundle(new URL('./victim.ts', import.meta.url));
});

afterAll(() => {
  code.remove();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

async function victim(ending: string): Promise<Victim> {
  const worker = new Worker(code.file, { workerData: ending });
  workers.push(worker);
  const errors: Error[] = [];
  worker.on('error', (error: Error) => errors.push(error));
  const exit = new Promise<number>((resolve) => worker.once('exit', resolve));
  const address = await new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { worker, address, errors, exit };
}

/** Whether the address can be bound again: the descriptor of the worker is really closed. */
function isFree(address: Uint8Array): boolean {
  const mailbox = closeAfterwards(Mailbox.open(AF_INET, SOCK_DGRAM, 0, 'probe'));
  try {
    mailbox.bind(address);
  } catch {
    return false;
  }
  return true;
}

describe('a worker with a started mailbox', () => {
  it('is kept alive by it until it is terminated, and then its address is free', async () => {
    const { worker, address, exit } = await victim('wait');
    expect(isFree(address)).toBe(false);
    expect(await worker.terminate()).toBe(1);
    expect(await exit).toBe(1);
    expect(isFree(address)).toBe(true);
  });

  it('ends by itself when the mailbox is unreferenced', async () => {
    const { address, exit } = await victim('unref');
    expect(await exit).toBe(0);
    expect(isFree(address)).toBe(true);
  });

  it('may leave from inside a callback', async () => {
    const { address, exit, errors } = await victim('exit');
    udp().send(Buffer.from('x'), address);
    expect(await exit).toBe(7);
    expect(errors).toEqual([]);
    expect(isFree(address)).toBe(true);
  });

  it('dies of an exception in a callback', async () => {
    const { address, exit, errors } = await victim('throw');
    udp().send(Buffer.from('x'), address);
    expect(await exit).toBe(1);
    expect(errors.map(({ message }) => message)).toEqual(['thrown in a callback']);
    expect(isFree(address)).toBe(true);
  });
});
