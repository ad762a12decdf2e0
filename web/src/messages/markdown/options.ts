// How the reader wants messages displayed: keywords, smileys, formulas.
import { useMemo } from 'react';
import { preference } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { keywordsOf } from './keywords';
import type { ParseOptions } from './parse';

export const DISPLAY_SETTINGS = 'display_settings';
/** Mattermost's name; on unless set, as there. */
export const EMOTICONS = 'render_emoticons_as_emoji';
/** Mattermost has a setting of the server only, which is off by default. */
export const FORMULAS = 'render_latex';

export function useParseOptions(): ParseOptions {
  const emoticons = useEntities((s) => preference(s, DISPLAY_SETTINGS, EMOTICONS) !== 'false');
  const formulas = useEntities((s) => preference(s, DISPLAY_SETTINGS, FORMULAS) === 'true' && s.config.EnableLatex !== 'false');
  const props = useEntities((s) => s.users[s.meId]?.notify_props);
  const username = useEntities((s) => s.users[s.meId]?.username ?? '');
  const firstName = useEntities((s) => s.users[s.meId]?.first_name ?? '');
  const keys = props?.mention_keys ?? '';
  const byFirstName = String(props?.first_name ?? '');
  return useMemo(() => ({
    emoticons, formulas, keywords: keywordsOf({ mention_keys: keys, first_name: byFirstName }, { username, first_name: firstName }),
  }), [emoticons, formulas, keys, byFirstName, username, firstName]);
}
