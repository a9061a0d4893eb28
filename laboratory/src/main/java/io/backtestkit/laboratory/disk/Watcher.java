package io.backtestkit.laboratory.disk;

import java.io.IOException;

/** Sees every call on a volume. What it throws, the caller gets. */
public interface Watcher {

    /** Is told of a call before it has any effect. When it throws, there is none, but of a write, which is half done. */
    default void before(Call call) throws IOException {}

    /** Is told of a call that has had its effect. */
    default void after(Call call) throws IOException {}

    /** Says how many of those bytes a write shall take, at least 1. */
    default int atMost(Call call, int bytes) {
        return bytes;
    }

    /** Says whether a force does nothing although it tells that all is well. */
    default boolean ignores(Call force) {
        return false;
    }
}
