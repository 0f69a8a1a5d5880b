/** Numbers as people write them; the digits themselves are the same in both languages. */

export interface Numbers {
  whole(n: number): string;
  /** 0 … 1 as whole per cent. */
  percent(share: number): string;
  bytes(n: number): string;
  date(ms: number): string;
  list(items: readonly string[], join: "or" | "and"): string;
}

export function numbers(locale: string): Numbers {
  const whole = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const kilobytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const either = new Intl.ListFormat(locale, { type: "disjunction" });
  const both = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    whole: (n) => whole.format(n),
    percent: (share) => percent.format(share),
    bytes: (n) => (n < 1_000_000 ? `${kilobytes.format(Math.max(1, n / 1000))} kB` : `${kilobytes.format(n / 1e6)} MB`),
    date: (ms) => date.format(ms),
    list: (items, join) => (join === "or" ? either : both).format(items),
  };
}
