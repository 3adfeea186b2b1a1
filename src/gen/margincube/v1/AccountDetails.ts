// Original file: proto/margincube/v1/portfolio_service.proto


export interface AccountDetails {
  'parentAccountId'?: (string);
  'ownerId'?: (string);
  'groupId'?: (string);
  'model'?: (string);
}

export interface AccountDetails__Output {
  'parentAccountId': (string);
  'ownerId': (string);
  'groupId': (string);
  'model': (string);
}
