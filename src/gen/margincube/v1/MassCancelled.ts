// Original file: proto/margincube/v1/portfolio_service.proto


export interface MassCancelled {
  'underlying'?: (string);
  'instrument'?: (string);
  'mmpGroup'?: (string);
}

export interface MassCancelled__Output {
  'underlying': (string);
  'instrument': (string);
  'mmpGroup': (string);
}
