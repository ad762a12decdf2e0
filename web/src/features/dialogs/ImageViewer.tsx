// A picture at full size, and the way to the others of its message.
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { useState, type KeyboardEvent, type MouseEvent } from 'react';
import { fileUrl } from '@/api/files';
import { t } from '@/i18n';
import { formatBytes } from '@/lib/text';
import { formatFull } from '@/lib/time';
import { isPicture } from '@/messages/rows/Files';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { closeDialog } from '@/state/ui';
import css from './dialogs.module.css';

export function ImageViewer({ postId, fileId }: { postId: string; fileId: string }) {
  const post = useEntities((s) => s.posts[postId]);
  const author = useEntities((s) => displayName(s.users[post?.user_id ?? '']));
  const pictures = (post?.metadata?.files ?? []).filter(isPicture);
  const [index, setIndex] = useState(() => Math.max(0, pictures.findIndex((f) => f.id === fileId)));
  const info = pictures[index];
  if (!post || !info) return null;
  const turn = (by: number) => setIndex((i) => (i + by + pictures.length) % pictures.length);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') turn(-1);
    else if (event.key === 'ArrowRight') turn(1);
  };
  const onStage = (event: MouseEvent) => { if (event.target === event.currentTarget) closeDialog(); };
  return (
    <BaseDialog.Root open onOpenChange={(open) => { if (!open) closeDialog(); }}>
      <BaseDialog.Portal>
        <BaseDialog.Popup className={css.viewer} onKeyDown={onKeyDown} data-testid="image-viewer">
          <BaseDialog.Title className="visually-hidden">{info.name}</BaseDialog.Title>
          <div className={css.viewerBar}>
            <div><b>{info.name}</b><span>{author} · {formatFull(post.create_at)} · {formatBytes(info.size)}</span></div>
            <a className={css.viewerButton} href={fileUrl(info.id, true)} download={info.name} aria-label={t('file.download')} title={t('file.download')}><Download size={19} /></a>
            <BaseDialog.Close className={css.viewerButton} aria-label={t('action.close')}><X size={20} /></BaseDialog.Close>
          </div>
          <div className={css.stage} onClick={onStage}>
            {pictures.length > 1 && <button type="button" className={css.turn} aria-label={t('action.previous')} onClick={() => turn(-1)}><ChevronLeft size={22} /></button>}
            <img key={info.id} src={fileUrl(info.id)} alt={info.name} />
            {pictures.length > 1 && <button type="button" className={css.turn} aria-label={t('action.next')} onClick={() => turn(1)}><ChevronRight size={22} /></button>}
          </div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
