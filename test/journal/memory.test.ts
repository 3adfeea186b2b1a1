import { openMemoryJournal, processEnvironment } from '../../src/journal/open-memory.js';
import { describeJournal } from './conformance.js';

describeJournal('memory', () =>
  Promise.resolve({ open: (clock) => openMemoryJournal(processEnvironment(clock)) }),
);
