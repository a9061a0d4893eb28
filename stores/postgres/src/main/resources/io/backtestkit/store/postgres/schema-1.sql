-- Version 1. Run by the store in one transaction, with search_path set to its schema.
-- Names are text in collation "C": two names are equal when their bytes are, whatever the database's locale.

create table schema_version (
    version    integer primary key,
    applied_at timestamptz not null default now()
);

create table signals (
    strategy_name text collate "C" not null,
    symbol        text collate "C" not null,
    signal_data   jsonb not null,
    signal_text   text,            -- the JSON to the character, only where jsonb would change it
    signal_hash   bigint not null, -- what the store's own statement left; any other value: look closer
    epoch         bigint not null default 0,
    version       bigint not null default 1,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (strategy_name, symbol),
    constraint signal_text_says_the_same check (signal_text is null or signal_text::jsonb = signal_data)
);

create table signals_set_aside (
    sequence      bigint generated always as identity primary key,
    strategy_name text collate "C" not null,
    symbol        text collate "C" not null,
    signal_data   jsonb not null,
    signal_text   text,
    epoch         bigint not null,
    version       bigint not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    set_aside_at  timestamptz not null default now(),
    found         text not null
);

-- sequence is the order of appending; created_at is the signal's, and with its id tells signals of one slot apart
create table trades (
    sequence      bigint generated always as identity,
    strategy_name text collate "C" not null,
    symbol        text collate "C" not null,
    id            text collate "C" not null,
    created_at    timestamptz not null,
    ended_at      timestamptz not null,
    trade_data    jsonb not null,
    trade_text    text,
    appended_at   timestamptz not null default now(),
    primary key (strategy_name, symbol, sequence),
    unique (strategy_name, symbol, id, created_at),
    constraint trade_text_says_the_same check (trade_text is null or trade_text::jsonb = trade_data)
);

insert into schema_version (version) values (1);
