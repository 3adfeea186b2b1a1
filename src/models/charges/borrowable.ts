/**
 * What an account may borrow against coins: balance x price x loan-to-value (Hyperliquid portfolio margin). A debt or a
 * negative price secures nothing.
 */
export function borrowable(balance: number, price: number, loanToValue: number): number {
  return Math.max(0, balance * price * loanToValue);
}
