package io.backtestkit.cli;

import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.redis.RedisLink;
import io.backtestkit.store.redis.RedisRequests;
import io.backtestkit.store.redis.RedisSignalStoreProvider;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Plain strings, through Lettuce: SET, GET and DEL; a batch is a pipeline of SETs. */
final class BareRedis implements BareStore {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final long LONGEST_SECONDS = 30;
    private static final byte[] NONE = {};

    private final RedisLink link;
    private final String prefix;

    BareRedis(StoreLocation location, String trial) {
        link = RedisSignalStoreProvider.connect(location);
        prefix = "bare:" + trial + ":";
    }

    @Override
    public String driver() {
        return "Lettuce";
    }

    @Override
    public String describe() {
        return "SET, GET, DEL; a batch is SETs in one pipeline";
    }

    @Override
    public Optional<SameRequests> same() {
        RedisRequests requests = link.requests();
        return Optional.of(new SameRequests(requests::write, requests::read, requests::delete, requests::writeAll));
    }

    private static <T> T answer(Future<T> asked) throws Exception {
        return asked.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void write(String name, byte[] json) throws Exception {
        answer(link.commands().set(prefix + name, json));
    }

    @Override
    public byte[] read(String name) throws Exception {
        byte[] found = answer(link.commands().get(prefix + name));
        return found == null ? NONE : found;
    }

    @Override
    public void delete(String name) throws Exception {
        answer(link.commands().del(prefix + name));
    }

    @Override
    public void writeAll(Map<String, byte[]> all) throws Exception {
        List<AsyncCommand<String, byte[], String>> pipeline = new ArrayList<>();
        all.forEach((name, json) -> pipeline.add(new AsyncCommand<>(new Command<>(
                CommandType.SET,
                new StatusOutput<>(CODEC),
                new CommandArgs<>(CODEC).addKey(prefix + name).addValue(json)))));
        link.connection().dispatch(pipeline);
        for (AsyncCommand<String, byte[], String> each : pipeline) {
            answer(each);
        }
    }

    /** Removes the fences, and whatever else bears the strategy's name. */
    @Override
    public void forget(String strategy) throws Exception {
        removeAll("*:" + strategy + ":*");
        removeAll("*:{" + strategy + ":*");
    }

    private void removeAll(String pattern) throws Exception {
        ScanArgs some = ScanArgs.Builder.matches(pattern).limit(1_000);
        ScanCursor at = ScanCursor.INITIAL;
        while (!at.isFinished()) {
            KeyScanCursor<String> found = answer(link.commands().scan(at, some));
            for (String name : found.getKeys()) {
                answer(link.commands().del(name));
            }
            at = found;
        }
    }

    @Override
    public void discard() throws Exception {
        try {
            removeAll(prefix + "*");
        } finally {
            link.close();
        }
    }
}
