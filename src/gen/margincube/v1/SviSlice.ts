// Original file: proto/margincube/v1/market.proto


export interface SviSlice {
  'a'?: (number | string);
  'b'?: (number | string);
  'rho'?: (number | string);
  'm'?: (number | string);
  'sigma'?: (number | string);
  '_a'?: "a";
  '_b'?: "b";
  '_rho'?: "rho";
  '_m'?: "m";
  '_sigma'?: "sigma";
}

export interface SviSlice__Output {
  'a'?: (number);
  'b'?: (number);
  'rho'?: (number);
  'm'?: (number);
  'sigma'?: (number);
  '_a'?: "a";
  '_b'?: "b";
  '_rho'?: "rho";
  '_m'?: "m";
  '_sigma'?: "sigma";
}
