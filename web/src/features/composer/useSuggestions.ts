// The state of the autocomplete list, and its keys.
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { loadEmoji, useEmojiTable } from '@/emoji/data';
import { applySuggestion, findTrigger, suggest, type Suggestion, type Trigger, type SuggestionContext } from './autocomplete';

interface Options {
  text: string;
  area: RefObject<HTMLTextAreaElement | null>;
  context: SuggestionContext;
  replace: (text: string, caret: number) => void;
}

export function useSuggestions({ text, area, context, replace }: Options) {
  const emoji = useEmojiTable();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [list, setList] = useState<Suggestion[]>([]);
  const [active, setActive] = useState(0);
  const dismissed = useRef(-1);
  const { teamId, channelId } = context;

  const update = useCallback(() => {
    const element = area.current;
    if (!element || element.selectionStart !== element.selectionEnd) return setTrigger(null);
    const found = findTrigger(element.value, element.selectionStart);
    if (!found || found.start !== dismissed.current) dismissed.current = -1;
    setTrigger((old) => {
      const next = found && dismissed.current === found.start ? null : found;
      return old?.kind === next?.kind && old?.term === next?.term && old?.start === next?.start ? old : next;
    });
  }, [area]);

  useEffect(update, [text, update]);

  useEffect(() => {
    setActive(0);
    if (!trigger) return setList([]);
    if (trigger.kind === 'emoji') void loadEmoji();
    const controller = new AbortController();
    void suggest(trigger, { teamId, channelId }, emoji, controller.signal, setList);
    return () => controller.abort();
  }, [trigger, teamId, channelId, emoji]);

  const open = trigger !== null && list.length > 0;

  const close = useCallback(() => {
    dismissed.current = trigger?.start ?? -1;
    setTrigger(null);
  }, [trigger]);

  const pick = useCallback((index: number) => {
    const item = list[index];
    const element = area.current;
    if (!item || !trigger || !element) return;
    const next = applySuggestion(element.value, element.selectionStart, trigger, item.insert);
    setTrigger(null);
    replace(next.text, next.caret);
  }, [list, trigger, area, replace]);

  const onKeyDown = useCallback((event: KeyboardEvent): boolean => {
    if (!open || event.nativeEvent.isComposing) return false;
    if (event.key === 'ArrowDown') setActive((i) => (i + 1) % list.length);
    else if (event.key === 'ArrowUp') setActive((i) => (i - 1 + list.length) % list.length);
    else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey)) {
      const item = list[active];
      // Enter sends a command that is typed completely.
      if (event.key === 'Enter' && item?.kind === 'command' && item.name === trigger?.term) return false;
      pick(active);
    } else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }, [open, list, active, pick, close, trigger]);

  return { open, list, active, setActive, pick, close, update, onKeyDown };
}
