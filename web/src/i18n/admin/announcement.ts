// The page of the announcement banner.
export const announcementMessages = {
  'announcement.background': 'Background',
  'announcement.dismiss': 'People may close it',
  'announcement.dismissHint': 'It is shown to them again when its text changes.',
  'announcement.empty': 'Enter a text to show the banner.',
  'announcement.enabled': 'Show the banner',
  'announcement.hint': 'One line, with Markdown: **bold**, [a link](https://example.com).',
  'announcement.lowContrast': 'The text is hard to read on this background.',
  'announcement.preview': 'Preview',
  'announcement.save': 'Save',
  'announcement.saved': 'The announcement banner was saved.',
  'announcement.text': 'A line above everything, for everybody who is logged in and in all apps: planned maintenance, or how confidential what is written here is.',
  'announcement.textColor': 'Text color',
  'announcement.textLabel': 'Text',
  'announcement.title': 'Announcement banner',
};
