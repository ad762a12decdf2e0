// The line that administrators show to everybody, also as a preview of one that is not saved yet.
import { X } from 'lucide-react';
import type { CSSProperties } from 'react';
import { currentTeamName } from '@/data/screen';
import { t } from '@/i18n';
import css from './announcement.module.css';
import { InlineMarkdown } from './markdown/Markdown';

interface AnnouncementProps {
  text: string;
  background: string;
  color: string;
  onDismiss?: () => void;
}

export function Announcement({ text, background, color, onDismiss }: AnnouncementProps) {
  return (
    <div className={css.announcement} style={{ '--announcement': background, '--on-announcement': color } as CSSProperties} role="status" data-testid="announcement">
      <p><InlineMarkdown text={text} team={currentTeamName()} /></p>
      {onDismiss && <button type="button" className={css.dismiss} aria-label={t('action.close')} data-testid="dismiss-announcement" onClick={onDismiss}><X size={15} /></button>}
    </div>
  );
}
