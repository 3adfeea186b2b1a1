import type { Outcome } from '../domain/outcome.js';
import { modelFromFile, type ResolvedModel } from '../models/catalogue.js';
import { spanModelFromCsv } from '../models/span/risk-array-csv.js';
import { readJson, readText } from './files.js';

/** Whether a model is named by its file: JSON of any model, or the CSV of a risk-array set. */
export function isModelFile(name: string): boolean {
  return name.endsWith('.json') || name.endsWith('.csv');
}

export function readModelFile(file: string): Outcome<ResolvedModel> {
  if (!file.endsWith('.csv')) return modelFromFile(readJson(file, 'model'));
  const content = spanModelFromCsv(readText(file, 'model'));
  return content.ok ? modelFromFile(content.value) : content;
}
