// The library for formulas, in a chunk of its own because few pages need it. It makes elements, not HTML.
import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Macros that expand to others, and sizes, are bounded. Returns whether the source is valid. */
export function renderFormula(source: string, target: HTMLElement, displayMode: boolean): boolean {
  try {
    katex.render(source, target, { displayMode, throwOnError: true, strict: false, trust: false, maxExpand: 300, maxSize: 20, output: 'htmlAndMathml' });
    return true;
  } catch {
    target.replaceChildren();
    return false;
  }
}
