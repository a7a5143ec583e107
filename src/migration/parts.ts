/** What both translators fill and one writer reads: a pair in our terms, with gaps where a file could not say. Types only. */
import type { Branch, Noted } from './tree.js';

/** A link of one director. */
export interface LinkPart {
  readonly interface?: Noted<string> | undefined;
  readonly address?: Noted<string> | undefined;
}

/** One director; what is missing gets a placeholder. */
export interface NodePart {
  readonly name?: Noted<string> | undefined;
  readonly public: LinkPart;
  readonly private: LinkPart;
  /** A link for the pulse only. */
  readonly cross?: LinkPart | undefined;
}

export interface ServerPart {
  readonly name: Noted<string>;
  readonly addresses: readonly Noted<string>[];
  readonly port?: Noted<number> | undefined;
  readonly weight?: Noted<number> | undefined;
  /** Of FTP over TLS. */
  readonly passivePorts?: Noted<string> | undefined;
}

export interface SorryPart {
  readonly address: Noted<string>;
  readonly port?: Noted<number> | undefined;
}

export interface ServicePart {
  readonly name: Noted<string>;
  readonly addresses: readonly Noted<string>[];
  readonly port: Noted<number>;
  readonly mode?: Noted<string> | undefined;
  readonly scheduler: Noted<string>;
  readonly servers: readonly ServerPart[];
  readonly sorry?: SorryPart | undefined;
  readonly onFailure?: Noted<string> | undefined;
  readonly persistence?: Branch | undefined;
  readonly limits?: Branch | undefined;
  readonly check: Branch;
}

/** A program to be run on alerts. */
export interface HookPart {
  readonly on: readonly Noted<string>[];
  readonly run: readonly Noted<string>[];
}

export interface PairPart {
  readonly nodes: readonly [NodePart, NodePart];
  readonly pulse: Branch;
  readonly publics: readonly Noted<string>[];
  readonly gateways: readonly Noted<string>[];
  readonly services: readonly ServicePart[];
  readonly preferred?: Branch | undefined;
  readonly track: readonly Noted<string>[];
  readonly hooks: readonly HookPart[];
}
