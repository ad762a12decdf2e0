CREATE VIRTUAL TABLE search_posts USING fts5(words, content='', contentless_delete=1, tokenize='ascii');
