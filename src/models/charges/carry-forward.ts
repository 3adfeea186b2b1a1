/** Forward of a coin whose futures carry an annualised basis: index x e^(basis x T) (Dederi; margin-models.md 18). */
export function carryForward(index: number, annualBasis: number, timeToExpiryYears: number): number {
  return index * Math.exp(annualBasis * timeToExpiryYears);
}
