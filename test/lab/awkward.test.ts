/**
 * Awkward but legal clients, through one service with three addresses of both families, before a power loss and across it: what
 * RFC 959, 1123, 2428 and 3659 allow, and the programs that people use.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { settled } from './support/settled.js';
import { type Conversation, startTalker, type Talker } from './support/talker.js';

const VIP = '198.51.100.100';
const VIPS = [VIP, '198.51.100.110', '2001:db8:a::100'];
const { small, middle } = content;

let lab: Lab;
let client: Talker;

beforeAll(async () => {
  const servers = ['vsftpd', 'proftpd', 'pure-ftpd'].map((name, index) => ({
    name,
    addresses: [`10.200.30.${11 + index}`, `2001:db8:b::${11 + index}`],
  }));
  lab = await raiseLab({
    ipv6: true,
    ratePerSecond: 10_000_000,
    check: { mode: 'epsv' },
    config: {
      virtual_addresses: {
        public: VIPS.map((vip) => `${vip}/${vip.includes(':') ? 64 : 24}`),
        gateway: ['10.200.30.1/24', '2001:db8:b::1/64'],
      },
      services: [{ name: 'ftp', addresses: VIPS, scheduler: 'lc', servers }],
    },
  });
  client = startTalker(lab.client.namespace);
  for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function logIn(host = VIP): Promise<Conversation> {
  const talk = await client.open(host);
  if ((await talk.say('user anonymous\r\n'))[0]?.startsWith('331') === true) await talk.say('pass lab@\r\n');
  await talk.say('type i\r\n');
  return talk;
}

/** The port of a 227 or 229. */
function portOf(reply = ''): number {
  const numbers = /(\d+),(\d+)\)/.exec(reply);
  if (numbers !== null) return Number(numbers[1]) * 256 + Number(numbers[2]);
  return Number(/\(\|\|\|(\d+)\|\)/.exec(reply)?.[1] ?? 0);
}

/** Announces, opens and fetches by hand; the checksum of what came. */
async function fetch(talk: Conversation, announce = 'epsv', file: string = small.name): Promise<string> {
  const port = portOf((await talk.say(`${announce}\r\n`))[0]);
  const { remote } = await talk.ends();
  const [data] = await Promise.all([client.dial(remote, port, 10_000), talk.say(`retr ${file}\r\n`, 2)]);
  return data.sha256;
}

/** A dialogue of which the first part happens before the power loss and the second behind it. */
interface Script {
  readonly first: (talk: Conversation) => Promise<unknown>;
  readonly then: (talk: Conversation) => Promise<unknown>;
  readonly host?: string;
}

const whole = async (got: Promise<string>): Promise<void> => {
  expect(await got).toBe(small.sha256);
};

const SCRIPTS: Readonly<Record<string, Script>> = {
  'EPSV ALL, and only EPSV from then on': {
    first: async (talk) => {
      expect((await talk.say('EPSV ALL\r\n'))[0]).toMatch(/^2/);
      await whole(fetch(talk));
    },
    then: (talk) => whole(fetch(talk)),
  },
  'several transfers in one session, in small letters, by pasv and epsv in turns': {
    first: async (talk) => {
      for (const how of ['pasv', 'epsv', 'pasv']) await whole(fetch(talk, how));
    },
    then: async (talk) => {
      for (const how of ['epsv', 'pasv', 'epsv']) await whole(fetch(talk, how));
    },
  },
  'PASV, then PORT instead, then PASV again': {
    first: async (talk) => {
      await talk.say('PASV\r\n');
      const { local } = await talk.ends();
      expect((await talk.say(`PORT ${local.replaceAll('.', ',')},200,11\r\n`))[0]).toMatch(/^200/);
      await whole(fetch(talk, 'PASV'));
    },
    then: async (talk) => {
      const { local } = await talk.ends();
      expect((await talk.say(`PORT ${local.replaceAll('.', ',')},200,12\r\n`))[0]).toMatch(/^200/);
      await whole(fetch(talk, 'PASV'));
    },
  },
  'commands without waiting for replies': {
    first: async (talk) => {
      expect((await talk.say('NOOP\r\nPWD\r\nNOOP\r\n', 3)).map((reply) => reply.slice(0, 3))).toEqual(['200', '257', '200']); // prettier-ignore
    },
    then: async (talk) => {
      expect((await talk.say('PWD\r\nNOOP\r\nPWD\r\n', 3)).map((reply) => reply.slice(0, 3))).toEqual(['257', '200', '257']); // prettier-ignore
      await whole(fetch(talk));
    },
  },
  'over IPv6, by EPSV and by EPRT instead': {
    host: '2001:db8:a::100',
    first: async (talk) => {
      const { local } = await talk.ends();
      expect((await talk.say(`EPRT |2|${local}|51210|\r\n`))[0]).toMatch(/^200/);
      await whole(fetch(talk));
    },
    then: (talk) => whole(fetch(talk)),
  },
  'to the second IPv4 address of the service': {
    host: '198.51.100.110',
    first: (talk) => whole(fetch(talk, 'PASV')),
    then: (talk) => whole(fetch(talk, 'PASV')),
  },
};

