CREATE VIRTUAL TABLE post_words USING fts5(words, content='', contentless_delete=1, tokenize='ascii');
