import {
  CONTRIBUTION_LEVELS,
  QUALITIES,
  type BindingScenario,
  type Contribution,
  type DataUncertainty,
  type LiquidationPrice,
  type MarginComponent,
  type MarginReport,
  type PositionVector,
  type ScenarioPnl,
  type TailStatistics,
  type UnderlyingGreeks,
} from '../../domain/report.js';
import { timestampParts } from '../convert/fields.js';
import type { MessageWriter } from './message-writer.js';

/** NUMBER_STATUS_EXACT. */
const STATUS_EXACT = 1;

/**
 * Writes the fields of margincube.v1.MarginReport, byte for byte what the schema's encoder makes of `reportToMessage`: every
 * answer passes here, so no message is built in between. Field numbers are those of `report.proto`; a test compares the two.
 */
export function writeReport(writer: MessageWriter, report: MarginReport): void {
  writer.text(1, report.accountId);
  writer.text(2, report.model);
  writer.text(3, report.modelVersion);
  writer.text(4, report.parameterSet);
  writer.text(5, report.parameterHash);
  writer.integer(6, report.epoch);
  writeTime(writer, 7, report.snapshotTimeMs);
  writer.text(8, report.marketHash);
  writer.text(9, report.currency);
  writer.double(10, report.equity);
  writer.double(11, report.markToMarket);
  writer.double(12, report.initialMargin);
  writer.double(13, report.maintenanceMargin);
  writer.double(14, report.initialExcess);
  writer.double(15, report.maintenanceExcess);
  writeOptionalDouble(writer, 16, report.marginRatio);
  for (const component of report.components) writeComponent(writer, 17, component);
  writer.integer(18, QUALITIES.indexOf(report.quality) + 1);
  if (report.bindingScenario !== undefined) writeBindingScenario(writer, 19, report.bindingScenario);
  for (const entry of report.scenarioVector ?? []) writeScenario(writer, 20, entry);
  for (const vector of report.positionVectors ?? []) writePositionVector(writer, 21, vector);
  for (const greeks of report.greeks) writeGreeks(writer, 22, greeks);
  writeOptionalDouble(writer, 23, report.dataConfidence);
  for (const warning of report.warnings) writer.text(24, warning);
  writer.text(25, report.isa);
  if (report.tailStatistics !== undefined) writeTailStatistics(writer, 26, report.tailStatistics);
  for (const entry of report.contributions ?? []) writeContribution(writer, 27, entry);
  writer.integer(28, STATUS_EXACT);
  for (const prices of report.liquidationPrices ?? []) writeLiquidationPrice(writer, 29, prices);
  if (report.dataUncertainty !== undefined) writeDataUncertainty(writer, 30, report.dataUncertainty);
}

function writeComponent(writer: MessageWriter, field: number, component: MarginComponent): void {
  const begun = writer.begin(field);
  writer.text(1, component.name);
  writer.double(2, component.initial);
  writer.double(3, component.maintenance);
  writer.integer(4, QUALITIES.indexOf(component.quality) + 1);
  writer.end(begun);
}

export function writeBindingScenario(writer: MessageWriter, field: number, scenario: BindingScenario): void {
  const begun = writer.begin(field);
  writer.integer(1, scenario.index);
  writer.text(2, scenario.label);
  writer.text(3, scenario.family);
  writer.double(4, scenario.spotShock);
  writer.text(5, scenario.volShock);
  writer.double(6, scenario.pnl);
  writer.end(begun);
}

function writeScenario(writer: MessageWriter, field: number, entry: ScenarioPnl): void {
  const begun = writer.begin(field);
  writer.text(1, entry.label);
  writer.text(2, entry.family);
  writer.double(3, entry.spotShock);
  writer.text(4, entry.volShock);
  writer.double(5, entry.pnl);
  writer.end(begun);
}

function writePositionVector(writer: MessageWriter, field: number, vector: PositionVector): void {
  const begun = writer.begin(field);
  writer.text(1, vector.instrument);
  writer.doubles(2, vector.pnl);
  writer.end(begun);
}

function writeGreeks(writer: MessageWriter, field: number, greeks: UnderlyingGreeks): void {
  const begun = writer.begin(field);
  writer.text(1, greeks.underlying);
  writer.double(2, greeks.deltaCoins);
  writer.double(3, greeks.gammaCoinsPerUsd);
  writer.double(4, greeks.vegaUsdPerPoint);
  writer.double(5, greeks.thetaUsdPerDay);
  writer.end(begun);
}

function writeTailStatistics(writer: MessageWriter, field: number, tail: TailStatistics): void {
  const begun = writer.begin(field);
  writer.double(1, tail.confidenceLevel);
  writer.double(2, tail.holdingPeriodDays);
  writer.integer(3, tail.scenarioCount);
  writer.double(4, tail.valueAtRisk);
  writeOptionalDouble(writer, 5, tail.valueAtRiskStandardError);
  writer.double(6, tail.expectedShortfall);
  writeOptionalDouble(writer, 7, tail.expectedShortfallStandardError);
  writer.text(8, tail.convention);
  writer.end(begun);
}

function writeContribution(writer: MessageWriter, field: number, entry: Contribution): void {
  const begun = writer.begin(field);
  writer.integer(1, CONTRIBUTION_LEVELS.indexOf(entry.level) + 1);
  writer.text(2, entry.key);
  writer.double(3, entry.initial);
  writer.double(4, entry.maintenance);
  writer.end(begun);
}

function writeLiquidationPrice(writer: MessageWriter, field: number, prices: LiquidationPrice): void {
  const begun = writer.begin(field);
  writer.text(1, prices.underlying);
  writer.doubles(2, prices.rootsUsd);
  writeOptionalDouble(writer, 3, prices.nearestBelowUsd);
  writeOptionalDouble(writer, 4, prices.nearestAboveUsd);
  writer.end(begun);
}

function writeDataUncertainty(writer: MessageWriter, field: number, uncertainty: DataUncertainty): void {
  const begun = writer.begin(field);
  writer.double(1, uncertainty.volatilityInitial);
  writer.double(2, uncertainty.volatilityMaintenance);
  writer.double(3, uncertainty.priceInitial);
  writer.double(4, uncertainty.priceMaintenance);
  writer.end(begun);
}

/** google.protobuf.Timestamp. */
export function writeTime(writer: MessageWriter, field: number, ms: number): void {
  const { seconds, nanos } = timestampParts(ms);
  const begun = writer.begin(field);
  writer.integer(1, seconds);
  writer.integer(2, nanos);
  writer.end(begun);
}

function writeOptionalDouble(writer: MessageWriter, field: number, value: number | undefined): void {
  if (value !== undefined) writer.double(field, value);
}
