-- Since this step, texts are cut into other words: a job indexes the posts that are here again.
INSERT INTO jobs (id, type, status, create_at, start_at, last_activity_at, progress, data, attempts, run_at, lease_until, fence)
    SELECT X'00000000000000000000000000000010', 'search_index', 'pending', 0, 0, 0, 0, '{}', 0, 0, 0, 0
    WHERE EXISTS (SELECT 1 FROM posts);
