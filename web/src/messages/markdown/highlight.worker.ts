// The code highlighter, in a worker: its patterns take long for some texts, and must not stop the page. Returns a tree, not HTML.
import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);
export type Highlighted = ReturnType<typeof lowlight.highlight>;

export interface HighlightJob {
  id: number;
  code: string;
  language: string;
}

export interface HighlightResult {
  id: number;
  tree: Highlighted | null;
}

addEventListener('message', ({ data: { id, code, language } }: MessageEvent<HighlightJob>) => {
  let tree: Highlighted | null = null;
  try {
    tree = lowlight.registered(language) ? lowlight.highlight(language, code) : null;
  } catch {
    // Without a tree the code is displayed plain.
  }
  postMessage({ id, tree } satisfies HighlightResult);
});
