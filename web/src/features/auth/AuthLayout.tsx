// The frame around log-in, sign-up and set-up: the hall on one side, the form on the other.
import type { ReactNode } from 'react';
import { Mark } from '@/design/bits';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import css from './auth.module.css';

interface AuthLayoutProps {
  title: string;
  text?: ReactNode;
  steps?: { now: number; of: number };
  children: ReactNode;
  foot?: ReactNode;
}

export function AuthLayout({ title, text, steps, children, foot }: AuthLayoutProps) {
  const site = useEntities((s) => s.config.SiteName);
  return (
    <div className={css.page}>
      <aside className={css.hall} aria-hidden>
        <Arches />
        <p className={css.motto}>{t('auth.motto')}</p>
        <p className={css.mottoSmall}>{t('auth.mottoSmall')}</p>
      </aside>
      <main className={css.side}>
        <div className={css.panel}>
          <div className={css.brand}><Mark size={30} /><span>{site && site !== 'Mattermost' ? site : 'Guildhall'}</span></div>
          {steps && (
            <div className={css.steps} aria-label={t('setup.step', { now: steps.now, of: steps.of })}>
              {Array.from({ length: steps.of }, (_, i) => <span key={i} data-done={i < steps.now} />)}
            </div>
          )}
          <h1 className={css.title}>{title}</h1>
          {text && <p className={css.text}>{text}</p>}
          {children}
          {foot && <div className={css.foot}>{foot}</div>}
        </div>
      </main>
    </div>
  );
}

// A row of arches, drawn rather than loaded.
function Arches() {
  const arch = (x: number, w: number, h: number) => `M${x} 600V${600 - h + w / 2}a${w / 2} ${w / 2} 0 0 1 ${w} 0V600`;
  return (
    <svg className={css.arches} viewBox="0 0 600 600" preserveAspectRatio="xMidYMax slice">
      {[0, 1, 2, 3].map((i) => {
        const x = 20 + i * 148;
        return (
          <g key={i}>
            <path d={arch(x, 116, 250)} className={css.archFill} />
            <path d={arch(x + 13, 90, 224)} className={css.archLine} />
            <path d={arch(x + 26, 64, 198)} className={css.archLine} />
          </g>
        );
      })}
      <path d="M-40 306 300 176l340 130" className={css.archLine} />
      <path d="M-40 326 300 196l340 130" className={css.archLine} />
      <circle cx="300" cy="256" r="24" className={css.archLine} />
      <circle cx="300" cy="256" r="15" className={css.archFill} />
    </svg>
  );
}
