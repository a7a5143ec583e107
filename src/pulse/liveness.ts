/**
 * Who is heard on which path, and when silence has lasted too long. Pure: times are arguments. A late wake-up
 * of ours is never evidence against the peer: it moves the deadline. Does not know why the peer is silent.
 */
import { type Millis, millis } from '../time.js';

export interface LivenessLimits {
  /** Silence on all paths for this long is silence of the peer. */
  readonly silence: Millis;
  /** Silence on all paths for this long makes the peer quiet: worth a question elsewhere. Not above `silence`. */
  readonly quiet: Millis;
  /** Silence on one path for this long is loss of the path; only reported. */
  readonly pathSilence: Millis;
  /** However late we wake, silence this long is silence. */
  readonly patience: Millis;
}

export interface PathLiveness {
  readonly alive: boolean;
  readonly heardAt: Millis | undefined;
}

export interface Liveness {
  readonly limits: LivenessLimits;
  readonly paths: readonly PathLiveness[];
  readonly alive: boolean;
  /** The last sign of life on any path; the start until there was one. */
  readonly heardAt: Millis;
  /** The present silence has been reported as quiet. */
  readonly quietTold: boolean;
  /** When silence becomes silence of the peer, unless something is heard before. */
  readonly deadline: Millis;
}

export type LivenessEvent =
  | { readonly type: 'path'; readonly path: number; readonly alive: boolean }
  | { readonly type: 'peerQuiet' }
  | { readonly type: 'peerSilent'; readonly silentSince: Millis };

export interface LivenessOutcome {
  readonly liveness: Liveness;
  readonly events: readonly LivenessEvent[];
}

export function initialLiveness(paths: number, limits: LivenessLimits, now: Millis): Liveness {
  const path: PathLiveness = { alive: false, heardAt: undefined };
  return {
    limits,
    paths: Array.from({ length: paths }, () => path),
    alive: false,
    heardAt: now,
    quietTold: false,
    deadline: millis(now + limits.silence),
  };
}

/** A sign of life on a path. */
export function heard(liveness: Liveness, path: number, now: Millis): LivenessOutcome {
  const events: LivenessEvent[] = [];
  const paths = liveness.paths.map((old, index) => {
    if (index !== path) return old;
    if (!old.alive) events.push({ type: 'path', path, alive: true });
    return { alive: true, heardAt: now };
  });
  const deadline = millis(now + liveness.limits.silence);
  return { liveness: { ...liveness, paths, alive: true, heardAt: now, quietTold: false, deadline }, events };
}

/** We woke late: what may have been sent to us meanwhile gets a full silence more to arrive. */
export function wokeLate(liveness: Liveness, now: Millis): Liveness {
  const { silence, patience } = liveness.limits;
  const deadline = Math.min(now + silence, liveness.heardAt + patience);
  return { ...liveness, deadline: millis(Math.max(liveness.deadline, deadline)) };
}

/** As far before the deadline as the limits lie apart, so that a late wake-up of ours moves both. */
function quietAt({ limits, deadline }: Liveness): number {
  return deadline - (limits.silence - limits.quiet);
}

/** What has been silent for too long by now. To be asked only after the sockets were emptied. */
export function judge(liveness: Liveness, now: Millis): LivenessOutcome {
  const events: LivenessEvent[] = [];
  const paths = liveness.paths.map((old, index) => {
    if (!old.alive || old.heardAt === undefined || now < old.heardAt + liveness.limits.pathSilence)
      return old;
    events.push({ type: 'path', path: index, alive: false });
    return { ...old, alive: false };
  });
  const silent = liveness.alive && now >= liveness.deadline;
  const quiet = liveness.alive && !liveness.quietTold && now >= quietAt(liveness);
  if (silent) events.push({ type: 'peerSilent', silentSince: liveness.heardAt });
  else if (quiet) events.push({ type: 'peerQuiet' });
  if (events.length === 0) return { liveness, events };
  const { alive, quietTold } = liveness;
  return { liveness: { ...liveness, paths, alive: alive && !silent, quietTold: quietTold || quiet }, events };
}

/** When `judge` will next have something to say if nothing is heard. */
export function nextJudgement(liveness: Liveness): Millis | undefined {
  const deadlines = liveness.paths.flatMap((path) =>
    path.alive && path.heardAt !== undefined ? [path.heardAt + liveness.limits.pathSilence] : [],
  );
  if (liveness.alive) deadlines.push(liveness.quietTold ? liveness.deadline : quietAt(liveness));
  return deadlines.length === 0 ? undefined : millis(Math.min(...deadlines));
}
