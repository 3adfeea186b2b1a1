/** What a client may be. `admin` may call everything; the others what the table says. */
export const ROLES = [
  /** Calculates on books that it brings along, reads models and the market. */
  'reader',
  /** What a reader may, and everything about its own accounts except changing what they hold. */
  'trader',
  /** Sees the risk of every account, changes nothing. */
  'risk',
  /** Tells the server what happened: market data, and the events and books of its accounts. */
  'publisher',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

const CALCULATES: readonly Role[] = ['reader', 'trader', 'risk'];
const READS: readonly Role[] = ['reader', 'trader', 'risk', 'publisher'];
const SEES_ACCOUNTS: readonly Role[] = ['trader', 'risk'];

/**
 * Roles that may call a method, besides `admin`; nobody else calls a method that is not here. What a caller sees of accounts is
 * bounded by its own list wherever the role is not `risk` or `admin`. Traders do not record events: a fill or a deposit that its
 * owner can make up is no basis for a margin, so what happened comes from publishers.
 */
export const METHOD_ROLES: Readonly<Record<string, readonly Role[]>> = {
  'margincube.v1.MarginService/CalculateMargin': CALCULATES,
  'margincube.v1.MarginService/BatchCalculateMargin': CALCULATES,
  'margincube.v1.MarginService/SimulateMargin': CALCULATES,
  'margincube.v1.MarginService/SolveSize': CALCULATES,
  'margincube.v1.MarginService/SuggestHedge': CALCULATES,
  'margincube.v1.MarginService/CheckOrders': ['trader'],
  'margincube.v1.MarginService/StreamMargin': SEES_ACCOUNTS,
  'margincube.v1.MarginService/GetMarginAsOf': SEES_ACCOUNTS,
  'margincube.v1.MarginService/ListCalls': SEES_ACCOUNTS,
  'margincube.v1.ModelService/ListModels': READS,
  'margincube.v1.ModelService/GetModel': READS,
  'margincube.v1.ModelService/PreviewParameters': ['risk'],
  'margincube.v1.ModelService/ProposeParameters': ['risk'],
  'margincube.v1.ModelService/ApproveParameters': [],
  'margincube.v1.ModelService/FreezeParameters': ['risk'],
  'margincube.v1.MarketDataService/PublishMarketData': ['publisher'],
  'margincube.v1.MarketDataService/GetSnapshot': READS,
  'margincube.v1.MarketDataService/GetVolatilitySurface': READS,
  'margincube.v1.MarketDataService/StreamMarks': READS,
  'margincube.v1.PortfolioService/PutPortfolio': ['publisher'],
  'margincube.v1.PortfolioService/RecordEvents': ['publisher'],
  'margincube.v1.PortfolioService/GetPortfolio': ['trader', 'risk', 'publisher'],
  'margincube.v1.PortfolioService/ListPortfolios': ['trader', 'risk', 'publisher'],
  'margincube.v1.RiskService/AggregateRisk': ['risk'],
  'margincube.v1.RiskService/StreamRisk': ['risk'],
  'margincube.v1.RiskService/SimulateCascade': ['risk'],
  'margincube.v1.RiskService/PlanLiquidation': SEES_ACCOUNTS,
  'margincube.v1.ReserveService/GetAttestation': READS,
  'margincube.v1.ReserveService/ListAttestations': READS,
  'margincube.v1.ReserveService/GetInclusionProof': SEES_ACCOUNTS,
  'margincube.v1.ReserveService/GetPrivateProof': SEES_ACCOUNTS,
};

/** Roles that see every account. */
export const SEE_EVERY_ACCOUNT: readonly Role[] = ['risk', 'admin'];

/** Whether one of these roles may call `service/method`. */
export function mayCall(roles: ReadonlySet<Role>, path: string): boolean {
  return roles.has('admin') || (METHOD_ROLES[path] ?? []).some((role) => roles.has(role));
}
