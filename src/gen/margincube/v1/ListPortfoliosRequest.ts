// Original file: proto/margincube/v1/portfolio_service.proto


export interface ListPortfoliosRequest {
  'ownerId'?: (string);
  'groupId'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListPortfoliosRequest__Output {
  'ownerId': (string);
  'groupId': (string);
  'pageSize': (number);
  'pageToken': (string);
}
