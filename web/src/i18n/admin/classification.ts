// The page of the classification banner.
export const classificationMessages = {
  'classification.empty': 'Enter a level to show the banner.',
  'classification.level': 'Level',
  'classification.levelHint': 'Such as INTERNAL, CONFIDENTIAL or SECRET.',
  'classification.more': 'After the level',
  'classification.moreHint': 'How to treat what is written here, such as: project staff only.',
  'classification.saved': 'The classification banner was saved.',
  'classification.text': 'A line on every page that says how confidential this server is, also where people log in and in the mobile apps. Nobody can close it.',
  'classification.title': 'Classification banner',
  'classification.top': 'At the top',
  'classification.topAndBottom': 'At the top and at the bottom',
};
