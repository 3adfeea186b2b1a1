// Original file: proto/margincube/v1/reserve_service.proto


export interface ListAttestationsRequest {
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListAttestationsRequest__Output {
  'pageSize': (number);
  'pageToken': (string);
}
