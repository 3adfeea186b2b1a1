/** An asset of an attestation: what its integers count. */
export interface AttestedAsset {
  /** Printable ASCII, 1 to 32 characters, e.g. `BTC`. */
  readonly asset: string;
  /** One unit is 10^-decimals of the asset, 0 to 36. */
  readonly decimals: number;
}
