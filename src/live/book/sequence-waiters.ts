interface Waiter {
  readonly accountSeq: number;
  readonly resolve: (isReached: boolean) => void;
}

/** Readers that wait for an account to reach a sequence number. */
export class SequenceWaiters {
  readonly #byAccount = new Map<string, Set<Waiter>>();

  /** True once the account is there, false when the signal comes first. */
  wait(accountId: string, accountSeq: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiters = this.#byAccount.get(accountId) ?? new Set<Waiter>();
      this.#byAccount.set(accountId, waiters);
      const leave = (): void => {
        this.#leave(accountId, waiter);
        resolve(false);
      };
      const waiter: Waiter = {
        accountSeq,
        resolve: (isReached) => {
          signal?.removeEventListener('abort', leave);
          resolve(isReached);
        },
      };
      waiters.add(waiter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  reached(accountId: string, accountSeq: number): void {
    const waiters = this.#byAccount.get(accountId);
    if (waiters === undefined) return;
    for (const waiter of waiters) {
      if (waiter.accountSeq > accountSeq) continue;
      this.#leave(accountId, waiter);
      waiter.resolve(true);
    }
  }

  #leave(accountId: string, waiter: Waiter): void {
    const waiters = this.#byAccount.get(accountId);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#byAccount.delete(accountId);
  }
}
