package io.backtestkit.laboratory.damage;

import io.backtestkit.store.SignalStore;
import java.util.List;

/** What a store keeps of one slot, as named strings of bytes that can be changed behind its back. */
interface Kept extends AutoCloseable {

    /** Returns the names of the strings that make up that piece; their order is always the same. */
    List<String> parts(Piece piece);

    /** Returns the bytes of a part as they are stored now. */
    byte[] bytes(String part);

    /** Replaces the bytes of a part. */
    void put(String part, byte[] bytes);

    /** Returns the store that keeps them, open. */
    SignalStore store();

    /** Closes the store and removes everything. */
    @Override
    void close();
}
