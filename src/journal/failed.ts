import type { JournalFailure, JournalFailureReason, JournalOutcome } from './journal.js';

/** A failure as an outcome. */
export function failed(failure: JournalFailure): { readonly ok: false; readonly failure: JournalFailure } {
  return { ok: false, failure };
}

/** As `failed`, from its parts. */
export function refused(
  reason: JournalFailureReason,
  message: string,
): { readonly ok: false; readonly failure: JournalFailure } {
  return { ok: false, failure: { reason, message } };
}

/** The value, where a failure would be a defect of the caller. */
export function unwrapJournal<T>(outcome: JournalOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.failure.reason}: ${outcome.failure.message}`);
}
