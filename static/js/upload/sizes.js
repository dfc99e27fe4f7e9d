// Bytes for people: "740 KB", "1.5 GB".

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte"];

export function size(bytes) {
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 1), UNITS.length);
  const amount = bytes / 1024 ** power;
  const digits = { maximumFractionDigits: amount < 10 ? 1 : 0 };
  return amount.toLocaleString(document.documentElement.lang, { style: "unit", unit: UNITS[power - 1], ...digits });
}
