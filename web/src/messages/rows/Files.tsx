// Files on a message: pictures at their final size from the first frame, everything else as a card.
import type { FileInfo } from '@mattermost/types/files';
import type { Post } from '@mattermost/types/posts';
import { Download, FileArchive, FileAudio, FileCode, FileSpreadsheet, FileText, File as FileIcon, FileVideo, type LucideIcon } from 'lucide-react';
import { fileUrl, previewUrl, thumbnailUrl } from '@/api/files';
import { t } from '@/i18n';
import { cx, formatBytes } from '@/lib/text';
import { openDialog } from '@/state/ui';
import css from './files.module.css';

export const isPicture = (f: FileInfo) => f.mime_type.startsWith('image/') && f.mime_type !== 'image/svg+xml' && f.width > 0;

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

const LEAST_WIDTH = 48;
const LEAST_HEIGHT = 36;

const ONE = { width: 460, height: 320 };
// Several stand in rows of one height, cropped at the sides where they are very wide or very narrow.
const OF_MANY = { height: 140, leastWidth: 80, mostWidth: 226 };

function pictureSize(info: FileInfo, several: boolean): { width: number; height: number } {
  if (several && info.height >= OF_MANY.height) {
    const width = Math.round((info.width / info.height) * OF_MANY.height);
    return { width: Math.min(OF_MANY.mostWidth, Math.max(OF_MANY.leastWidth, width)), height: OF_MANY.height };
  }
  const scale = Math.min(1, ONE.width / info.width, ONE.height / info.height);
  return { width: Math.max(LEAST_WIDTH, Math.round(info.width * scale)), height: Math.max(LEAST_HEIGHT, Math.round(info.height * scale)) };
}

function Picture({ info, post, several }: { info: FileInfo; post: Post; several: boolean }) {
  const { width, height } = pictureSize(info, several);
  const small = width <= 120 && height <= 100;
  // Smaller than what a finger can hit: shown as it is in the middle, for enlarging would only blur it.
  const tiny = info.width < LEAST_WIDTH || info.height < LEAST_HEIGHT;
  const src = info.mime_type === 'image/gif' ? fileUrl(info.id) : small && !tiny ? thumbnailUrl(info.id) : previewUrl(info.id);
  const backdrop = info.mini_preview && !tiny ? `url(data:image/jpeg;base64,${info.mini_preview})` : undefined;
  return (
    <button
      type="button" className={cx(css.picture, tiny && css.tiny)} style={{ width, aspectRatio: `${width} / ${height}`, backgroundImage: backdrop }}
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

export function Files({ post }: { post: Post }) {
  const files = post.metadata?.files ?? [];
  if (files.length === 0) return null;
  const pictures = files.filter(isPicture);
  const media = files.filter((f) => !isPicture(f) && (f.mime_type.startsWith('video/') || f.mime_type.startsWith('audio/')));
  const others = files.filter((f) => !isPicture(f));
  return (
    <div className={css.files}>
      {pictures.length > 0 && (
        <div className={css.pictures}>{pictures.map((f) => <Picture key={f.id} info={f} post={post} several={pictures.length > 1} />)}</div>
      )}
      {media.map((f) => (f.mime_type.startsWith('video/')
        ? <video key={f.id} className={css.video} src={fileUrl(f.id)} controls preload="metadata" />
        : <audio key={f.id} className={css.audio} src={fileUrl(f.id)} controls preload="none" />))}
      {others.length > 0 && <div className={css.cards}>{others.map((f) => <Card key={f.id} info={f} />)}</div>}
    </div>
  );
}
