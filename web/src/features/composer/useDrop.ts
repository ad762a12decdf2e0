// Dropping files anywhere on the pane that contains the composer.
import { useEffect, useRef, useState, type RefObject } from 'react';

export function useDrop(inside: RefObject<HTMLElement | null>, onFiles: (files: File[]) => void) {
  const [zone, setZone] = useState<HTMLElement | null>(null);
  const [dragging, setDragging] = useState(false);
  const handler = useRef(onFiles);
  useEffect(() => { handler.current = onFiles; }, [onFiles]);
  useEffect(() => {
    const element = inside.current?.closest<HTMLElement>('[data-dropzone]') ?? null;
    setZone(element);
    if (!element) return undefined;
    // Enter and leave fire for every child; the depth is 0 when the pane itself was left.
    let depth = 0;
    const hasFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;
    const enter = (e: DragEvent) => { if (hasFiles(e)) { depth += 1; setDragging(true); } };
    const leave = (e: DragEvent) => { if (hasFiles(e) && (depth -= 1) <= 0) setDragging(false); };
    const over = (e: DragEvent) => { if (hasFiles(e)) e.preventDefault(); };
    const drop = (e: DragEvent) => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      depth = 0;
      setDragging(false);
      handler.current([...(e.dataTransfer?.files ?? [])]);
    };
    element.addEventListener('dragenter', enter);
    element.addEventListener('dragleave', leave);
    element.addEventListener('dragover', over);
    element.addEventListener('drop', drop);
    return () => {
      element.removeEventListener('dragenter', enter);
      element.removeEventListener('dragleave', leave);
      element.removeEventListener('dragover', over);
      element.removeEventListener('drop', drop);
    };
  }, [inside]);
  return { zone, dragging };
}
