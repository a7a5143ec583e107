/** The kernel settings that a config asks for, made: what was changed is logged, what could not be is a warning for the status. */
import type { Logger } from 'pino';
import type { VirtualService } from '../config/model.js';
import { applySysctls } from '../dataplane/sysctls.js';

/** A sentence for each setting that is not as it must be and could not be changed. */
export function settingWarnings(services: readonly VirtualService[], logger: Logger): readonly string[] {
  return applySysctls(new Set(services.map(({ family }) => family))).flatMap((report) => {
    if (report.refused === '') {
      logger.info(report, 'kernel setting changed');
      return [];
    }
    logger.warn(report, 'kernel setting could not be changed');
    return [`${report.name} is ${report.from}, should be ${report.to} (${report.refused})`];
  });
}
