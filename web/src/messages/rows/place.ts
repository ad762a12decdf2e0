// Where a message is displayed; it decides what can be done with it there.
export type Place = 'channel' | 'thread' | 'result';
