// The announcement of the administrators above everything else, until it is closed.
import { useState } from 'react';
import { readLocal, writeLocal } from '@/lib/storage';
import { hash } from '@/lib/text';
import { Announcement } from '@/messages/Announcement';
import { useEntities } from '@/state/store';

const DISMISSED = 'dismissedAnnouncement';

export function AnnouncementBanner() {
  const text = useEntities((s) => (s.config.EnableBanner === 'true' ? (s.config.BannerText ?? '').trim() : ''));
  const background = useEntities((s) => s.config.BannerColor ?? '');
  const color = useEntities((s) => s.config.BannerTextColor ?? '');
  const canBeDismissed = useEntities((s) => s.config.AllowBannerDismissal === 'true');
  const [dismissed, setDismissed] = useState(() => readLocal(DISMISSED));
  const version = String(hash(text));
  if (text === '' || (canBeDismissed && dismissed === version)) return null;
  const dismiss = () => {
    writeLocal(DISMISSED, version);
    setDismissed(version);
  };
  return <Announcement text={text} background={background} color={color} onDismiss={canBeDismissed ? dismiss : undefined} />;
}
