/** Every server that a service may send a session to. Pure. */
import type { RealServer, VirtualService } from './model.js';

/** The sorry server's name, in the status and in the rules. */
export const SORRY = 'sorry';

/** The real servers in their order, and the sorry server behind them. */
export function everyServer({ servers, rotation }: VirtualService): readonly RealServer[] {
  return rotation.sorry === undefined ? servers : [...servers, rotation.sorry];
}

/** Whether what is known of the one holds for the other: it is the same process at the same place. */
export function isSameServer(one: RealServer, other: RealServer): boolean {
  return one.address === other.address && one.port === other.port;
}
