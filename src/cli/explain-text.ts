/**
 * What `ftpair explain` says: why this director is what it is, and what would come of it. Pure: the status and the counts
 * of its sessions in, sentences out. It decides nothing: who would take over, the election has said (`outlook`).
 */
import { reasonClause } from '../alerts/reasons.js';
import type { LostReason } from '../control/sessions.js';
import type { FateView, OutlookView, StatusView } from '../control/status.js';
import { FITTER, HINDRANCES, LOSSES } from './explain-words.js';
import { troubles } from './explain-troubles.js';
import { countWords, durationWords } from './words.js';

export interface Sentence {
  readonly text: string;
  /** How bad it is for the clients. */
  readonly tone: 'good' | 'plain' | 'warn' | 'bad';
  /** What to do about it; undefined where nothing is to be done. */
  readonly cure: string | undefined;
}

export interface Section {
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** What a failover of the active at this moment would do to the sessions, as far as this director knows. */
export interface SessionCounts {
  readonly known: number;
  readonly lost: Readonly<Partial<Record<LostReason, number>>>;
}

/** Everything, in the order of reading. */
export function explanation(view: StatusView, sessions: SessionCounts): readonly Section[] {
  const { outlook, node, peer } = view;
  const rest = { title: 'Besides', sentences: troubles(view) };
  const besides = rest.sentences.length === 0 ? [] : [rest];
  if (outlook === undefined) {
    const ask = say('Not known at this moment.', 'warn', 'ask again in a second');
    return [why(view, undefined), { title: 'What would come of it', sentences: [ask] }, ...besides];
  }
  const active = view.role === 'active';
  return [
    why(view, outlook),
    {
      title: `If ${peer.name} died now`,
      sentences: fate(outlook.ifPeerDied, view, active ? undefined : sessions, peer.name),
    },
    {
      title: `If ${node} died now`,
      sentences: fate(outlook.ifThisDied, view, active ? sessions : undefined, node),
    },
    { title: '"ftpair handover" now', sentences: handover(view, outlook) },
    ...besides,
  ];
}

export function say(text: string, tone: Sentence['tone'] = 'plain', cure?: string): Sentence {
  return { text, tone, cure };
}

function why(view: StatusView, outlook: OutlookView | undefined): Section {
  const { node, role, reason, history } = view;
  const ago = history.length === 0 ? view.uptimeSeconds * 1000 : Math.min(...history.map((h) => h.agoMillis));
  const title = role === 'active' ? `Why ${node} is active` : `Why ${node} is not active`;
  const first = say(
    `${node} is ${role} since ${durationWords(ago)}, because ${reasonClause(reason)}.`,
    role === 'active' ? 'good' : 'plain',
  );
  return { title, sentences: [first, ...(outlook === undefined ? [] : stateOf(view, outlook))] };
}

/** What the election is doing besides keeping the role. */
function stateOf(view: StatusView, outlook: OutlookView): readonly Sentence[] {
  const { node, peer } = view;
  const { hindrance, mode, doubt } = outlook;
  const trouble = hindrance === undefined ? undefined : HINDRANCES[hindrance];
  if (hindrance !== undefined) return [say(`${node} ${trouble?.clause ?? hindrance}.`, 'bad', trouble?.cure)];
  if (mode === 'held')
    return [
      say(
        `${peer.name} is silent on every pulse path, and yet somebody answers for the virtual address: ${node} waits.`,
        'bad',
        `see whether ${peer.name} is alive with cut pulse paths; if a stranger has the address, take it from there`,
      ),
    ];
  if (mode === 'suspect')
    return [
      say(`${peer.name} has fallen silent; ${node} is asking who answers for the virtual address.`, 'warn'),
    ];
  if (mode === 'yielding') return [say(`${node} is just giving the role to ${peer.name}.`, 'warn')];
  if (doubt === 'silent')
    return [
      say(
        `${peer.name} is not heard, so ${node} asks the service LAN now and then whether it is the only one.`,
        'warn',
        HINDRANCES['unheard']?.cure,
      ),
    ];
  return view.role === 'active' ? [] : followsActive(view, outlook);
}

function followsActive({ node, peer }: StatusView, { fitter, mode }: OutlookView): readonly Sentence[] {
  if (mode === 'starting') return [say(`${node} has started and listens before it may take a role.`)];
  if (!peer.alive || peer.role !== 'active') return [say(`Nobody is known to be active.`, 'bad')];
  const works = say(`${peer.name} is active and heard, so ${node} follows it.`);
  if (fitter?.who !== 'here') return [works];
  return [
    works,
    say(
      `${node} should rather be active (${FITTER[fitter.because] ?? fitter.because}); it gets the role once it can keep all sessions.`,
    ),
  ];
}

function fate(
  { serves, because, withinMillis }: FateView,
  view: StatusView,
  sessions: SessionCounts | undefined,
  dying: string,
): readonly Sentence[] {
  const { node, peer } = view;
  const left = dying === node ? peer.name : node;
  switch (serves) {
    case 'here':
    case 'peer': {
      const server = serves === 'here' ? node : peer.name;
      if (sessions === undefined)
        return [
          say(
            `${server} goes on serving: the clients notice nothing. But nobody would stand behind it.`,
            'good',
          ),
        ];
      const words = `${server} takes over, about ${durationWords(withinMillis)} after the last pulse of ${dying}.`;
      return [say(words, 'good'), ...sessionSentences(sessions)];
    }
    case 'nobody': {
      const trouble = HINDRANCES[because ?? ''];
      const text = `Nobody would serve: ${left} ${trouble?.clause ?? because ?? 'could not'}. Every session would be lost.`;
      return [say(text, 'bad', trouble?.cure)];
    }
    case 'unknown':
      return [
        say(
          `That lies with ${left}, which is not heard: if it is dead, nobody would serve; if only the pulse paths are cut, it takes over, without the sessions.`,
          'bad',
          otherVersion(view) ? SAME_VERSION : HINDRANCES['unheard']?.cure,
        ),
      ];
  }
}

function sessionSentences({ known, lost }: SessionCounts): readonly Sentence[] {
  const reasons = Object.entries(lost) as readonly (readonly [LostReason, number])[];
  const gone = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (known === 0) return [say('There is no session that could be lost.')];
  if (gone === 0)
    return [say(known === 1 ? 'The one session goes on.' : `All ${known} sessions go on.`, 'good')];
  return reasons.map(([reason, count]) => {
    const text = `${count} of ${countWords(known, 'session')} ${count === 1 ? 'is' : 'are'} not safe: ${LOSSES[reason].clause}.`;
    return say(text, 'bad', LOSSES[reason].cure);
  });
}

function handover(
  view: StatusView,
  { handover: { possible, obstacle }, fitter }: OutlookView,
): readonly Sentence[] {
  const { node, peer, role } = view;
  const to = role === 'active' ? peer.name : node;
  const from = role === 'active' ? node : peer.name;
  if (!possible) return [say(`It would be refused. ${obstacle ?? ''}`.trim(), 'warn', obstacleCure(view))];
  const fine = say(`It would be accepted: ${to} becomes active, and no session is lost.`, 'good');
  const fitterName = fitter?.who === 'here' ? node : peer.name;
  if (fitter === undefined || fitterName !== from) return [fine];
  const when = fitter.because === 'preferred' ? 'after the delay of the config' : 'as soon as it is in sync';
  return [
    fine,
    say(`The role would come back to ${from} ${when}: ${FITTER[fitter.because] ?? fitter.because}.`, 'warn'),
  ];
}

const SAME_VERSION = 'bring both directors to the same version, the backup first';

function otherVersion({ peer }: StatusView): boolean {
  return peer.versions.some(({ ours, theirs }) => theirs !== undefined && theirs !== ours);
}

/** By what stands in the way, which the facts beside the sentence tell. */
function obstacleCure(view: StatusView): string {
  const { peer, role, outlook, sync } = view;
  if (otherVersion(view)) return SAME_VERSION;
  if (!peer.alive) return HINDRANCES['unheard']?.cure ?? '';
  const hindrance = role === 'active' ? (peer.ready ? undefined : 'notReady') : outlook?.hindrance;
  const trouble = HINDRANCES[hindrance ?? ''];
  if (trouble !== undefined) return trouble.cure;
  if (!(role === 'active' ? peer.inSync : sync.inSync)) return LOSSES.notInSync.cure;
  return 'see "ftpair status" on both routers, and ask again';
}
