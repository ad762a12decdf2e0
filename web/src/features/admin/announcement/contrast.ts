// How well a text can be read on a background: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio

/** What WCAG 2.1 asks for texts of normal size. */
export const CONTRAST_MIN = 4.5;

function luminance(color: string): number {
  const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  const channel = (at: number) => linear(parseInt(color.slice(at, at + 2), 16) / 255);
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** 1 to 21, of two colours such as `#f2a93b`. */
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
