/** What stands on the pages: literal pieces of each part, and that no text of others gets in as markup. */
import { describe, expect, it } from 'vitest';
import { html, markup } from '../../../src/web/escape.js';
import { drillsPart } from '../../../src/web/drills-part.js';
import { overview, overviewSections } from '../../../src/web/overview.js';
import { document } from '../../../src/web/page.js';
import { headline } from '../../../src/web/pair-part.js';
import { readQuery, sessionsView } from '../../../src/web/sessions-view.js';
import { timeOfDay } from '../../../src/web/times.js';
import { PAGE } from '../control/page.js';
import { VIEW } from '../control/view.js';
import { crowd, EVENTS, EVIL, FULL, NOON, poisoned } from './daemon.js';

/** Without the layout of the templates. */
function text(made: string): string {
  return made.replace(/\s+/g, ' ').replaceAll('> <', '><').replaceAll(' </li>', '</li>');
}

function part(name: keyof ReturnType<typeof overview>['parts'], view = FULL): string {
  return text(markup(overview(view, EVENTS, NOON).parts[name]));
}

const QUERY = { limit: 100, after: undefined, client: undefined, server: undefined, lost: false };

describe('a template', () => {
  it('escapes what is put in, in texts and in attributes', () => {
    expect(markup(html`<a title="${`"'<&>`}">${'<b>'}</a>`)).toBe(
      '<a title="&quot;&#39;&lt;&amp;&gt;">&lt;b&gt;</a>',
    );
  });

  it('takes markup of other templates, lists, numbers, and nothing', () => {
    expect(markup(html`<p>${html`<b>${1}</b>`}${['<', html`<i></i>`]}${undefined}</p>`)).toBe(
      '<p><b>1</b>&lt;<i></i></p>',
    );
  });

  it('shows characters that could not be seen, or turn the line round', () => {
    expect(markup(html`${'a\u0000b\u202ec\u2066d\u001be\u2028f'}`)).toBe(
      'a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf',
    );
  });

  it('takes no object that only looks like markup', () => {
    const forged = JSON.parse('{"html":"<b>"}') as never;
    expect(() => markup(html`${forged}`)).toThrow();
  });
});

describe('the overview', () => {
  it('begins with who is active, and whether the other one could take over', () => {
    expect(headline(VIEW)).toBe('alpha is active; beta is not heard');
    const peer = { ...VIEW.peer, alive: true, ready: true, inSync: true, role: 'backup' };
    expect(headline({ ...VIEW, peer })).toBe('alpha is active; beta could take over at once');
    expect(headline({ ...VIEW, peer: { ...peer, inSync: false } })).toBe(
      'alpha is active; beta could not take over with all sessions',
    );
    expect(
      headline({
        ...VIEW,
        role: 'backup',
        peer: { ...peer, role: 'active' },
        sync: { ...VIEW.sync, inSync: true },
      }),
    ).toBe('beta is active; alpha could take over at once');
    expect(headline({ ...VIEW, role: 'backup', peer })).toBe('alpha is backup; nobody is known to be active');
  });

  it('says of the backup whether it itself is in sync', () => {
    const peer = { ...VIEW.peer, alive: true, ready: true, inSync: true, role: 'active' };
    const view = { ...VIEW, role: 'backup', peer, sync: { ...VIEW.sync, inSync: false } };
    expect(headline(view)).toBe('beta is active; alpha could not take over with all sessions');
  });

  it('shows both directors', () => {
    const pair = part('pair');
    expect(pair).toContain('<h3>alpha <span class="badge good">active</span></h3>');
    expect(pair).toContain('<dt>since</dt><dd>2 min 3 s</dd>');
    expect(pair).toContain('<dt>is heard</dt><dd><span class="badge bad">no: silent</span></dd>');
    expect(pair).toContain('journal 3 (here 2)');
  });

  it('says of the backup alone whether it is in sync', () => {
    const backup = { ...FULL, role: 'backup', peer: { ...FULL.peer, role: 'active' } };
    const [own, other] = part('pair', backup).split('<h3>beta');
    expect(own).toContain('<dt>in sync</dt><dd><span class="badge bad">no</span></dd>');
    expect(other).not.toContain('in sync');
  });

  it('shows servers with state, weight and probe', () => {
    const servers = part('servers');
    expect(servers).toContain('<caption> ftp 192.0.2.10:21: 1 of 2 servers up </caption>');
    expect(servers).toContain(
      '<span class="badge bad">down: login</span><span class="badge warn">drained</span>',
    );
    expect(servers).toContain('here down (login), peer up (ok)');
    expect(servers).toContain('<li>data (epsv) <b>2.00 ms</b></li>');
    expect(servers).toContain('<p class="said">530 Go away</p>');
    expect(servers).toContain('3 clients kept to a server by persistence');
    expect(servers).toContain('Refused by limits: sessionsPerClient 2');
    expect(servers).toContain('11:59:58');
  });

  it('has failed probes open, and good ones closed', () => {
    expect(part('servers')).toContain('<details id="probe ftp s1"><summary>');
    expect(part('servers')).toContain('<details id="probe ftp s3" open><summary>');
  });

  it('shows paths, replication, events, roles and warnings', () => {
    expect(part('pulse')).toContain('<span class="badge warn">replay 1, unverified 2</span>');
    expect(part('sync')).toContain('0.6 ms in the middle, p99 1.5, longest 12.3');
    expect(part('events')).toContain(
      '<span class="badge bad">err</span><code>peer-lost</code> The peer beta is silent.',
    );
    expect(part('history')).toContain('probed 12.0, addressUp 12.3');
    expect(part('warnings')).toContain('<li>the peer is lost</li>');
    expect(part('warnings')).toContain('<li><code>server-down</code> ftp/s3, for 1 min 1 s</li>');
  });

  it('has no warnings where there are none', () => {
    expect(part('warnings', { ...VIEW, warnings: [] })).toBe('');
  });

  it('says so where there is no session, no service, no history', () => {
    const bare = { ...VIEW, services: [], history: [], sessions: { control: 0, data: 0, announced: 0 } };
    expect(part('sessions', bare)).toContain(
      '<strong>0 sessions</strong>, 0 data channels open, 0 announced.',
    );
    expect(part('history', bare)).toContain('Changes of role on this director: none');
  });

  it('keeps fifty older events behind a click', () => {
    const [event] = EVENTS.events;
    const events = Array.from({ length: 70 }, (_, index) => ({ ...event!, number: index + 1 }));
    const made = markup(overview(VIEW, { node: 'alpha', events }, NOON).parts.events);
    expect(made).toContain('<summary>50 older</summary>');
  });
});

describe('the list of sessions', () => {
  it('says of each whether it would survive, and why not', () => {
    const made = text(markup(sessionsView(PAGE, QUERY)));
    expect(made).toContain('<th scope="row">198.51.100.7:40000</th>');
    expect(made).toContain('3.0 MiB');
    expect(made).toContain('no: the announced channel: the backup has not acknowledged it yet');
    expect(made).toContain(
      '2 sessions on alpha (active); of the 2 on this page 1 would survive a failover now, 1 would not',
    );
  });

  it('leads to the next page with the same question', () => {
    const query = { ...QUERY, after: 5, server: 'one', lost: true };
    const made = markup(sessionsView({ ...PAGE, next: 107 }, query));
    expect(made).toContain('href="/sessions?limit=100&amp;after=107&amp;server=one&amp;lost=true"');
    expect(made).toContain('href="/sessions?limit=100&amp;server=one&amp;lost=true"');
  });

  it('of nobody says so', () => {
    const made = markup(sessionsView({ ...PAGE, known: 0, sessions: [] }, QUERY));
    expect(made).toContain('FTP sessions of this director: none on this page');
  });

  it('takes the empty fields of its form for no wish, and refuses too much', () => {
    expect(readQuery(new URLSearchParams('client=&server='))).toEqual({ ok: true, value: QUERY });
    expect(readQuery(new URLSearchParams('limit=501'))).toEqual({
      ok: false,
      complaint: '"limit" must be at most 500',
    });
    expect(readQuery(new URLSearchParams('client=nobody')).ok).toBe(false);
  });

  it('is made of five hundred sessions within a few hundredths of a second', () => {
    const page = crowd(500);
    const began = performance.now();
    expect(markup(sessionsView(page, QUERY)).split('<tr>').length).toBe(502);
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe('the drills', () => {
  it('are links, with the newest picture', () => {
    const file = (name: string) => ({ name, bytes: 2048, changedAt: NOON });
    const made = markup(drillsPart([file('b.json'), file('b.svg'), file('a.svg')]));
    expect(made).toContain('<a href="/drills/b.json">b.json</a>');
    expect(made).toContain('<img src="/drills/b.svg"');
    expect(made).not.toContain('<img src="/drills/a.svg"');
    expect(markup(drillsPart([]))).toContain('No drill has left a report on this director.');
  });
});

describe('hostile texts', () => {
  const frame = { title: EVIL, node: EVIL, wallNow: timeOfDay(NOON), live: true, metrics: true };
  const evilEvents = poisoned(EVENTS, ['2026-03-01T11:59:55.000Z']);

  it.each([
    ['the overview', overviewSections(overview(poisoned(FULL, []), evilEvents, NOON))],
    ['the sessions', sessionsView(poisoned(PAGE, ['unacknowledged', 'announcement']), { ...QUERY, client: EVIL, server: EVIL })],
    ['the drills', drillsPart([{ name: EVIL, bytes: 1, changedAt: NOON }])],
  ])('are texts in %s', (_what, body) => {
    const made = document({ ...frame, body });
    expect(made).toContain('onerror=alert(1)');
    expect(made).not.toContain('<img src=x');
    expect(made).not.toContain('</style>');
    expect(['\u202e', '\u0000'].filter((hidden) => made.includes(hidden))).toEqual([]);
    expect(made.match(/<script/g)).toEqual(['<script']);
    // In an attribute they would have to end its quotes.
    expect(made).not.toContain(`"${EVIL.slice(0, 3)}`);
    expect(made).not.toMatch(/ onerror=alert\(1\)>/);
  }); // prettier-ignore
});