describe('a client that says', () => {
  const talks = new Map<string, Conversation>();
  let twenty: Conversation[] = [];

  it.each(Object.keys(SCRIPTS))('%s', async (name) => {
    const script = SCRIPTS[name];
    const talk = await logIn(script?.host);
    talks.set(name, talk);
    await script?.first(talk);
  });

  it('nothing alone: 20 sessions from one address, all with a transfer at once', async () => {
    twenty = await Promise.all(Array.from({ length: 20 }, () => logIn()));
    const sums = await Promise.all(twenty.map((talk) => fetch(talk)));
    expect(new Set(sums)).toEqual(new Set([small.sha256]));
  });

  it('the same, behind a power loss', async () => {
    lab.powerOff('alpha');
    await until(async () => (await lab.director('beta').status()).role === 'active', {
      what: 'beta is active',
      within: millis(5000),
    });
    for (const [name, talk] of talks) {
      await SCRIPTS[name]?.then(talk);
      await talk.close();
    }
    const sums = await Promise.all(twenty.map((talk) => fetch(talk)));
    expect(new Set(sums)).toEqual(new Set([small.sha256]));
    for (const talk of twenty) await talk.close();
    await lab.powerOn('alpha');
    await settled(lab, 'beta', 'alpha');
  });
});

describe('programs', () => {
  const run = async (command: string, ...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await lab.client.run(command, args);
    expect([status, stderr]).toEqual([0, expect.anything()]);
    return stdout.trim();
  };
  /** Runs a line of shell in a directory of its own and returns the checksum of what it made. */
  const fetched = (line: string): Promise<string> =>
    run('sh', '-c', `d=$(mktemp -d) && cd "$d" && { ${line}; } >&2 && sha256sum got | cut -c-64; rm -r "$d"`);

  it.each([
    ['curl', `curl -sS -o got ftp://${VIP}/middle.bin`],
    ['curl, resumed (REST)', `curl -sS ftp://${VIP}/middle.bin | head -c 1000000 > got; curl -sS -C - -o got ftp://${VIP}/middle.bin`], // prettier-ignore
    ['curl, over IPv6 by EPRT', "curl -sS -g --ftp-port - -o got 'ftp://[2001:db8:a::100]/middle.bin'"],
    ['lftp', `lftp -e 'get middle.bin -o got; bye' ${VIP}`],
    ['lftp, resumed (REST)', `curl -sS ftp://${VIP}/middle.bin | head -c 1000000 > got; lftp -e 'get -c middle.bin -o got; bye' ${VIP}`], // prettier-ignore
    ['tnftp', `tnftp -V -o got ftp://${VIP}/middle.bin`],
    ['tnftp, active', `tnftp -A -V -o got ftp://${VIP}/middle.bin`],
    ['ncftp', `ncftpget -V -c ftp://${VIP}/middle.bin > got`],
  ])('%s', async (_name, line) => {
    expect(await fetched(line)).toBe(middle.sha256);
  });

  it('basic-ftp', async () => {
    const main = new URL('support/basic-ftp-main.ts', import.meta.url).pathname;
    const said = await run(process.execPath, '--import', 'tsx', main, VIP, 'basic-ftp.bin');
    expect(JSON.parse(said)).toEqual({ bytes: small.bytes, listed: true });
  });

  it('a telnet Synch with urgent data and ABOR: the transfer ends, and another one works', async () => {
    const script = new URL('support/urgent.pl', import.meta.url).pathname;
    expect(await run('perl', script, VIP, 'middle.bin', '200000')).toMatch(/small 65536$/);
  });
});

describe('clients behind one address', () => {
  it('have a session each, and data channels of their own', async () => {
    // A masquerading router: every client address of the lab but one leaves as that one.
    await lab.client.run('nft', [
      'add table ip hide; add chain ip hide out { type nat hook postrouting priority srcnat; }; add rule ip hide out ip saddr 198.51.100.50-198.51.100.56 snat to 198.51.100.57',
    ]);
    const addresses = lab.client.addresses.slice(0, 7).map(({ v4 }) => v4);
    const sessions = await Promise.all(addresses.map((localAddress) => lab.client.session({ localAddress })));
    const sums = await Promise.all(
      sessions.map(async (session) => {
        await session.prepare('PASV');
        return (await session.retrieve(small.name)).sha256;
      }),
    );
    expect(new Set(sums)).toEqual(new Set([small.sha256]));
    for (const session of sessions) await session.close();
  });
});
