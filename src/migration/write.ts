/** A pair without gaps → the text of our config file, in the order of config/ftpair.yaml. Pure. */
import { KEY_CURE, type FullLink, type FullNode, type FullPair } from './fill.js';
import type { HookPart, ServerPart, ServicePart, SorryPart } from './parts.js';
import { toChange, writeYaml, type Branch, type Noted, type Tree } from './tree.js';

const KEY_FILE = toChange('/etc/ftpair/pair.key', KEY_CURE);

/** The text, with `head` as remarks at its top. */
export function writePair(pair: FullPair, head: readonly string[]): string {
  const tree: Branch = {
    nodes: pair.nodes.map(nodeTree),
    pulse: { ...pair.pulse, key_file: KEY_FILE },
    virtual_addresses: { public: pair.publics, gateway: pair.gateways },
    services: pair.services.map(serviceTree),
    preferred: pair.preferred,
    track: someOf(pair.track),
    hooks: someOf(pair.hooks.map(hookTree)),
  };
  return writeYaml(tree, head);
}

function someOf(list: readonly Tree[]): readonly Tree[] | undefined {
  return list.length === 0 ? undefined : list;
}

function nodeTree(node: FullNode): Branch {
  return {
    name: node.name,
    public: linkTree(node.public),
    private: linkTree(node.private),
    extra: node.cross === undefined ? undefined : { cross: linkTree(node.cross) },
  };
}

function linkTree(link: FullLink): Branch {
  return { interface: link.interface, address: link.address };
}

function serviceTree(service: ServicePart): Branch {
  return {
    name: service.name,
    ...addressTree(service.addresses),
    port: service.port,
    mode: service.mode,
    scheduler: service.scheduler,
    servers: service.servers.map(serverTree),
    sorry_server: service.sorry === undefined ? undefined : sorryTree(service.sorry),
    on_failure: service.onFailure,
    persistence: service.persistence,
    limits: service.limits,
    check: Object.keys(service.check).length === 0 ? undefined : service.check,
  };
}

function addressTree(addresses: readonly Noted<string>[]): Branch {
  const [first, ...more] = addresses;
  return more.length === 0 ? { address: first } : { addresses };
}

function serverTree(server: ServerPart): Branch {
  return {
    name: server.name,
    ...addressTree(server.addresses),
    port: server.port,
    weight: server.weight,
    passive_ports: server.passivePorts,
  };
}

function sorryTree(sorry: SorryPart): Branch {
  return { address: sorry.address, port: sorry.port };
}

function hookTree(hook: HookPart): Branch {
  return { on: hook.on, run: hook.run };
}
