import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Command, Option } from 'commander';
import { InputError } from './exit.js';
import { messageOf } from './files.js';

/** Options that say where others come from, or what to do with them. */
const NOT_LAYERED = new Set(['config', 'check', 'help']);

/** `tlsKey` is `MARGINCUBE_TLS_KEY`. */
export function variableOf(name: string): string {
  return `MARGINCUBE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Takes options that the command line does not name from the environment, and what that does not name from the JSON file of
 * `--config`: the flag `--tls-key`, the variable `MARGINCUBE_TLS_KEY` and the key `tlsKey` are one setting. Throws InputError for a
 * value that the flag would not take and for a key of the file that is no option.
 */
export function layerOptions(
  command: Command,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const options = command.options.filter((option) => !NOT_LAYERED.has(option.attributeName()));
  const file = readConfig(
    (command.getOptionValue('config') as string | undefined) ?? environment.MARGINCUBE_CONFIG,
  );
  for (const key of Object.keys(file.values)) {
    if (!options.some((option) => option.attributeName() === key))
      throw new InputError(`${file.name}: ${key}: Expected the name of an option of ${command.name()}`);
  }
  for (const option of options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === 'cli') continue;
    const variable = variableOf(name);
    const fromEnvironment = environment[variable];
    const given = fromEnvironment ?? file.values[name];
    if (given === undefined) continue;
    const from = fromEnvironment === undefined ? `${file.name}: ${name}` : variable;
    command.setOptionValueWithSource(name, valueOf(option, given, from), 'config');
  }
}

interface Config {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function readConfig(name: string | undefined): Config {
  if (name === undefined) return { name: '', values: {} };
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(name, 'utf8'));
  } catch (error) {
    throw new InputError(`--config ${name}: ${messageOf(error)}`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new InputError(`--config ${name}: Expected a JSON object`);
  return { name, values: values as Record<string, unknown> };
}

/** What the flag would make of the text. */
function valueOf(option: Option, given: unknown, from: string): unknown {
  const text = Array.isArray(given) ? given.join(',') : String(given);
  if (option.isBoolean() || option.negate) {
    if (text !== 'true' && text !== 'false')
      throw new InputError(`${from}: Expected true or false but received "${text}"`);
    return text === 'true';
  }
  try {
    return option.parseArg === undefined ? text : option.parseArg<unknown>(text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError)
      throw new InputError(`${from}: ${error.message} It was "${text}"`);
    throw error;
  }
}

/** Settings as they may be shown: credentials inside addresses are hidden. Files of secrets are named, never read. */
export function shownOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/(\w+:\/\/)[^/@]*@/, '$1***@') : value,
    ]),
  );
}
