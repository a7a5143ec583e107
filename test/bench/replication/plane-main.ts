/**
 * Loads our data plane in the namespace that it runs in, for a director that conntrackd replicates: the daemon's own kernel
 * settings and ruleset, without the lease's guard and the gate, which only our daemon can keep open. Ends when it is done.
 *   plane-main.ts CONFIG NODE
 */
import { loadConfig } from '../../../src/config/load.js';
import { loadModules, runNft } from '../../../src/dataplane/nft.js';
import { applySysctls } from '../../../src/dataplane/sysctls.js';
import { TABLE } from '../../../src/dataplane/nft-words.js';
import { ruleset } from '../../../src/dataplane/ruleset.js';

const [file = '', node = ''] = process.argv.slice(2);
const loaded = loadConfig(file);
if (!loaded.ok) throw new Error(`the lab's own config cannot be used: ${JSON.stringify(loaded.complaints)}`);
const { config } = loaded;
const self = config.nodes.find(({ name }) => name === node);
if (self === undefined) throw new Error(`there is no node ${node} in the lab's config`);
await loadModules();
applySysctls(new Set(config.services.map(({ family }) => family)));
await runNft(ruleset({ config, self, leaseToken: Buffer.alloc(16), weightOf: () => 1 }));
await runNft(`delete table netdev ${TABLE}\ndelete chain inet ${TABLE} gate\n`);
