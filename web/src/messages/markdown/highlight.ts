// The code highlighter, in a chunk of its own because few pages need it. Returns a tree, not HTML.
import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);
export type Highlighted = ReturnType<typeof lowlight.highlight>;

export function highlight(code: string, language: string): Highlighted | null {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : null;
}
