/**
 * What a director knows of its own role and of its peer: as the pulse side and the journal last said. It only remembers; what follows
 * from a piece of news is director.ts' business.
 */
import type { Alert } from '../alerts/catalogue.js';
import type { FromPulse, Outlook, PathReport, PeerReport, Role, Transition } from '../pulse/face.js';
import type { PictureParts } from './picture.js';
import { formatVersions, UNHEARD, versionAlerts } from './versions.js';

/** Changes of role that are remembered. */
const HISTORY = 50;

export class Known {
  role: Role = 'starting';
  peer: PeerReport | undefined;
  versions = formatVersions(UNHEARD, undefined);
  #term = 0;
  #journalVersion: number | undefined;
  #paths: readonly PathReport[] = [];
  /** Undefined from a change until the pulse side has looked again. */
  #outlook: Outlook | undefined;
  #history: readonly Transition[] = [];
  #realtime = false;

  /** Takes a piece of news down. */
  take(message: FromPulse): void {
    switch (message.type) {
      case 'started':
        this.#realtime = message.realtime;
        return;
      case 'role':
        this.role = message.transition.to;
        this.#term = message.transition.term;
        this.#history = [...this.#history, message.transition].slice(-HISTORY);
        this.#outlook = undefined;
        return;
      case 'peer':
        this.peer = message.peer;
        this.#outlook = undefined;
        return;
      case 'report':
        this.role = message.role;
        this.#term = message.term;
        this.peer = message.peer;
        this.#paths = message.paths;
        this.#outlook = message.outlook;
        return;
      case 'handover':
      case 'stopped':
      case 'path':
      case 'vipAnswered':
      case 'fault':
        return;
    }
  }

  /** In which version the peer writes its journal. */
  journalIs(version: number | undefined): void {
    this.#journalVersion = version;
  }

  /** What is to be said of the versions that the two write, since the last call. */
  versionNews(peerName: string): readonly Alert[] {
    const now = formatVersions(this.peer?.versions ?? UNHEARD, this.#journalVersion);
    const news = versionAlerts(this.versions, now, peerName);
    this.versions = now;
    return news;
  }

  /** This part of the status. */
  view(): Pick<
    PictureParts,
    'role' | 'term' | 'history' | 'outlook' | 'peer' | 'versions' | 'paths' | 'realtime'
  > {
    const { role, peer, versions } = this;
    const [term, history, outlook] = [this.#term, this.#history, this.#outlook];
    return { role, term, history, outlook, peer, versions, paths: this.#paths, realtime: this.#realtime };
  }
}
