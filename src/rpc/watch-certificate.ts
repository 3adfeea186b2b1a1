import type { Logger } from '../observability/log.js';
import type { TlsCredentials } from './tls-credentials.js';

/**
 * Reads the files of a certificate again every `everyMs` and serves what they hold then; files that cannot be used change nothing and
 * are logged once. Looking is surer than being told: secrets are often replaced by moving a link. Gives what ends it.
 */
export function watchCertificate(credentials: TlsCredentials, everyMs: number, logger: Logger): () => void {
  let problem = '';
  const timer = setInterval(() => {
    try {
      if (credentials.reload()) logger.info('certificate renewed: it serves the connections that come');
      problem = '';
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      // Certificate and key are written one after the other; the next look finds both.
      if (found !== problem)
        logger.warn({ problem: found }, 'certificate not renewed: the one before serves on');
      problem = found;
    }
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
