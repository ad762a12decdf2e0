// The picture where people log in.
import { apiUrl, del, post } from './core';

// Another version makes the browser ask for a picture that has just changed.
export const brandImageUrl = (version = 0) => apiUrl(`/brand/image${version ? `?t=${version}` : ''}`);

export const uploadBrandImage = (image: File) => {
  const form = new FormData();
  form.append('image', image);
  return post<unknown>('/brand/image', form);
};

export const removeBrandImage = () => del<unknown>('/brand/image');
