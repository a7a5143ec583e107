/** What the page asks the daemon. Types only. */
import type { EventsPage } from '../control/events.js';
import type { Parsed } from '../control/schema.js';
import type { SessionsPage, SessionsQuery } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import type { Exposition, Format } from '../metrics/exposition.js';

export interface WebSources {
  status(): StatusView;
  sessions(query: SessionsQuery): Promise<Parsed<SessionsPage>>;
  /** Everything that is remembered. */
  events(): EventsPage;
  metrics(status: StatusView, format: Format): Promise<Exposition>;
}
