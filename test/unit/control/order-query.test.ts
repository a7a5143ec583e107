/** An operator's order in a query string, and back. */
import { expect, it } from 'vitest';
import { type OrderQuery, orderUrl, parseOrderQuery } from '../../../src/control/order-query.js';

function parse(query: string): unknown {
  const parsed = parseOrderQuery(new URLSearchParams(query));
  return parsed.ok ? parsed.value : parsed.complaint;
}

it.each<readonly [string, OrderQuery]>([
  ['server=one&drain=true', { server: 'one', order: { kind: 'drain', on: true } }],
  ['server=one&drain=false', { server: 'one', order: { kind: 'drain', on: false } }],
  ['server=ftp%2Fone&force=down', { server: 'ftp/one', order: { kind: 'force', to: 'down' } }],
  ['server=one&weight=0', { server: 'one', order: { kind: 'weight', weight: 0 } }],
  ['server=one&weight=100', { server: 'one', order: { kind: 'weight', weight: 100 } }],
  ['server=one&weight=config', { server: 'one', order: { kind: 'weight', weight: undefined } }],
])('%s', (query, order) => {
  expect(parse(query)).toEqual(order);
  expect(orderUrl(order)).toBe(`/order?${query}`);
});

it.each([
  ['drain=true', 'an order has "server" and one of "drain", "force", "weight"'],
  ['server=one', 'an order has "server" and one of "drain", "force", "weight"'],
  ['server=one&drain=true&force=up', 'an order has "server" and one of "drain", "force", "weight"'],
  ['server=one&stop=true', '"stop" is none of server, drain, force, weight'],
  ['server=one&drain=yes', '"drain" must be true or false'],
  ['server=one&force=on', '"force" must be up, down or auto'],
  ['server=one&weight=101', '"weight" must be a whole number from 0 to 100, or config'],
  ['server=one&weight=-1', '"weight" must be a whole number from 0 to 100, or config'],
])('%s is refused', (query, complaint) => {
  expect(parse(query)).toBe(complaint);
});
