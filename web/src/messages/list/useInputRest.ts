// When the reader's input rests: some time after its last sign, and not before the page was painted again.
import { useCallback, useEffect, useRef } from 'react';

const RESTS_AFTER_MS = 500;

/** Calls back once the input rests; what it returns is to be called at every sign of input. */
export function useInputRest(onRest: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const frame = useRef(0);
  const cancel = useCallback(() => {
    clearTimeout(timer.current);
    cancelAnimationFrame(frame.current);
  }, []);
  useEffect(() => cancel, [cancel]);
  return useCallback(() => {
    cancel();
    // A busy page may run the timer before the scroll events of that input; those come with its next frames.
    timer.current = setTimeout(() => {
      frame.current = requestAnimationFrame(() => { frame.current = requestAnimationFrame(onRest); });
    }, RESTS_AFTER_MS);
  }, [cancel, onRest]);
}
