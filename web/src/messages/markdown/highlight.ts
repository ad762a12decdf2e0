// The code highlighter, a chunk of its own because most pages never need it. Yields a tree, not HTML.
import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);
export type Highlighted = ReturnType<typeof lowlight.highlight>;

export function highlight(code: string, language: string): Highlighted | null {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : null;
}
