/**
 * What there is under which address, all of it to look at. An address is compared as it was sent, letter by letter: nothing in it is
 * decoded or tidied up.
 */
import { formatFor } from '../metrics/exposition.js';
import { ASSETS } from './assets.js';
import { drillFile, drillFiles } from './drill-files.js';
import { drillsPart } from './drills-part.js';
import { html } from './escape.js';
import { overviewSections } from './overview.js';
import { document } from './page.js';
import { page, plain, report, type Reply } from './reply.js';
import { readQuery, sessionsView } from './sessions-view.js';
import type { Snapshot, Snapshots } from './snapshot.js';
import type { WebSources } from './sources.js';
import { timeOfDay } from './times.js';

export interface RoutesOptions {
  readonly sources: WebSources;
  readonly snapshots: Snapshots;
  /** Where drills leave their reports. */
  readonly drills: string;
  readonly metrics: boolean;
}

/** So many lists of sessions are made at the same time: each reads the kernel. */
const MOST_LISTS = 2;

export class Routes {
  #lists = 0;

  constructor(private readonly o: RoutesOptions) {}

  /** The answer to a GET. `accept` is the header of that name. Rejects with what the daemon throws. */
  async answer(url: string, accept: string | undefined): Promise<Reply> {
    const [path = '', query = ''] = url.split('?', 2);
    const file = Object.values(ASSETS).find((asset) => asset.path === path);
    if (file !== undefined)
      return { status: 200, type: file.type, body: file.text, headers: { 'cache-control': 'max-age=86400' } };
    if (path.startsWith('/drills/')) return this.#drill(path.slice('/drills/'.length));
    switch (path) {
      case '/':
        return this.#overview();
      case '/sessions':
        return this.#sessions(new URLSearchParams(query));
      case '/metrics':
        return this.o.metrics ? this.#metrics(accept) : NOTHING;
      default:
        return NOTHING;
    }
  }

  async #overview(): Promise<Reply> {
    const snapshot = this.o.snapshots.get();
    const drills = html`<section id="drills">${drillsPart(await drillFiles(this.o.drills))}</section>`;
    const body = html`${overviewSections(snapshot.overview)}${drills}`;
    return this.#page(`${snapshot.overview.title} · ftpair`, body, snapshot, true);
  }

  async #sessions(params: URLSearchParams): Promise<Reply> {
    const query = readQuery(params);
    const wrong = (complaint: string): Reply => {
      const body = html`<section><h2>Sessions</h2><p>${complaint}</p><p><a href="/sessions">All sessions</a></p></section>`;
      return this.#page('Sessions · ftpair', body, this.o.snapshots.get(), false, 400);
    }; // prettier-ignore
    if (!query.ok) return wrong(query.complaint);
    if (this.#lists >= MOST_LISTS)
      return plain(503, 'Others are listing sessions at this moment.', { 'retry-after': '1' });
    this.#lists += 1;
    try {
      const list = await this.o.sources.sessions(query.value);
      if (!list.ok) return wrong(list.complaint);
      const body = sessionsView(list.value, query.value);
      return this.#page('Sessions · ftpair', body, this.o.snapshots.get(), false);
    } finally {
      this.#lists -= 1;
    }
  }

  async #metrics(accept: string | undefined): Promise<Reply> {
    const { status } = this.o.snapshots.get();
    const { contentType, text } = await this.o.sources.metrics(status, formatFor(accept));
    return { status: 200, type: contentType, body: text };
  }

  async #drill(name: string): Promise<Reply> {
    const bytes = await drillFile(this.o.drills, name);
    return bytes === undefined ? NOTHING : report(name, bytes);
  }

  #page(
    title: string,
    body: Parameters<typeof document>[0]['body'],
    { status, wallNow }: Snapshot,
    live: boolean,
    httpStatus = 200,
  ): Reply {
    const { metrics } = this.o;
    const frame = { title, node: status.node, wallNow: timeOfDay(wallNow), body, live, metrics };
    return page(document(frame), httpStatus);
  }
}

const NOTHING = plain(404, 'There is nothing here.');
