-- Photos are cut from a whole picture, and cut anew if the applicant likes; people sign in with passkeys.

-- Of a photo: the whole picture it was cut from, and the cut: how far it is enlarged in percent, and where it lies in what is over,
-- in thousandths from the left and from the top.
alter table paper add column whole text;
alter table paper add column crop_zoom {{int}};
alter table paper add column crop_x {{int}};
alter table paper add column crop_y {{int}};

-- Keys with which somebody signs in (パスキー). Only the public part is here.
create table passkey (
    id text not null primary key,
    account_id text not null references account (id),
    -- what the device calls it, in hex
    credential_id text not null unique,
    -- what its owner calls it
    name text not null,
    -- public key and counter, as JSON of the library
    body text not null,
    created_at {{bigint}} not null,
    last_used_at {{bigint}}
){{strict}};
create index passkey_account on passkey (account_id);
