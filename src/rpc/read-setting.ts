import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/server-config.js';

/** The file that a setting names; throws ConfigError where it cannot be read. */
export function readSetting(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${name}: cannot read ${file}: ${error instanceof Error ? error.message : ''}`);
  }
}
