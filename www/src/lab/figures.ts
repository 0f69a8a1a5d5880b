/** Figures of the Lab as people write them where this person lives. */
import { regional } from "../i18n/numbers";

export interface Figures {
  /** 0 … 1, in per cent with one decimal. */
  percent(share: number): string;
  /** A small share, in per cent with two significant digits. */
  share(share: number): string;
  /** Three decimals: a loss. */
  loss(value: number): string;
  tenths(value: number): string;
  /** Very many, in words: 3.2 billion. */
  many(value: number): string;
  /** A learning rate: as many digits as it needs, four at most. */
  rate(value: number): string;
}

export function figures(language: string, wanted: readonly string[] = globalThis.navigator?.languages ?? []): Figures {
  const form = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(regional(language, wanted), options);
  const percent = form({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const share = form({ style: "percent", maximumSignificantDigits: 2 });
  const loss = form({ minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const powers = form({ notation: "scientific", maximumFractionDigits: 1 });
  const tenths = form({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const many = form({ notation: "compact", compactDisplay: "long", maximumSignificantDigits: 2 });
  const rate = form({ maximumSignificantDigits: 4 });
  return {
    many: (value) => many.format(value),
    // 99.96 % is not all of them.
    percent: (value) => percent.format(value < 1 ? Math.min(value, 0.999) : value),
    share: (value) => share.format(value),
    loss: (value) => (Math.abs(value) < 1e4 ? loss : powers).format(value),
    tenths: (value) => tenths.format(value),
    rate: (value) => (value !== 0 && (value < 1e-5 || value >= 1e6) ? powers : rate).format(value),
  };
}
