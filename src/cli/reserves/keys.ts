/** Keys of a reserve audit as files: an Ed25519 key that signs, and a secret that salts. */
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../exit.js';
import { makeFolder, messageOf, readText, writeText } from '../files.js';

const SECRET_BYTES = 32;

/** Writes `key.pem`, `public-key.txt` and `secret.txt` into a folder that has none of them; returns their names. */
export function writeKeys(folder: string): readonly string[] {
  makeFolder(folder);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const files: readonly (readonly [string, string])[] = [
    ['key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    [
      'public-key.txt',
      `${publicKey.export({ format: 'der', type: 'spki' }).subarray(-SECRET_BYTES).toString('hex')}\n`,
    ],
    ['secret.txt', `${randomBytes(SECRET_BYTES).toString('hex')}\n`],
  ];
  for (const [name] of files)
    if (existsSync(path.join(folder, name)))
      throw new InputError(`${path.join(folder, name)}: expected a folder without keys; nothing was written`);
  return files.map(([name, text]) => {
    const file = path.join(folder, name);
    writeText(file, text, { flag: 'wx', mode: name === 'public-key.txt' ? 0o644 : 0o600 });
    return file;
  });
}

export function readSigningKey(file: string): KeyObject {
  const text = readText(file, 'a signing key');
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new InputError(`${file}: expected an Ed25519 key but received ${String(key.asymmetricKeyType)}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: expected an Ed25519 key in PEM: ${messageOf(error)}`);
  }
}

/** 32 bytes in hex. */
export function readSecret(file: string): Buffer {
  const text = readText(file, 'a secret').trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new InputError(`${file}: expected a secret of 64 hex digits`);
  return Buffer.from(text, 'hex');
}
