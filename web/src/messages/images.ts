// Pictures of other servers: loaded through this one, so that theirs do not learn who reads a message.
import { proxiedImageUrl } from '@/api/files';
import { sitePath } from '@/lib/base';
import { useEntities } from '@/state/store';
import { safeHref } from './markdown/addresses';

/** The address from which a picture is loaded; null where it is not displayed. */
export function imageSource(href: string, hasProxy: boolean): string | null {
  const url = safeHref(href);
  if (!url) return null;
  if (sitePath(url) !== null) return url;
  return hasProxy && /^https?:/i.test(url) ? proxiedImageUrl(url) : null;
}

export function useImageSource(): (href: string) => string | null {
  const hasProxy = useEntities((s) => s.config.HasImageProxy === 'true');
  return (href) => imageSource(href, hasProxy);
}
