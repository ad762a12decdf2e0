// The store of everything loaded from the server. It is changed by `apply` with a pure function only.
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import { emptyEntities, type Change, type Entities } from './entities/model';

export const store = createStore<Entities>(() => emptyEntities);

export const getState = () => store.getState();

export function apply(change: Change): void {
  const before = store.getState();
  const after = change(before);
  if (after !== before) store.setState(after, true);
}

export function resetEntities(): void {
  store.setState((s) => ({ ...emptyEntities, config: s.config }), true);
}

export function useEntities<T>(selector: (state: Entities) => T): T {
  return useStore(store, selector);
}

// For selectors that build a new array or object each time.
export function useEntitiesShallow<T>(selector: (state: Entities) => T): T {
  return useStore(store, useShallow(selector));
}
