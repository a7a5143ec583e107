import fc from 'fast-check';

/**
 * Property tests try the same cases in every run, so that a red test is red for everybody. To search further:
 * FTPAIR_SEED=$RANDOM npm run test:unit; a failure prints its seed.
 */
fc.configureGlobal({ seed: Number(process.env['FTPAIR_SEED'] ?? 2_389) });
