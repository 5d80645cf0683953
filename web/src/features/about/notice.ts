/** As the root NOTICE has it; a test compares. */
export const tradingViewNotice = [
  "TradingView Lightweight Charts™",
  "Copyright (c) 2026 TradingView, Inc. https://www.tradingview.com/",
] as const;
