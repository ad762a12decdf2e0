// When scrolling by the reader has ended: some time after the last input, and after the frames that handle it.
import { useCallback, useEffect, useRef } from 'react';

const RESTS_AFTER_MS = 500;

/** Returns a function to call at every input; calls back once there was none for a while. */
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
    // A busy page may run the timer before the scroll events of the input, which are dispatched with the next frames.
    timer.current = setTimeout(() => {
      frame.current = requestAnimationFrame(() => { frame.current = requestAnimationFrame(onRest); });
    }, RESTS_AFTER_MS);
  }, [cancel, onRest]);
}
