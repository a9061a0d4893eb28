-- Version 2: one owner of a slot at a time. A row for every slot that was ever written or claimed, and for ever: a change of
-- the slot locks it, so that a change and a new claim come one after the other.

create table claims (
    strategy_name text collate "C" not null,
    symbol        text collate "C" not null,
    epoch         bigint not null default 0, -- of the newest claim; only grows
    owner         text collate "C",          -- null: released, or never claimed
    until         timestamptz,               -- when the lease runs out, by this server's clock_timestamp()
    primary key (strategy_name, symbol),
    constraint epoch_can_be check (epoch >= 0),
    constraint owner_has_a_lease check ((owner is null) = (until is null)),
    constraint lease_can_be check (until is null or (isfinite(until) and epoch > 0)),
    constraint owner_can_be check (length(owner) <= 200 and owner ~ '[^[:space:]]' and owner !~ '[[:cntrl:]]')
);

insert into claims (strategy_name, symbol, epoch) select strategy_name, symbol, epoch from signals;

-- Room for the next version of a row on the same page: then a write changes no index.
alter table signals set (fillfactor = 50);

insert into schema_version (version) values (2);
