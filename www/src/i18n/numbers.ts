/** Numbers and dates as people write them where this person lives; the digits themselves are the same in both languages. */

export interface Numbers {
  whole(n: number): string;
  /** 0 … 1 as whole per cent. */
  percent(share: number): string;
  bytes(n: number): string;
  date(ms: number): string;
  /** The decimal mark. */
  mark: string;
  list(items: readonly string[], join: "or" | "and"): string;
}

/** The region's form of the language, as the browser's settings have it: `es-MX` for `es`. The language itself where there is none. */
export function regional(language: string, wanted: readonly string[]): string {
  const known = wanted.filter((tag) => tag.toLowerCase().split("-")[0] === language);
  for (const tag of known) {
    try {
      return Intl.getCanonicalLocales(tag)[0] ?? language;
    } catch {
      // Not a tag that Intl can make sense of ("en_GB"): the next may be.
    }
  }
  return language;
}

export function numbers(language: string, wanted: readonly string[] = globalThis.navigator?.languages ?? []): Numbers {
  const locale = regional(language, wanted);
  const whole = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const kilobytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const either = new Intl.ListFormat(locale, { type: "disjunction" });
  const both = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    whole: (n) => whole.format(n),
    percent: (share) => percent.format(share),
    bytes: (n) => (n < 1_000_000 ? `${kilobytes.format(Math.max(1, n / 1000))}\u00A0kB` : `${kilobytes.format(n / 1e6)}\u00A0MB`),
    date: (ms) => date.format(ms),
    mark: whole.formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".",
    list: (items, join) => (join === "or" ? either : both).format(items),
  };
}
