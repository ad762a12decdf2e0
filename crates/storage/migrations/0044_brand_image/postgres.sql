-- The picture where people log in; one row at most.
CREATE TABLE brand_image (
    id SMALLINT NOT NULL,
    blob_key VARCHAR(128) NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
