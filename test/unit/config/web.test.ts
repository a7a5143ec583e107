/** The section `web`: defaults, and where the page may not listen. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { LAST, after, change, complaintsOf, hold } from './good.js';

function webOf(section: string): unknown {
  const result = parseConfig(change(LAST, after(section)), 'F');
  return result.ok ? result.config.web : result.complaints;
}

describe('the section web', () => {
  it('is off unless it is written', () => {
    const result = parseConfig(change(LAST, after('track: []')), 'F');
    expect(result.ok && result.config.web).toBeUndefined();
  });

  it('needs a place to listen only', () => {
    expect(webOf('web: { listen: [private] }')).toEqual({
      listen: ['private'],
      port: 8080,
      names: [],
      tokenFile: undefined,
      metrics: true,
    });
  });

  it('takes several places, addresses in their one spelling', () => {
    expect(
      webOf('web: { listen: [192.0.2.2, 2001:DB8:0::1, public], port: 80, metrics: false }'),
    ).toMatchObject({
      listen: ['192.0.2.2', '2001:db8::1', 'public'],
      port: 80,
      metrics: false,
    });
  });

  it('allows every address of the machine, with a warning', () => {
    expect(complaintsOf(change(LAST, after('web: { listen: ["::"] }')))).toEqual([
      'F:19:17: warning: web.listen[0]: :: is every address of the machine, those on the public LAN and the virtual ones as well; write `private`, or single addresses',
    ]);
    expect(webOf('web: { listen: ["::"] }')).toMatchObject({ listen: ['::'] });
  });

  hold([
    ['no place', LAST, after('web: { listen: [] }'), 'F:19:16: web.listen: no place to listen is listed; write at least one, such as `listen: [private]`'],
    ['nothing said of a place', LAST, after('web: { port: 80 }'), 'F:19:'],
    ['a virtual address', LAST, after('web: { listen: [192.0.2.10] }'), "F:19:17: web.listen[0]: 192.0.2.10 moves between the directors and is the clients'; write an address that stays with each director, or a link's name, such as `private`"],
    ['the gateway address', LAST, after('web: { listen: [10.0.0.1] }'), 'F:19:17: web.listen[0]: 10.0.0.1 moves between'],
    ['a link that is none', LAST, after('web: { listen: [cross] }'), 'F:19:17: web.listen[0]: cross is not a link of both nodes; write public, private, or an address'],
    ['one twice', LAST, after('web: { listen: [private, private] }'), 'F:19:26: web.listen[1]: private is listed twice; remove one of the two'],
    ['an address that is none', LAST, after('web: { listen: [192.0.2.300] }'), 'F:19:17: web.listen[0]: "192.0.2.300" is not an IP address'],
    ['a multicast address', LAST, after('web: { listen: [224.0.0.1] }'), 'F:19:17: web.listen[0]: 224.0.0.1 is a multicast'],
    ['an unknown key', LAST, after('web: { listen: [private], control: true }'), 'F:19:27: web.control: unknown key "control"'],
    ['a token file without its whole path', LAST, after('web: { listen: [private], token_file: token }'), 'F:19:39: web.token_file: "token" is not an absolute path'],
  ]); // prettier-ignore
});
