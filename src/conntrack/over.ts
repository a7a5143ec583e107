/** Whether a flow has ended although its entry is still there: the kernel keeps it for a while. Pure. */
import { TCP_CONNTRACK } from './ctnetlink.js';
import type { Flow } from './flow.js';

export type TcpState = (typeof TCP_CONNTRACK)[number];

/** Both ends have closed. */
const OVER: readonly TcpState[] = ['LAST_ACK', 'TIME_WAIT', 'CLOSE'];

/** The flow's TCP state by its name in the kernel; NONE where it has told none. */
export function tcpState(flow: Flow): TcpState {
  return TCP_CONNTRACK[flow.tcp?.state ?? 0] ?? 'NONE';
}

/** Whether both ends of a flow have closed it. */
export function isOver(flow: Flow): boolean {
  return OVER.includes(tcpState(flow));
}
