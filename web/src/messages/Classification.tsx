// The line that says how confidential the server is, also as a preview of one that is not saved yet.
import type { CSSProperties } from 'react';
import css from './announcement.module.css';

interface ClassificationProps {
  level: string;
  text: string;
  background: string;
  color: string;
  testId?: string;
}

export function Classification({ level, text, background, color, testId = 'classification' }: ClassificationProps) {
  return (
    <div className={css.classification} style={{ '--announcement': background, '--on-announcement': color } as CSSProperties} data-testid={testId}>
      <b>{level}</b>
      {text && <span>{text}</span>}
    </div>
  );
}
