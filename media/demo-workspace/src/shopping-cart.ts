/** One line of a shopping cart; prices are in cents, so that sums are exact. */
export interface Item {
  name: string;
  cents: number;
  quantity: number;
}

/** The sum of all lines, in cents. */
export function subtotal(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.cents * item.quantity, 0);
}

/** The discount in percent: 5 from 50 euros, 10 from 100 euros. */
export function discountPercent(cents: number): number {
  if (cents >= 10_000) return 10;
  if (cents >= 5_000) return 5;
  return 0;
}

/** What the customer pays, in cents. */
export function total(items: readonly Item[]): number {
  const sum = subtotal(items);
  return sum - Math.round((sum * discountPercent(sum)) / 100);
}

/** "1234" cents as "12.34 €". */
export function formatEuros(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')} €`;
}
