// Original file: proto/margincube/v1/reserve_service.proto


export interface BitProof {
  'commitment'?: (Buffer | Uint8Array | string);
  'challengeZero'?: (Buffer | Uint8Array | string);
  'challengeOne'?: (Buffer | Uint8Array | string);
  'answerZero'?: (Buffer | Uint8Array | string);
  'answerOne'?: (Buffer | Uint8Array | string);
}

export interface BitProof__Output {
  'commitment': (Buffer);
  'challengeZero': (Buffer);
  'challengeOne': (Buffer);
  'answerZero': (Buffer);
  'answerOne': (Buffer);
}
