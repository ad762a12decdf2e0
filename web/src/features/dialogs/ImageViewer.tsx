// An image at full size, with navigation among the images of its message.
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { fileUrl } from '@/api/files';
import { t } from '@/i18n';
import { cx, formatBytes } from '@/lib/text';
import { formatFull } from '@/lib/time';
import { isImage } from '@/messages/rows/Files';
import { filesOf, postById } from '@/state/entities/posts';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { closeDialog } from '@/state/ui';
import css from './viewer.module.css';

// The point that stays in the centre when an image is zoomed, in fractions of its width and height.
type ZoomCenter = { x: number; y: number };
const CENTER: ZoomCenter = { x: 0.5, y: 0.5 };
// Images that are displayed at their full size can be enlarged as well.
const MIN_ZOOM = 2;

export function ImageViewer({ postId, fileId }: { postId: string; fileId: string }) {
  const post = useEntities((s) => postById(s, postId));
  const author = useEntities((s) => displayName(s.users[post?.user_id ?? '']));
  const images = (post ? filesOf(post) : []).filter(isImage);
  const [index, setIndex] = useState(() => Math.max(0, images.findIndex((f) => f.id === fileId)));
  const [zoomCenter, setZoomCenter] = useState<ZoomCenter | null>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const info = images[index];
  const next = images[(index + 1) % images.length];

  useLayoutEffect(() => {
    const [box, element] = [viewport.current, image.current];
    if (!box || !element || !info) return;
    element.style.width = '';
    if (!zoomCenter) return;
    element.style.width = `${Math.max(info.width, element.clientWidth * MIN_ZOOM)}px`;
    box.scrollTo(element.offsetLeft + element.clientWidth * zoomCenter.x - box.clientWidth / 2, element.offsetTop + element.clientHeight * zoomCenter.y - box.clientHeight / 2);
  }, [zoomCenter, info]);

  // Preloads the next image.
  useEffect(() => { if (next) new Image().src = fileUrl(next.id); }, [next]);

  // The message or the image was deleted.
  useEffect(() => { if (!info) closeDialog(); }, [info]);

  if (!post || !info) return null;
  const step = (by: number) => {
    setZoomCenter(null);
    setIndex((i) => (i + by + images.length) % images.length);
  };
  const zoom = (at: ZoomCenter = CENTER) => setZoomCenter((now) => (now ? null : at));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') step(-1);
    else if (event.key === 'ArrowRight') step(1);
    else if (event.key === '+' || event.key === '=') setZoomCenter(CENTER);
    else if (event.key === '-') setZoomCenter(null);
    else return;
    event.preventDefault();
  };
  const onImage = (event: MouseEvent<HTMLImageElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    zoom({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  };
  const onBackground = (event: MouseEvent) => { if (event.target === event.currentTarget) closeDialog(); };
  const details = [images.length > 1 && t('viewer.count', { index: index + 1, total: images.length }), author, formatFull(post.create_at), `${info.width} × ${info.height}`, formatBytes(info.size)];
  return (
    <BaseDialog.Root open onOpenChange={(open) => { if (!open) closeDialog(); }}>
      <BaseDialog.Portal>
        <BaseDialog.Popup className={css.viewer} onKeyDown={onKeyDown} data-testid="image-viewer">
          <BaseDialog.Title className="visually-hidden">{info.name}</BaseDialog.Title>
          <div className={css.bar}>
            <div><b>{info.name}</b><span>{details.filter(Boolean).join(' · ')}</span></div>
            <button type="button" className={css.button} aria-pressed={zoomCenter !== null} aria-label={t('viewer.zoom')} title={t('viewer.zoom')} data-testid="viewer-zoom" onClick={() => zoom()}>
              {zoomCenter ? <ZoomOut size={19} /> : <ZoomIn size={19} />}
            </button>
            <a className={css.button} href={fileUrl(info.id, true)} download={info.name} aria-label={t('file.download')} title={t('file.download')}><Download size={19} /></a>
            <BaseDialog.Close className={css.button} aria-label={t('action.close')}><X size={20} /></BaseDialog.Close>
          </div>
          <div className={css.imageArea}>
            <div className={cx(css.viewport, zoomCenter && css.zoomed)} ref={viewport} onClick={onBackground}>
              <img
                key={info.id} ref={image} src={fileUrl(info.id)} alt={info.name} onClick={onImage}
                style={{ '--width': `${info.width}px`, '--ratio': info.width / info.height, backgroundImage: info.mini_preview && `url(data:image/jpeg;base64,${info.mini_preview})` } as CSSProperties}
              />
            </div>
            {images.length > 1 && (
              <>
                <button type="button" className={css.step} aria-label={t('action.previous')} onClick={() => step(-1)}><ChevronLeft size={22} /></button>
                <button type="button" className={css.step} aria-label={t('action.next')} onClick={() => step(1)}><ChevronRight size={22} /></button>
              </>
            )}
          </div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
