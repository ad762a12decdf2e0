// The page of the name and the brand.
export const brandMessages = {
  'brand.brandText': 'Text below the picture',
  'brand.brandTextHint': 'Up to 500 characters, with Markdown. Phones show the picture only.',
  'brand.description': 'Description',
  'brand.descriptionHint': 'A few words about this server, which apps show where people log in.',
  'brand.enabled': 'Show your own picture and text where people log in',
  'brand.enabledHint': 'Instead of the drawing beside the form.',
  'brand.image': 'Picture',
  'brand.imageHint': 'PNG, JPEG, GIF or WebP, 10 MB at most; it is scaled to 1200 by 800 pixels at most. Everybody can see it, also without an account.',
  'brand.name': 'Name of the server',
  'brand.none': 'There is no picture yet.',
  'brand.remove': 'Remove the picture',
  'brand.save': 'Save',
  'brand.saved': 'The name and the brand were saved.',
  'brand.text': 'What the server is called, and what people see when they log in.',
  'brand.title': 'Name and brand',
  'brand.upload': 'Choose a picture',
};
