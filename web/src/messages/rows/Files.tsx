// Files of a message: images at their final size before they are loaded, other files as cards.
import type { FileInfo } from '@mattermost/types/files';
import type { Post } from '@mattermost/types/posts';
import { Download, FileArchive, FileAudio, FileCode, FileSpreadsheet, FileText, File as FileIcon, FileVideo, type LucideIcon } from 'lucide-react';
import { fileUrl, previewUrl, thumbnailUrl } from '@/api/files';
import { t } from '@/i18n';
import { cx, formatBytes } from '@/lib/text';
import { filesOf } from '@/state/entities/posts';
import { openDialog } from '@/state/ui';
import css from './files.module.css';

export const isImage = (f: FileInfo) => f.mime_type.startsWith('image/') && f.mime_type !== 'image/svg+xml' && f.width > 0;

export function fileIcon(info: Pick<FileInfo, 'extension' | 'mime_type'>): LucideIcon {
  const { extension, mime_type: mime } = info;
  if (mime?.startsWith('video/')) return FileVideo;
  if (mime?.startsWith('audio/')) return FileAudio;
  if (['zip', 'gz', 'tar', '7z', 'rar', 'xz', 'zst'].includes(extension)) return FileArchive;
  if (['csv', 'xls', 'xlsx', 'ods', 'numbers'].includes(extension)) return FileSpreadsheet;
  if (['js', 'ts', 'tsx', 'rs', 'py', 'go', 'java', 'c', 'h', 'cpp', 'json', 'html', 'css', 'sh', 'toml', 'yaml', 'yml'].includes(extension)) return FileCode;
  if (['txt', 'md', 'pdf', 'doc', 'docx', 'odt', 'rtf', 'log'].includes(extension)) return FileText;
  return FileIcon;
}

const MIN_WIDTH = 48;
const MIN_HEIGHT = 36;

const SINGLE_IMAGE = { width: 460, height: 320 };
// Several images are in rows of the same height; very wide and very narrow ones are cropped.
const IMAGE_ROW = { height: 140, minWidth: 80, maxWidth: 226 };

function displaySize(info: FileInfo, several: boolean): { width: number; height: number } {
  if (several && info.height >= IMAGE_ROW.height) {
    const width = Math.round((info.width / info.height) * IMAGE_ROW.height);
    return { width: Math.min(IMAGE_ROW.maxWidth, Math.max(IMAGE_ROW.minWidth, width)), height: IMAGE_ROW.height };
  }
  const scale = Math.min(1, SINGLE_IMAGE.width / info.width, SINGLE_IMAGE.height / info.height);
  return { width: Math.max(MIN_WIDTH, Math.round(info.width * scale)), height: Math.max(MIN_HEIGHT, Math.round(info.height * scale)) };
}

// Formats that may move: the original is displayed, because a preview may stand still.
const MOVING = new Set(['image/webp', 'image/avif', 'image/apng', 'image/png']);
const MOVING_SIZE_MAX = 4_000_000;
const PNG_SIZE_MAX = 500_000;

export const showsOriginal = ({ mime_type: type, size }: Pick<FileInfo, 'mime_type' | 'size'>): boolean =>
  type === 'image/gif' || (MOVING.has(type) && size <= (type === 'image/png' ? PNG_SIZE_MAX : MOVING_SIZE_MAX));

function ImageThumbnail({ info, post, several }: { info: FileInfo; post: Post; several: boolean }) {
  const { width, height } = displaySize(info, several);
  const small = width <= 120 && height <= 100;
  // Smaller than the button: centred, because enlarging would blur it.
  const tiny = info.width < MIN_WIDTH || info.height < MIN_HEIGHT;
  const src = showsOriginal(info) ? fileUrl(info.id) : small && !tiny ? thumbnailUrl(info.id) : previewUrl(info.id);
  const backdrop = info.mini_preview && !tiny ? `url(data:image/jpeg;base64,${info.mini_preview})` : undefined;
  return (
    <button
      type="button" className={cx(css.image, tiny && css.tiny)} style={{ width, aspectRatio: `${width} / ${height}`, backgroundImage: backdrop }}
      aria-label={t('file.open', { name: info.name })} data-testid="image-attachment"
      onClick={() => openDialog({ kind: 'image', fileId: info.id, postId: post.id })}
    >
      <img src={src} alt={info.name} loading="lazy" width={width} height={height} />
    </button>
  );
}

function Card({ info }: { info: FileInfo }) {
  const Icon = fileIcon(info);
  return (
    <a className={css.card} href={fileUrl(info.id, true)} download={info.name} data-testid="file-attachment">
      <span className={css.icon}><Icon size={20} /></span>
      <span className={css.text}>
        <span className={css.name}>{info.name}</span>
        <span className={css.meta}>{[info.extension.toUpperCase(), formatBytes(info.size)].filter(Boolean).join(' · ')}</span>
      </span>
      <Download size={16} className={css.download} />
    </a>
  );
}

// MPEG streams, which no browser plays; TypeScript files were taken for such.
const UNPLAYABLE = new Set(['video/mp2t', 'video/vnd.dlna.mpeg-tts']);

const isMedia = ({ mime_type: type }: FileInfo) => /^(?:video|audio)\//.test(type) && !UNPLAYABLE.has(type);

export function Files({ post }: { post: Post }) {
  const files = filesOf(post);
  if (files.length === 0) return null;
  const images = files.filter(isImage);
  const media = files.filter(isMedia);
  const others = files.filter((f) => !isImage(f));
  return (
    <div className={css.files}>
      {images.length > 0 && (
        <div className={css.images}>{images.map((f) => <ImageThumbnail key={f.id} info={f} post={post} several={images.length > 1} />)}</div>
      )}
      {media.map((f) => (f.mime_type.startsWith('video/')
        ? <video key={f.id} className={css.video} src={fileUrl(f.id)} controls preload="metadata" />
        : <audio key={f.id} className={css.audio} src={fileUrl(f.id)} controls preload="none" />))}
      {others.length > 0 && <div className={css.cards}>{others.map((f) => <Card key={f.id} info={f} />)}</div>}
    </div>
  );
}
