/** The words of a keepalived.conf. */
export const KEEPALIVED_BLOCKS: readonly string[] = ['vrrp_instance'];
