// The layout of log-in, sign-up and set-up: a banner on one side, the form on the other.
import { useState, type ReactNode } from 'react';
import { brandImageUrl } from '@/api/brand';
import { Logo } from '@/design/primitives';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import { Markdown } from '@/messages/markdown/Markdown';
import { useEntities } from '@/state/store';
import css from './auth.module.css';

interface AuthLayoutProps {
  title: string;
  text?: ReactNode;
  // For a form with more than a few fields.
  wide?: boolean;
  progress?: { step: number; total: number };
  children: ReactNode;
  foot?: ReactNode;
}

export function AuthLayout({ title, text, wide, progress, children, foot }: AuthLayoutProps) {
  const site = useEntities((s) => s.config.SiteName);
  const isBranded = useEntities((s) => s.config.EnableCustomBrand === 'true');
  return (
    <div className={css.page}>
      {isBranded ? <Brand name={site ?? ''} /> : (
        <aside className={css.banner} aria-hidden>
          <BannerDrawing />
          <p className={css.tagline}>{t('auth.tagline')}</p>
          <p className={css.taglineText}>{t('auth.taglineText')}</p>
        </aside>
      )}
      <main className={css.side}>
        <div className={cx(css.panel, wide && css.wide)}>
          <div className={css.brand}><Logo size={30} /><span>{site && site !== 'Mattermost' ? site : 'Guildhall'}</span></div>
          {progress && (
            <div className={css.steps} aria-label={t('setup.step', progress)}>
              {Array.from({ length: progress.total }, (_, i) => <span key={i} data-done={i < progress.step} />)}
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

// The picture and the text of the administrators.
function Brand({ name }: { name: string }) {
  const text = useEntities((s) => s.config.CustomBrandText ?? '');
  const [hasImage, setHasImage] = useState(true);
  return (
    <aside className={cx(css.banner, css.branded)} data-testid="brand">
      {hasImage ? <img className={css.brandImage} src={brandImageUrl()} alt={name} data-testid="brand-image" onError={() => setHasImage(false)} /> : <BannerDrawing />}
      {text && <div className={css.brandText} data-testid="brand-text"><Markdown text={text} team="" /></div>}
    </aside>
  );
}

// The banner's drawing, inline so that nothing has to load.
function BannerDrawing() {
  const arch = (x: number, w: number, h: number) => `M${x} 600V${600 - h + w / 2}a${w / 2} ${w / 2} 0 0 1 ${w} 0V600`;
  return (
    <svg className={css.drawing} viewBox="0 0 600 600" preserveAspectRatio="xMidYMax slice">
      {[0, 1, 2, 3].map((i) => {
        const x = 20 + i * 148;
        return (
          <g key={i}>
            <path d={arch(x, 116, 250)} className={css.drawingFill} />
            <path d={arch(x + 13, 90, 224)} className={css.drawingLine} />
            <path d={arch(x + 26, 64, 198)} className={css.drawingLine} />
          </g>
        );
      })}
      <path d="M-40 306 300 176l340 130" className={css.drawingLine} />
      <path d="M-40 326 300 196l340 130" className={css.drawingLine} />
      <circle cx="300" cy="256" r="24" className={css.drawingLine} />
      <circle cx="300" cy="256" r="15" className={css.drawingFill} />
    </svg>
  );
}
