// The fields of profiles and the values of a person, loaded again when an event says that they changed.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getProfileFields, getProfileValues } from '@/api/profileAttributes';
import { useEntities } from '@/state/store';

export function useProfileAttributes(userId: string) {
  const changes = useEntities((s) => s.attributeChanges);
  const fields = useQuery({ queryKey: ['profileFields', changes], queryFn: getProfileFields, placeholderData: keepPreviousData });
  const hasFields = (fields.data?.length ?? 0) > 0;
  const values = useQuery({ queryKey: ['profileValues', userId, changes], queryFn: () => getProfileValues(userId), enabled: hasFields, placeholderData: keepPreviousData });
  return { fields: fields.data ?? [], values: values.data };
}

/** The web address that somebody entered, with the scheme that they may have left out. */
export const webAddress = (text: string): string => (/^https?:\/\//i.test(text) ? text : `https://${text}`);
