// English: buttons, menus and dialogs of integrations.
export const integrations = {
  'integration.choose': '{name} …',
  'integration.closed': 'The dialog was sent.',
  'integration.lookUp': 'Type to search',
  'integration.missing': 'This is needed.',
  'integration.none': 'Not chosen',
  'integration.notHere': 'This field cannot be filled in here yet.',
  'integration.number': 'This is not a number.',
  'integration.optional': '{name} (optional)',
  'integration.submit': 'Submit',
  'integration.tooShort': 'At least {min} characters are needed.',
};
