-- Sites that the operator has recognised as places of training (登録訓練施設, 社内訓練). The row stays when it ends.
create table training_site (
    site_id text not null primary key references site (id),
    from_day {{int}} not null,
    to_day {{int}},
    note text not null,
    since {{bigint}} not null,
    account_id text not null
){{strict}};
