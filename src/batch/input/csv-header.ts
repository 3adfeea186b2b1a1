import { BatchInputError, messageOf } from '../batch-error.js';
import { COLUMN_NAMES, isColumn } from './columns.js';
import { SEPARATORS, splitRecord, type Separator } from './csv-record.js';
import { shown } from './shown.js';
import { findLine } from './text-lines.js';
import { encodingProblem } from './utf8.js';

/** Form of a CSV file as its first line says: nothing of it is guessed from the rows. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly separator: Separator;
}

/** Reads the first line, which has to be the header. The separator is the one that makes the most columns known. */
export async function readHeader(file: string): Promise<CsvHeader> {
  const bytes = await firstLine(file);
  const bad = encodingProblem(bytes, 1);
  if (bad !== undefined) throw new BatchInputError(`${file}: line 1: ${bad}`);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.includes('\r'))
    throw new BatchInputError(
      `${file}: line 1: expected lines that end with \\n or \\r\\n but received \\r alone`,
    );
  const headers = SEPARATORS.flatMap((separator) => {
    const record = splitRecord(text, separator);
    return record.form === 'whole' ? [{ separator, names: record.values.map((name) => name.trim()) }] : [];
  });
  const known = ({ names }: CsvHeader): number => names.filter(isColumn).length;
  const best = headers.reduce<CsvHeader | undefined>(
    (best, header) => (best === undefined || known(header) > known(best) ? header : best),
    undefined,
  );
  if (best === undefined || known(best) === 0)
    throw new BatchInputError(
      `${file}: line 1: expected a header with columns of ${COLUMN_NAMES.join(', ')} but received ${shown(text)}`,
    );
  const twice = best.names.find((name, at) => isColumn(name) && best.names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new BatchInputError(`${file}: line 1: expected each column once but ${twice} stands twice`);
  return best;
}

async function firstLine(file: string): Promise<Buffer> {
  try {
    return (await findLine(file, (bytes) => Buffer.from(bytes))) ?? Buffer.alloc(0);
  } catch (error) {
    throw new BatchInputError(`${file}: cannot read: ${messageOf(error)}`);
  }
}
