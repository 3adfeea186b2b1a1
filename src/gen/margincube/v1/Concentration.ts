// Original file: proto/margincube/v1/risk_service.proto


export interface Concentration {
  'herfindahl'?: (number | string);
  'top_1Share'?: (number | string);
  'top_10Share'?: (number | string);
  'crowding'?: (number | string);
}

export interface Concentration__Output {
  'herfindahl': (number);
  'top_1Share': (number);
  'top_10Share': (number);
  'crowding': (number);
}
