// Files attached to a draft.
import { RotateCcw, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Upload } from '@/data/uploads';
import { Spinner } from '@/design/primitives';
import { t } from '@/i18n';
import { cx, formatBytes } from '@/lib/text';
import { fileIcon } from '@/messages/rows/Files';
import css from './composer.module.css';

// The browser may be unable to display the image.
function Preview({ src, icon }: { src?: string; icon: ReactNode }) {
  const [broken, setBroken] = useState(false);
  return src && !broken ? <img src={src} alt="" onError={() => setBroken(true)} /> : <span className={css.uploadIcon}>{icon}</span>;
}

interface UploadListProps {
  uploads: Upload[];
  onRemove: (upload: Upload) => void;
  onRetry: (upload: Upload) => void;
}

export function UploadList({ uploads, onRemove, onRetry }: UploadListProps) {
  if (uploads.length === 0) return null;
  return (
    <ul className={css.uploads}>
      {uploads.map((upload) => {
        const Icon = fileIcon({ extension: upload.name.split('.').pop()?.toLowerCase() ?? '', mime_type: upload.type });
        return (
          <li key={upload.id} className={cx(css.upload, upload.error && css.uploadFailed)} data-testid="upload" data-done={Boolean(upload.info)}>
            <Preview src={upload.preview} icon={<Icon size={18} />} />
            <span className={css.uploadText}>
              <span>{upload.name}</span>
              <span className={css.uploadMeta}>{upload.error ?? (upload.info || upload.progress === 0 ? formatBytes(upload.size) : t('file.sent', { percent: Math.floor(upload.progress * 100), size: formatBytes(upload.size) }))}</span>
            </span>
            {upload.error
              ? <button type="button" className={css.uploadAction} aria-label={t('action.retry')} onClick={() => onRetry(upload)}><RotateCcw size={14} /></button>
              : !upload.info && <span className={css.uploadBusy}><Spinner /></span>}
            <button type="button" className={css.uploadAction} aria-label={t('file.remove', { name: upload.name })} onClick={() => onRemove(upload)}><X size={14} /></button>
            {!upload.info && !upload.error && (
              <progress className={css.progress} value={upload.progress} max={1} aria-label={t('file.progress', { name: upload.name })} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
