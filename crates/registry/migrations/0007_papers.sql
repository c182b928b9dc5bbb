-- Papers (書類の画像・PDF) that people send in: what is known of each. The bytes lie in files of the same key, outside the database.

create table paper (
    key text not null primary key,
    -- 'photo', 'identity', 'consent', 'proof', 'certificate' or 'insurance'
    kind text not null,
    media_type text not null,
    -- size, and hash in hex, of the stored bytes
    bytes {{bigint}} not null,
    sha256 text not null,
    -- of pictures, in pixels
    width {{int}},
    height {{int}},
    file_name text not null,
    -- who sent it
    account text not null references account (id),
    at {{bigint}} not null,
    removed_at {{bigint}},
    -- the file is gone, too
    gone {{int}} not null default 0
){{strict}};
create index paper_account on paper (account);
create index paper_to_go on paper (key) where removed_at is not null and gone = 0;
