/** The election's outlook as the status shows it, with what only the work side knows: whether both understand each other. Pure. */
import type { FateView, FormatVersions, OutlookView } from '../control/status.js';
import type { Outlook } from '../pulse/face.js';
import { versionObstacle } from './versions.js';

/** Undefined while the pulse side has not looked since the last change. */
export function outlookView(
  outlook: Outlook | undefined,
  versions: readonly FormatVersions[],
  peer: string,
): OutlookView | undefined {
  if (outlook === undefined) return undefined;
  const { mode, doubt, hindrance, ifPeerDied, ifThisDied, fitter } = outlook;
  const obstacle = versionObstacle(versions, peer) ?? outlook.obstacle;
  return {
    mode,
    doubt,
    hindrance,
    ifPeerDied: fateView(ifPeerDied),
    ifThisDied: fateView(ifThisDied),
    handover: { possible: obstacle === undefined, obstacle },
    fitter,
  };
}

function fateView({ serves, because, within }: Outlook['ifPeerDied']): FateView {
  return { serves, because, withinMillis: Math.round(within) };
}
