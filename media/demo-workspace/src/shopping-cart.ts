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
  if (cents >= 10000) {
    return 10;
  }
  if (cents >= 5000) {
    return 5;
  }
  return 0;
}

/** What is left of the price. */
export function subtractRebate(price: number, rebate: number): number {
  return price - rebate;
}

/** The dearest one of a list of prices. */
export function largestPrice(prices: number[]): number {
  let best = prices[0];
  for (const price of prices) {
    if (price > best) {
      best = price;
    }
  }
  return best;
}
