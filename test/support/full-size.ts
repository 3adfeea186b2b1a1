/** Sizes of the tests of the service: small in every run, full by `npm run reliability`. */
export const IS_FULL = process.env.MARGINCUBE_SERVICE === 'full';

export function sizeOf({ smoke, full }: { readonly smoke: number; readonly full: number }): number {
  return IS_FULL ? full : smoke;
}

/** What a run at full size found, for the table of `docs/reliability.md`. */
export function reportFullSize(line: string): void {
  if (IS_FULL) process.stdout.write(`${line}\n`);
}
