// A picture at full size, and the way to the others of its message.
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { fileUrl } from '@/api/files';
import { t } from '@/i18n';
import { cx, formatBytes } from '@/lib/text';
import { formatFull } from '@/lib/time';
import { isPicture } from '@/messages/rows/Files';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { closeDialog } from '@/state/ui';
import css from './viewer.module.css';

// What stays in the middle when a picture is enlarged, as parts of its width and height.
type Spot = { x: number; y: number };
const MIDDLE: Spot = { x: 0.5, y: 0.5 };
// A picture that is on screen pixel for pixel is still worth a closer look.
const LEAST_ENLARGEMENT = 2;

export function ImageViewer({ postId, fileId }: { postId: string; fileId: string }) {
  const post = useEntities((s) => s.posts[postId]);
  const author = useEntities((s) => displayName(s.users[post?.user_id ?? '']));
  const pictures = (post?.metadata?.files ?? []).filter(isPicture);
  const [index, setIndex] = useState(() => Math.max(0, pictures.findIndex((f) => f.id === fileId)));
  const [spot, setSpot] = useState<Spot | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const info = pictures[index];
  const next = pictures[(index + 1) % pictures.length];

  useLayoutEffect(() => {
    const [box, picture] = [stage.current, image.current];
    if (!box || !picture || !info) return;
    picture.style.width = '';
    if (!spot) return;
    picture.style.width = `${Math.max(info.width, picture.clientWidth * LEAST_ENLARGEMENT)}px`;
    box.scrollTo(picture.offsetLeft + picture.clientWidth * spot.x - box.clientWidth / 2, picture.offsetTop + picture.clientHeight * spot.y - box.clientHeight / 2);
  }, [spot, info]);

  // The neighbour is there when it is asked for.
  useEffect(() => { if (next) new Image().src = fileUrl(next.id); }, [next]);

  if (!post || !info) return null;
  const turn = (by: number) => {
    setSpot(null);
    setIndex((i) => (i + by + pictures.length) % pictures.length);
  };
  const zoom = (at: Spot = MIDDLE) => setSpot((now) => (now ? null : at));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') turn(-1);
    else if (event.key === 'ArrowRight') turn(1);
    else if (event.key === '+' || event.key === '=') setSpot(MIDDLE);
    else if (event.key === '-') setSpot(null);
    else return;
    event.preventDefault();
  };
  const onPicture = (event: MouseEvent<HTMLImageElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    zoom({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  };
  const onStage = (event: MouseEvent) => { if (event.target === event.currentTarget) closeDialog(); };
  const facts = [pictures.length > 1 && t('viewer.count', { now: index + 1, of: pictures.length }), author, formatFull(post.create_at), `${info.width} × ${info.height}`, formatBytes(info.size)];
  return (
    <BaseDialog.Root open onOpenChange={(open) => { if (!open) closeDialog(); }}>
      <BaseDialog.Portal>
        <BaseDialog.Popup className={css.viewer} onKeyDown={onKeyDown} data-testid="image-viewer">
          <BaseDialog.Title className="visually-hidden">{info.name}</BaseDialog.Title>
          <div className={css.bar}>
            <div><b>{info.name}</b><span>{facts.filter(Boolean).join(' · ')}</span></div>
            <button type="button" className={css.button} aria-pressed={spot !== null} aria-label={t('viewer.zoom')} title={t('viewer.zoom')} data-testid="viewer-zoom" onClick={() => zoom()}>
              {spot ? <ZoomOut size={19} /> : <ZoomIn size={19} />}
            </button>
            <a className={css.button} href={fileUrl(info.id, true)} download={info.name} aria-label={t('file.download')} title={t('file.download')}><Download size={19} /></a>
            <BaseDialog.Close className={css.button} aria-label={t('action.close')}><X size={20} /></BaseDialog.Close>
          </div>
          <div className={css.room}>
            <div className={cx(css.stage, spot && css.zoomed)} ref={stage} onClick={onStage}>
              <img
                key={info.id} ref={image} src={fileUrl(info.id)} alt={info.name} onClick={onPicture}
                style={{ '--width': `${info.width}px`, '--ratio': info.width / info.height, backgroundImage: info.mini_preview && `url(data:image/jpeg;base64,${info.mini_preview})` } as CSSProperties}
              />
            </div>
            {pictures.length > 1 && (
              <>
                <button type="button" className={css.turn} aria-label={t('action.previous')} onClick={() => turn(-1)}><ChevronLeft size={22} /></button>
                <button type="button" className={css.turn} aria-label={t('action.next')} onClick={() => turn(1)}><ChevronRight size={22} /></button>
              </>
            )}
          </div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
