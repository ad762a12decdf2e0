-- Since this step, more names of emoji are found as what they stand for: a job indexes the posts that are here again, unless an
-- earlier step has asked for it.
INSERT INTO jobs (id, type, status, create_at, start_at, last_activity_at, progress, data, attempts, run_at, lease_until, fence)
    SELECT X'00000000000000000000000000000021', 'search_index', 'pending', 0, 0, 0, 0, '{}', 0, 0, 0, 0
    FROM (SELECT 1) one WHERE EXISTS (SELECT 1 FROM posts)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE type = 'search_index' AND status = 'pending');
