// The page of the terms of service.
export const termsMessages = {
  'terms.days': 'Ask again after',
  'terms.daysHint': 'Days, even if the text is the same',
  'terms.enabled': 'Ask people to agree to the terms of service',
  'terms.enabledHint': 'Before they use the web client and the apps. Who does not agree is logged out. Bots and integrations go on.',
  'terms.invalidDays': 'Enter a number of days from 1 to 36500.',
  'terms.missing': 'Enter the text of the terms of service.',
  'terms.save': 'Save',
  'terms.saved': 'The terms of service were saved.',
  'terms.text': 'A text of your own, to which everybody agrees. When it changes, everybody is asked again; each answer is in the audit log.',
  'terms.textHint': 'Markdown, up to 16383 characters. Former texts are kept.',
  'terms.textLabel': 'Text',
  'terms.title': 'Terms of service',
};
