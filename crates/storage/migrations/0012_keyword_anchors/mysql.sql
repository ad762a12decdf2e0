-- Keywords are looked up by their first word or symbol since this step. Whoever has one for which that is not the keyword itself
-- is looked up for every message, until their account changes and their keywords are stored anew.
INSERT IGNORE INTO mention_keywords (keyword, user_id)
    SELECT DISTINCT '', user_id FROM mention_keywords WHERE keyword REGEXP '[^a-z0-9_]';
