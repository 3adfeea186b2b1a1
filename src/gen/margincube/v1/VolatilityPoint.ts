// Original file: proto/margincube/v1/market.proto


export interface VolatilityPoint {
  'strike'?: (number | string);
  'volatility'?: (number | string);
  '_strike'?: "strike";
  '_volatility'?: "volatility";
}

export interface VolatilityPoint__Output {
  'strike'?: (number);
  'volatility'?: (number);
  '_strike'?: "strike";
  '_volatility'?: "volatility";
}
