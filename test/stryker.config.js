/**
 * Mutation testing: changes the code one spot at a time and says which changes no unit test notices.
 *
 *   npm run test:mutation -- --mutate 'src/election/*.ts'     one room
 *   npm run test:mutation                                     every pure room: hours
 *
 * Types are not checked (the mutants need not be valid TypeScript), only the tests that reach a spot are run, and what runs once
 * while a module is loaded is left out: such a mutant would need all tests in a fresh process.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/vitest.mutation.config.ts', related: true },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  mutate: [
    'src/election/*.ts',
    'src/pulse/{conversation,duties,liveness,payload}.ts',
    'src/seal/*.ts',
    'src/journal/{buckets,bytes,digest,in-order,lag,records,refusal-report,sender,version,wire}.ts',
    'src/netlink/{attribute,message}.ts',
    'src/conntrack/{accounting,address,events,expectation,flow,tuple}.ts',
    'src/vip/{announcement-times,arp,filter,neighbour}.ts',
    'src/replication/{compare,last-words,ledger,mirror,offset-looks,peer-refusals,refusals,same-entry,tracked,tracker}.ts',
    'src/dataplane/{forward-rules,lease-rules,levels,nf-tables,nft-words,ruleset,scheduler,source-hash}.ts',
    'src/nanny/{answers,channel,dialogue,dialogue-state,failures,fitness,icmp,passive,probe-times,reply,result,tasks,verdict,wanted}.ts',
    'src/config/*.ts',
    'src/config/rules/*.ts',
    'src/rotation/*.ts',
    'src/journal/board-report.ts',
    'src/daemon/{ending,standing-news}.ts',
    'src/{conntrack/mark,journal/sticky,replication/{census,clients,sticky-book},dataplane/{limit,passive,sticky}-rules}.ts',
  ],
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: '.lab/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  tempDirName: '.lab/stryker',
  ignorePatterns: ['.lab', 'dist', 'native/build'],
  disableTypeChecks: true,
  concurrency: 2,
};
